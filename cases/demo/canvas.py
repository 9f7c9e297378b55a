"""A canvas for flat pictures: shapes in a frame that can be moved, turned and sized."""

import math
import subprocess
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from PIL import ExifTags, Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1280, 960
FINER = 2  # drawn so much larger and then made smaller: that smooths the edges
MIDDLE = (640, 680)  # where a nearer look looks at
LABEL = "演示图片"

Colour = tuple[int, ...]  # red, green, blue and, where it lets through, opacity
Point = tuple[float, float]


def shade(colour: Colour, factor: float) -> Colour:
    """Darker below 1, lighter above; opacity stays."""
    return (*(min(255, round(part * factor)) for part in colour[:3]), *colour[3:])


class Canvas:
    """Coordinates are pixels of the finished picture, y downwards."""

    def __init__(self, image: Image.Image | None = None, *, zoom: float = 1) -> None:
        """``zoom``: how much nearer than usual the street is seen."""
        size = (WIDTH * FINER, HEIGHT * FINER)
        self.image = image or Image.new("RGB", size, "white")
        self.veil: Colour = (0, 0, 0, 0)  # laid over the whole in the end
        # Blending is slow, so what is opaque is drawn without.
        self._solid = ImageDraw.Draw(self.image)
        self._blended = ImageDraw.Draw(self.image, "RGBA")
        left, top = (FINER * (1 - zoom) * middle for middle in MIDDLE)
        self._frame = (FINER * zoom, 0.0, left, top)

    def copy(self) -> "Canvas":
        other = Canvas(self.image.copy())
        other.veil, other._frame = self.veil, self._frame
        return other

    def at(self, x: float, y: float, *, turn: float = 0, size: float = 1) -> "Canvas":
        """The same picture, drawn from (x, y) on, turned clockwise by radians."""
        scale, angle, *_origin = self._frame
        other = Canvas(self.image)
        ((left, top),) = self._placed([(x, y)])
        other._frame = (scale * size, angle + turn, left, top)
        return other

    def polygon(self, points: Iterable[Point], fill: Colour) -> None:
        self._pen(fill).polygon(self._placed(points), fill=fill)

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: Colour
    ) -> None:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self.polygon(corners, fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        self.polygon(arc(x, y, rx, ry), fill)

    def line(self, points: Iterable[Point], fill: Colour, width: float = 2) -> None:
        wide = max(1, round(width * self._frame[0]))
        joint = "curve" if wide > 8 else None
        self._pen(fill).line(self._placed(points), fill=fill, width=wide, joint=joint)

    def ring(self, x: float, y: float, r: float, fill: Colour, width: float) -> None:
        points = arc(x, y, r, r)
        self.line([*points, points[0], points[1]], fill, width)

    def sky(self, top: Colour, bottom: Colour, height: int) -> None:
        """A gradient from the upper edge down to ``height``."""
        column = Image.new("RGB", (1, 2))
        column.putdata([top, bottom])
        column = column.resize((1, height * FINER), Image.Resampling.BILINEAR)
        size = (WIDTH * FINER, height * FINER)
        self.image.paste(column.resize(size, Image.Resampling.NEAREST), (0, 0))

    def jpeg(self, taken_at: datetime) -> bytes:
        """The finished picture, labelled, with the local time that a camera writes."""
        small = self.image.reduce(FINER)
        *colour, opacity = self.veil
        over = Image.new("RGB", small.size, tuple(colour))
        small = Image.blend(small, over, opacity / 255)
        if label := _label():
            place = (WIDTH - label.width - 20, HEIGHT - label.height - 18)
            small.paste(label, place, label)
        exif = Image.Exif()
        written: dict[int, str] = {
            ExifTags.Base.DateTimeOriginal: f"{taken_at:%Y:%m:%d %H:%M:%S}",
            ExifTags.Base.OffsetTimeOriginal: taken_at.isoformat()[-6:],
        }
        exif.get_ifd(ExifTags.IFD.Exif).update(written)
        out = BytesIO()
        small.save(out, "JPEG", quality=86, exif=exif)
        return out.getvalue()

    def _pen(self, fill: Colour) -> ImageDraw.ImageDraw:
        return self._blended if len(fill) > 3 else self._solid

    def _placed(self, points: Iterable[Point]) -> list[Point]:
        scale, angle, left, top = self._frame
        cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
        return [(left + x * cos - y * sin, top + x * sin + y * cos) for x, y in points]


def arc(
    x: float, y: float, rx: float, ry: float, begin: float = 0, end: float = math.tau
) -> list[Point]:
    """Points along an ellipse, clockwise from the right; angles in radians."""
    steps = 40
    angles = [begin + (end - begin) * step / steps for step in range(steps + 1)]
    return [(x + rx * math.cos(a), y + ry * math.sin(a)) for a in angles]


@lru_cache(maxsize=1)
def _label() -> Image.Image | None:
    """White on a dark plate; nothing on a machine without a Chinese font."""
    file, index = _font() or ("", 0)
    if not file:
        return None
    font = ImageFont.truetype(file, 24, index=index)
    left, top, right, bottom = (round(side) for side in font.getbbox(LABEL))
    plate = Image.new("RGBA", (right - left + 24, bottom - top + 16), (20, 28, 38, 150))
    draw = ImageDraw.Draw(plate)
    draw.text((12 - left, 8 - top), LABEL, font=font, fill=(255, 255, 255, 235))
    return plate


def _font() -> tuple[str, int] | None:
    """File and face of a font that has Chinese, as fontconfig finds it."""
    command = ["fc-match", "-f", "%{lang}\n%{file}\n%{index}", "sans-serif:lang=zh-cn"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    languages, file, index = found.stdout.split("\n")
    return (file, int(index)) if "zh-cn" in languages.split("|") else None


def blob(points: Sequence[Point], rounds: int = 3) -> list[Point]:
    """The ring with its corners cut until it looks round."""
    ring = list(points)
    for _round in range(rounds):
        ring = [
            (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)
            for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
            for part in (0.25, 0.75)
        ]
    return ring
