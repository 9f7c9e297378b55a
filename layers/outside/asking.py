"""The addresses of a source's pictures: XYZ, WMTS 1.0.0 and WMS 1.1.1 and 1.3.0.

The key is put in last, behind the host only, and quoted.
"""

import re
from urllib.parse import quote, urlencode, urlsplit

from govmap.lib.sealed import CannotOpen
from layers.models import OutsideSource
from layers.outside.grid import SIDE, Box, Tile
from layers.outside.trouble import REFUSED, NotFetched

Protocol, System = OutsideSource.Protocol, OutsideSource.System
NAME = re.compile(r"\{([-A-Za-z]+)\}")
XYZ_NAMES = {"z", "x", "y", "-y", "key"}
WMTS_NAMES = {
    *("Layer", "Style", "TileMatrixSet", "TileMatrix", "TileRow", "TileCol"),
    "key",
}
NAMES = {
    Protocol.XYZ: XYZ_NAMES,
    Protocol.WMTS: WMTS_NAMES,
    Protocol.WMS: {"key"},
}
# Says longitude first although the register says latitude first.
PLAIN_AXES = {System.MERCATOR, System.CRS84}


def is_mercator(source: OutsideSource) -> bool:
    return source.protocol == Protocol.XYZ or source.system == System.MERCATOR


def tile_address(source: OutsideSource, z: int, row: int, column: int) -> str:
    """Of one tile of the source's own grid, XYZ or WMTS."""
    if source.protocol == Protocol.XYZ:
        upwards = 2**z - 1 - row
        return _filled(source, {"z": z, "x": column, "y": row, "-y": upwards})
    matrix = source.matrix.replace("{z}", str(z))
    names = {
        "Layer": source.names,
        "Style": source.style,
        "TileMatrixSet": source.matrix_set,
        "TileMatrix": matrix,
        "TileRow": row,
        "TileCol": column,
    }
    if "{TileMatrix}" in source.address:
        return _filled(source, names)
    asked = {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0"}
    asked |= {name.upper(): str(value) for name, value in names.items()}
    return _with(source, asked | {"FORMAT": source.format})


def picture_address(source: OutsideSource, tile: Tile) -> str:
    """Of a WMS picture of just the ground of a tile."""
    new = source.version == OutsideSource.Version.NEW
    asked = {
        **{"SERVICE": "WMS", "REQUEST": "GetMap", "VERSION": source.version},
        **{"LAYERS": source.names, "STYLES": source.style},
        "CRS" if new else "SRS": source.system,
        "BBOX": _box(source, tile),
        **{"WIDTH": str(SIDE), "HEIGHT": str(SIDE)},
        **{"FORMAT": source.format, "TRANSPARENT": "TRUE"},
    }
    return _with(source, asked)


def _box(source: OutsideSource, tile: Tile) -> str:
    box: Box = tile.metres if is_mercator(source) else tile.degrees
    west, south, east, north = box
    turned = source.system not in PLAIN_AXES
    if source.version == OutsideSource.Version.NEW and turned:
        box = (south, west, north, east)  # OGC 06-042, 6.7.3.2
    return ",".join(f"{number:.9f}" for number in box)


def _with(source: OutsideSource, asked: dict[str, str]) -> str:
    """What the address says already stays, if it is nothing that we say."""
    base, _sign, query = _filled(source, {}).partition("?")
    kept = [part for part in query.split("&") if part and _name(part) not in set(asked)]
    said = urlencode(asked, quote_via=quote, safe=":,/")
    return f"{base}?{'&'.join([*kept, said])}"


def _name(part: str) -> str:
    return part.partition("=")[0].upper()


def _filled(source: OutsideSource, values: dict[str, object]) -> str:
    try:
        secret = source.secret.open() if source.secret else ""
    except CannotOpen:  # the key that sealed it is gone: type it once more
        raise NotFetched(REFUSED) from None
    said = {**values, "key": secret}

    def put(match: re.Match[str]) -> str:
        return quote(str(said.get(match[1], "")), safe=":")

    return NAME.sub(put, source.address)


def unknown_names(protocol: str, address: str) -> list[str]:
    """Names in braces that nothing is put in for."""
    return [
        name for name in NAME.findall(address) if name not in NAMES[Protocol(protocol)]
    ]


def names_in_host(address: str) -> bool:
    """Whether something would be put into the host, which must stand as it is."""
    try:
        return "{" in urlsplit(address).netloc
    except ValueError:  # no address at all, as who reads it next says
        return False
