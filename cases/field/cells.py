"""The ground that somebody works on, and how much of a map of it a phone may keep."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.gis.db.models import Extent
from django.utils import timezone

from accounts.models import Unit, User
from layers.models import GridCell

# Tile zooms (512 px) that a report needs: the way there, the street, the door. Tiles
# are drawn to 16; nearer, the phone enlarges them.
ZOOMS = (12, 13, 14, 15, 16)
MOST_BYTES = 30_000_000
MOST_TILES = 4_000  # of all layers together
MARGIN = 0.0015  # degrees, about 150 m: a case at the edge of a cell
DEEPEST = 4  # district, street, community, and one below


@dataclass(frozen=True)
class Ground:
    """Cells of somebody's posts: how many, and west, south, east, north (WGS 84)."""

    cells: int
    bounds: tuple[float, float, float, float] | None


def ground_of(user: User) -> Ground:
    """Of his posts and what lies below them; nothing for the whole district."""
    units = _below({post.unit_id for post in user.posts if not _is_wide(post.unit)})
    rows = GridCell.objects.valid_at(timezone.now()).filter(community__in=units)
    found = rows.aggregate(box=Extent("geometry"))["box"] if units else None
    if found is None:
        return Ground(0, None)
    west, south, east, north = found
    box = (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    return Ground(rows.count(), box)


def _is_wide(unit: Unit) -> bool:
    return unit.kind == Unit.Kind.DISTRICT


def _below(units: set[int]) -> set[int]:
    found, level = set(units), set(units)
    for _step in range(DEEPEST):
        children = Unit.objects.filter(parent__in=level)
        level = set(children.values_list("pk", flat=True)) - found
        if not level:
            break
        found |= level
    return found


def tiles_of(
    bounds: tuple[float, float, float, float], zooms: Iterable[int] = ZOOMS
) -> list[tuple[int, int, int]]:
    """(z, x, y) of the tiles that meet the box, the farthest away first."""
    west, south, east, north = bounds
    found = []
    for zoom in zooms:
        left, top = _tile(west, north, zoom)
        right, bottom = _tile(east, south, zoom)
        found += [
            (zoom, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)
        ]
    return found


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The web-mercator tile (OGC Two Dimensional Tile Matrix Set, WebMercatorQuad)."""
    turned = math.asinh(math.tan(math.radians(lat))) / math.pi
    count = 2**zoom
    x, y = int((lon + 180) / 360 * count), int((1 - turned) / 2 * count)
    return min(max(x, 0), count - 1), min(max(y, 0), count - 1)
