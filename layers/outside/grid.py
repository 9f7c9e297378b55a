"""Where tiles lie: Web Mercator's, which our maps ask for, and those in degrees."""

import math
from dataclasses import dataclass

SIDE = 256  # pixels of a tile
EARTH = 20037508.342789244  # half the width of EPSG:3857, metres
LAST_ZOOM = 22
Box = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True)
class Tile:
    """A tile of Web Mercator: x from the west, y from the north."""

    z: int
    x: int
    y: int

    def exists(self) -> bool:
        return self.z <= LAST_ZOOM and max(self.x, self.y) < 2**self.z

    @property
    def metres(self) -> Box:
        """In EPSG:3857."""
        side = 2 * EARTH / 2**self.z
        west, north = self.x * side - EARTH, EARTH - self.y * side
        return west, north - side, west + side, north

    @property
    def degrees(self) -> Box:
        wide = 360 / 2**self.z
        west = self.x * wide - 180
        return west, self.latitude(1), west + wide, self.latitude(0)

    def latitude(self, down: float) -> float:
        """So far down the tile: 0 is its upper edge, 1 its lower one."""
        turned = math.pi * (1 - 2 * (self.y + down) / 2**self.z)
        return math.degrees(math.atan(math.sinh(turned)))

    def rows_in_degrees(self) -> range:
        """The rows of the grid in degrees (its zoom z has 2**z columns, from 90 N)
        that cover the tile; its columns are this grid's own."""
        high = 360 / 2**self.z
        _west, south, _east, north = self.degrees
        first = math.floor((90 - north) / high)
        # What ends on an edge does not reach into the next row.
        last = math.ceil((90 - south) / high - 1e-9)
        return range(first, last)


def tile_at(lon: float, lat: float, z: int) -> Tile:
    turned = math.asinh(math.tan(math.radians(lat))) / math.pi
    return Tile(z, int((lon + 180) / 360 * 2**z), int((1 - turned) / 2 * 2**z))
