"""A tile of Web Mercator out of a source's pictures, whatever grid they have.

Where the grids agree the picture is handed on as it came. In degrees the columns of
both grids are the same at every zoom, so only rows have to be drawn anew: each row of
ours lies at one latitude, and is mixed from the two rows of theirs beside it.
"""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, UnidentifiedImageError

from layers.models import OutsideSource
from layers.outside import asking
from layers.outside.fetching import Fetched
from layers.outside.grid import SIDE, Tile
from layers.outside.trouble import NO_PICTURE, NotFetched

UNREADABLE = (UnidentifiedImageError, Image.DecompressionBombError)
MOST_PIXELS = 1024 * 1024  # of one picture that comes
Protocol = OutsideSource.Protocol
# (name on disk, address) -> the picture, from disk or over the network
Get = Callable[[str, str], Fetched]


def draw(source: OutsideSource, tile: Tile, get: Get) -> Fetched:
    """Raises NotFetched. The body is empty where the source has nothing there."""
    if source.protocol == Protocol.WMS:
        name = f"{tile.z}/{tile.x}/{tile.y}"
        came = get(name, asking.picture_address(source, tile))
        if asking.is_mercator(source) or not came.body:
            return came
        _west, south, _east, north = tile.degrees
        return _drawn_anew([came], tile, top=north, bottom=south)
    rows = [tile.y] if asking.is_mercator(source) else tile.rows_in_degrees()
    came_rows = [
        get(
            f"{tile.z}/{tile.x}/{row}",
            asking.tile_address(source, tile.z, row, tile.x),
        )
        for row in rows
    ]
    if asking.is_mercator(source):
        return came_rows[0]
    if not any(one.body for one in came_rows):
        return Fetched()
    high = 360 / 2**tile.z
    top = 90 - rows[0] * high
    return _drawn_anew(came_rows, tile, top=top, bottom=top - len(rows) * high)


def _drawn_anew(
    came: list[Fetched], tile: Tile, *, top: float, bottom: float
) -> Fetched:
    """The pictures, one below the other, reach from latitude ``top`` to ``bottom``."""
    whole = np.concatenate([_pixels(one) for one in came])
    down = (np.arange(SIDE) + 0.5) / SIDE
    latitudes = np.array([tile.latitude(part) for part in down])
    at = (top - latitudes) / (top - bottom) * len(whole) - 0.5
    upper = np.clip(np.floor(at).astype(int), 0, len(whole) - 1)
    lower = np.minimum(upper + 1, len(whole) - 1)
    share = np.clip(at - upper, 0, 1)[:, None, None]
    mixed = whole[upper] * (1 - share) + whole[lower] * share
    picture = Image.fromarray(np.rint(mixed).astype(np.uint8), "RGBA")
    return Fetched(as_png(picture), "image/png")


def _pixels(one: Fetched) -> np.ndarray:
    if not one.body:
        return np.zeros((SIDE, SIDE, 4))
    return np.asarray(opened(one.body).resize((SIDE, SIDE))).astype(float)


def opened(body: bytes) -> Image.Image:
    """Raises NotFetched for what is no picture, or a larger one than a tile."""
    try:
        picture = Image.open(io.BytesIO(body))
        if picture.width * picture.height > MOST_PIXELS:
            raise NotFetched(NO_PICTURE)
        return picture.convert("RGBA")
    except (*UNREADABLE, OSError, ValueError, SyntaxError) as error:
        raise NotFetched(NO_PICTURE) from error


def as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
