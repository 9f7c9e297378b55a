"""What covers the ground: road surface, water, green, and the plots between."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Geometry, LineString, Polygon

from .city import Ground
from .curves import Array, blob, smooth
from .network import Street
from .plan import ROAD_WIDTH

PIECE = 6  # vertices of a road in one buffer: short pieces keep the tree selective
MOAT = 13.0  # half width, metres
BANK = 30.0  # half width of moat and its green banks
RAIL = 9.0

# Chances of each land use by quarter (GB 50137 codes).
MIX: dict[str, dict[str, float]] = {
    "hutong": {"R2": 72, "B1": 8, "A33": 4, "A7": 3.5, "A1": 3, "G1": 3, "A2": 1.5,
               "A5": 1,
               "U2": 0.7, "R1": 3},
    "compound": {"R2": 60, "A33": 8, "A1": 6, "B2": 5, "B1": 6, "A35": 4, "A5": 3,
                 "G1": 3,
                 "U1": 1.2, "S4": 1, "A4": 1, "A6": 0.8, "M1": 0.8, "U2": 0.6,
                 "W1": 0.3},
    "tower": {"R2": 70, "B1": 9, "A33": 8, "B2": 5, "G1": 4, "A1": 2, "U1": 1,
              "S4": 0.8},
    "office": {"B2": 62, "B1": 15, "A1": 9, "R2": 8, "G1": 5, "B3": 2, "A2": 1},
}  # fmt: skip


@dataclass(frozen=True)
class Land:
    plots: Array  # polygons between the road surfaces, one cell and one block each
    plot_face: Array  # index into ground.faces
    plot_use: Array  # land-use code
    water: dict[str, Geometry]  # name -> polygon
    banks: Geometry
    rail: LineString | None
    blocks: Array  # ground.blocks without road surface


def cover(ground: Ground, rng: np.random.Generator) -> Land:
    """Lay road surface, water and banks over the ground; give each plot a use."""
    surfaces = road_pieces(ground.roads)
    plots, face = less(ground.faces, surfaces)
    big = shapely.area(plots) > 150
    plots, face = plots[big], face[big]
    water, banks = _waters(ground, rng)
    uses = _uses(ground, plots, face, rng)
    rail = LineString(smooth(ground.plan.rail, 3)) if ground.plan.rail else None
    blocks, _ = less(ground.blocks, surfaces)
    return Land(
        plots, face, uses, water, banks, rail, blocks[shapely.area(blocks) > 150]
    )


def road_pieces(roads: tuple[Street, ...]) -> Array:
    """The surface of every road in short overlapping pieces."""
    lines: list[LineString] = []
    half: list[float] = []
    for road in roads:
        width = ROAD_WIDTH[road.kind]
        if width == 0 or road.kind == "path":
            continue
        points = shapely.get_coordinates(road.line)
        for start in range(0, len(points) - 1, PIECE):
            lines.append(LineString(points[start : start + PIECE + 1]))
            half.append(width / 2)
    return shapely.buffer(np.array(lines), np.array(half), quad_segs=3)


def less(polygons: Array, covers: Array) -> tuple[Array, Array]:
    """The polygons without what covers them, in parts, and whose part each is."""
    tree = shapely.STRtree(covers)
    of, cover_index = tree.query(polygons, predicate="intersects")
    order = np.argsort(of, kind="stable")
    touched, first = np.unique(of[order], return_index=True)
    groups = np.split(cover_index[order], first[1:])
    joined = np.array([shapely.union_all(covers[np.sort(group)]) for group in groups])
    rest = polygons.copy()
    rest[touched] = shapely.difference(polygons[touched], joined)
    return polygon_parts(rest)


def polygon_parts(shapes: Array) -> tuple[Array, Array]:
    """Single polygons, and the index of the shape each came from."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    keep = (shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)
    return parts[keep], owner[keep]


def _waters(
    ground: Ground, rng: np.random.Generator
) -> tuple[dict[str, Geometry], Geometry]:
    water: dict[str, Geometry] = {}
    for index, green in enumerate(ground.plan.greens):
        chosen = ground.faces[ground.face_green == index]
        if not green.lake or not len(chosen):
            continue
        inside = shapely.coverage_union_all(chosen).buffer(-green.lake_bank)
        if not inside.is_empty:
            largest: Polygon = max(
                shapely.get_parts([inside]), key=lambda part: part.area
            )
            water[green.lake] = blob(largest, rng)
    banks: Geometry = Polygon()
    if ground.plan.moat:
        line = LineString(smooth(ground.plan.moat, 3))
        water["护城河"] = line.buffer(MOAT, quad_segs=4).intersection(ground.district)
        banks = line.buffer(BANK, quad_segs=4).intersection(ground.district)
        banks = banks.difference(water["护城河"])
    return water, banks


def _uses(ground: Ground, plots: Array, face: Array, rng: np.random.Generator) -> Array:
    """A use for each plot: by its quarter, with trade along the great roads."""
    quarters = ground.face_quarter[face]
    great = [road.line for road in ground.roads if road.kind in ("ring", "arterial")]
    busy = np.zeros(len(plots), dtype=bool)
    busy[shapely.STRtree(plots).query(great, predicate="dwithin", distance=45)[1]] = (
        True
    )
    uses = np.empty(len(plots), dtype=object)
    for quarter, mix in MIX.items():
        for on_avenue in (False, True):
            here = (quarters == quarter) & (busy == on_avenue)
            chances = np.array(
                [
                    weight * (3 if on_avenue and use[0] == "B" else 1)
                    for use, weight in mix.items()
                ]
            )
            uses[here] = rng.choice(
                list(mix), int(here.sum()), p=chances / chances.sum()
            )
    uses[quarters == "green"] = "G1"
    tiny = (shapely.area(plots) < 900) & (quarters != "hutong")
    uses[tiny] = "G2"
    return uses
