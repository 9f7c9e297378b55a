"""What is kept of a photo: upright, no larger than needed, nothing but the picture.

A file that somebody sent may be anything. Only the named formats are read, the size
in pixels is looked at before a pixel is decoded, and what is stored is encoded anew.
"""

import logging
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from io import BytesIO
from threading import Lock
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_noop
from PIL import ExifTags, Image, ImageOps

from govmap.lib.errors import BadInput

logger = logging.getLogger(__name__)

# MPO, the JPEG with a second picture behind it that many phones write, is read as JPEG.
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 64_000_000
LONG_SIDE, THUMB_SIDE = 2048, 480  # pixels
QUALITY, THUMB_QUALITY = 82, 76
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(minutes=10)
# What Pillow raises on files that are broken on purpose or by accident.
UNREADABLE = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError),
    *(OverflowError, struct.error, zlib.error),
)
# Decoding takes up to 400 MB for a moment: one photo at a time in a process.
DECODING = Lock()


class NoPhoto(BadInput):
    """The file is no photo that can be read here."""

    message = gettext_noop(
        "This file cannot be read as a photo: it may be damaged or of another kind."
        " Send a JPEG, PNG or WebP."
    )


class TooManyPixels(BadInput):
    """The photo has too many pixels."""

    message = gettext_noop(
        "The photo has %(pixels)s million pixels and at most %(most)s are taken."
        " Choose a smaller size in the camera and take it again."
    )


@dataclass(frozen=True)
class Photo:
    """A photo as it is stored: JPEG, without anything that the camera wrote in it."""

    content: bytes
    thumb: bytes
    width: int
    height: int
    taken_at: datetime | None
    # Longitude and latitude (WGS 84) of where the camera was.
    taken_where: list[float] | None = None


def read(file: BinaryIO, *, now: datetime) -> Photo:
    """Raises NoPhoto and TooManyPixels (400)."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            _check_size(image)
            taken_at, taken_where = _taken_at(image, now), _taken_where(image)
            with DECODING:
                return _encode(_upright(image), taken_at, taken_where)
    except Image.DecompressionBombError as error:
        raise _too_many(2 * (Image.MAX_IMAGE_PIXELS or MAX_PIXELS)) from error
    except UNREADABLE as error:
        logger.info("A file could not be read as a photo.", exc_info=True)
        raise NoPhoto from error


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise _too_many(pixels)


def _too_many(pixels: int) -> TooManyPixels:
    million = 1_000_000
    return TooManyPixels(pixels=pixels // million, most=MAX_PIXELS // million)


def _upright(image: Image.Image) -> Image.Image:
    """As the camera was held, on white, with at most LONG_SIDE pixels a side."""
    # A large JPEG is decoded at a half, a quarter or an eighth: much faster.
    image.draft("RGB", (LONG_SIDE, LONG_SIDE))
    if image.mode == "P":
        image = image.convert("RGBA")  # colours of a palette cannot be mixed
    image.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=2.0)
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        layers = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(layers, mask=layers)
    return image.convert("RGB")


def _encode(
    image: Image.Image, taken_at: datetime | None, taken_where: list[float] | None
) -> Photo:
    content = _jpeg(image, QUALITY)
    width, height = image.size
    image.thumbnail((THUMB_SIDE, THUMB_SIDE), reducing_gap=2.0)
    thumb = _jpeg(image, THUMB_QUALITY)
    return Photo(content, thumb, width, height, taken_at, taken_where)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """Without EXIF, colour profile and comments: they are not passed on."""
    image.info = {}
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _taken_at(image: Image.Image, now: datetime) -> datetime | None:
    """When the camera says, unless it cannot be true. In the site's zone by default."""
    try:
        written = image.getexif().get_ifd(ExifTags.IFD.Exif)
        text = str(written.get(ExifTags.Base.DateTimeOriginal, ""))
        moment = datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")
        offset = str(written.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\x00 ")
        zone: tzinfo | None = ZoneInfo(settings.TIME_ZONE)
        if offset:
            zone = datetime.strptime(offset, "%z").tzinfo
        moment = moment.replace(tzinfo=zone).astimezone(UTC)
    except UNREADABLE:
        return None
    return moment if OLDEST <= moment <= now + CLOCKS_DIFFER else None


def _taken_where(image: Image.Image) -> list[float] | None:
    """Where the camera says it was: read for who checks, and not passed on."""
    try:
        written = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        tags = ExifTags.GPS
        lat = _degrees(written[tags.GPSLatitude], written[tags.GPSLatitudeRef], "S")
        lon = _degrees(written[tags.GPSLongitude], written[tags.GPSLongitudeRef], "W")
    except (*UNREADABLE, ZeroDivisionError):
        return None
    # Cameras without a fix write zeros; NaN fails every comparison.
    if not (abs(lon) <= 180 and abs(lat) <= 90) or lon == lat == 0:
        return None
    return [lon, lat]


def _degrees(parts: Any, side: Any, negative: str) -> float:
    """Degrees, minutes and seconds as degrees, to about a metre."""
    degrees, minutes, seconds = (float(part) for part in parts)
    size = degrees + minutes / 60 + seconds / 3600
    return round(-size if str(side).startswith(negative) else size, 5)
