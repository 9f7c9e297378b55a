"""City parts (部件): where they stand and of which class of GB/T 47678.5 they are."""

from dataclasses import dataclass

import numpy as np
import shapely

from .city import Ground
from .curves import Array
from .houses import Houses
from .land import Land
from .mesh import locate
from .network import Street
from .plan import ROAD_WIDTH

# class: (chance on a great road, on a branch, in a lane, in green)
CHANCES: dict[str, tuple[float, float, float, float]] = {
    "01001": (3, 4, 6, 1), "01002": (7, 9, 14, 1), "01003": (8, 8, 6, 1),
    "01004": (9, 9, 8, 1), "01005": (4, 4, 4, 0), "01006": (3, 3, 2, 1),
    "01007": (5, 5, 5, 0), "01010": (2, 2, 1, 0), "01011": (3, 3, 3, 0),
    "01013": (2, 2, 2, 0), "01027": (1, 2, 2, 0), "01028": (1, 1.5, 2, 0),
    "01030": (1, 2, 5, 0), "01037": (15, 12, 9, 5), "01039": (1, 0.4, 0.2, 6),
    "01042": (0.5, 0.5, 0.2, 0), "01046": (0, 0.5, 0.8, 4), "01050": (3, 2, 1.5, 1),
    "01054": (0.6, 1, 0.3, 0), "01048": (0.6, 0.8, 0.8, 0), "01060": (0.5, 0.5, 0.3, 0),
    "01065": (0, 0.3, 1, 1), "01075": (0, 1, 0.6, 0), "02004": (1.5, 0.5, 0, 0),
    "02010": (5, 3, 0.6, 0), "02012": (1.2, 1.4, 1.6, 0), "02014": (1.6, 0.6, 0, 0),
    "02017": (3, 1, 0, 0), "02021": (1, 2, 1, 0), "02025": (1.5, 1.5, 0.5, 0),
    "02037": (0, 0.1, 0.8, 0.5), "02038": (0, 1, 6, 0), "03001": (0.2, 0.5, 1.8, 1.5),
    "03002": (0.3, 0.4, 0.8, 0.5), "03005": (4, 4, 3, 9), "03006": (1, 0.4, 0, 0),
    "03007": (2, 2, 0.6, 0), "03008": (0.2, 0.8, 1.4, 2), "04001": (0, 0.2, 0.8, 4),
    "04002": (22, 18, 4, 0), "04003": (0, 0, 1, 22), "04005": (1.2, 0.5, 0.3, 4),
    "04006": (0.2, 0, 0, 2), "04007": (0.8, 0.6, 0.4, 14), "04008": (1.5, 0.8, 0.2, 5),
    "04011": (2, 1.6, 0.3, 0), "02026": (0.5, 0.6, 0.1, 0),
}  # fmt: skip
KIND = {"ring": 0, "arterial": 0, "secondary": 0, "branch": 1, "lane": 2, "service": 2}
STEP = (9.0, 11.0, 15.0)  # metres between places along a road, by column of CHANCES
GREEN = 3
STATES = {"完好": 0.955, "破损": 0.032, "丢失": 0.005, "废弃": 0.006, "移除": 0.002}


@dataclass(frozen=True)
class Parts:
    points: Array
    code: Array  # class, 5 digits
    cell: Array  # index into ground.cells
    state: Array


def place(
    ground: Ground, land: Land, houses: Houses, rng: np.random.Generator
) -> Parts:
    """Exactly as many parts as the plan wants, each inside one cell."""
    points, kind = _along(ground.roads, rng)
    park, park_kind = _in_green(land, rng)
    points, kind = np.concatenate([points, park]), np.concatenate([kind, park_kind])
    free = np.ones(len(points), dtype=bool)
    covers = np.concatenate(
        [houses.shapes, np.array(list(land.water.values()), dtype=object)]
    )
    free[
        shapely.STRtree(covers).query(points, predicate="dwithin", distance=0.3)[0]
    ] = False
    cell = locate(ground.cells, points)
    edges = shapely.STRtree(shapely.boundary(ground.cells))
    free[edges.query(points, predicate="dwithin", distance=0.1)[0]] = False
    pool = np.flatnonzero(free & (cell >= 0))
    chosen = np.sort(rng.choice(pool, ground.plan.parts, replace=False))
    states = rng.choice(list(STATES), len(chosen), p=list(STATES.values()))
    return Parts(points[chosen], _classes(kind[chosen], rng), cell[chosen], states)


def _classes(kind: Array, rng: np.random.Generator) -> Array:
    codes = np.array(list(CHANCES))
    chances = np.array(list(CHANCES.values()))
    drawn = np.empty(len(kind), dtype=codes.dtype)
    for column in range(chances.shape[1]):
        here = kind == column
        weights = chances[:, column] / chances[:, column].sum()
        drawn[here] = rng.choice(codes, int(here.sum()), p=weights)
    return drawn


def _along(roads: tuple[Street, ...], rng: np.random.Generator) -> tuple[Array, Array]:
    """Places at both kerbs of every road, away from crossing roads."""
    drawn = [road for road in roads if road.kind in KIND]
    lines = np.array([road.line for road in drawn])
    kind = np.array([KIND[road.kind] for road in drawn])
    half = np.array([ROAD_WIDTH[road.kind] / 2 for road in drawn])
    count = np.maximum(
        1, (shapely.length(lines) / np.array(STEP)[kind] * 2).astype(int)
    )
    of = np.repeat(np.arange(len(lines)), count)
    along = rng.random(len(of)) * shapely.length(lines)[of]
    here = shapely.get_coordinates(shapely.line_interpolate_point(lines[of], along))
    near = np.maximum(along - 0.5, 0)
    back = shapely.get_coordinates(shapely.line_interpolate_point(lines[of], near))
    ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(lines[of], near + 1.0)
    )
    heading = ahead - back
    heading /= np.hypot(*heading.T)[:, None] + 1e-9
    side = rng.choice([-1.0, 1.0], len(of)) * (
        half[of] - rng.uniform(0.4, 1.6, len(of))
    )
    normal = np.stack([-heading[:, 1], heading[:, 0]], axis=1)
    points = shapely.points(here + normal * side[:, None])
    nearest = shapely.STRtree(lines).query_nearest(points, all_matches=False)[1]
    own = nearest == of
    return points[own], kind[of][own]


def _in_green(land: Land, rng: np.random.Generator) -> tuple[Array, Array]:
    green = land.plots[np.isin(land.plot_use, ["G1", "G2"])]
    if not len(green):
        return np.array([], dtype=object), np.array([], dtype=int)
    count = np.minimum(120, (shapely.area(green) / 320).astype(int))
    of = np.repeat(np.arange(len(green)), count)
    low, high = shapely.bounds(green)[of, :2], shapely.bounds(green)[of, 2:]
    points = shapely.points(low + rng.random((len(of), 2)) * (high - low))
    inside = shapely.contains(green[of], points)
    return points[inside], np.full(int(inside.sum()), GREEN)
