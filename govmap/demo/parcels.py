"""Plots cut into parcels (courts, compounds), each for one kind of building fabric."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Geometry

from .curves import Array
from .land import Land, polygon_parts

LEAST = 70.0  # m2


@dataclass(frozen=True)
class Fabric:
    width: float  # wished east-west size of a parcel, metres
    depth: float  # wished north-south size
    setback: float  # from the road
    gap: float  # kept free along every parcel border


FABRIC = {
    "courtyard": Fabric(16.0, 27.0, 0.8, 0.25),
    "slab": Fabric(60, 33, 3.5, 1.2),
    "tower": Fabric(46, 47, 4.0, 2.0),
    "hall": Fabric(66, 58, 4.0, 2.0),
    "shops": Fabric(36, 32, 1.5, 1.0),
    "school": Fabric(74, 78, 3.0, 2.0),
    "temple": Fabric(42, 75, 1.5, 0.8),
    "pavilion": Fabric(75, 75, 8.0, 2.0),
    "shed": Fabric(58, 52, 3.0, 2.0),
}


@dataclass(frozen=True)
class Parcels:
    shapes: Array  # polygons without their gap
    plot: Array  # index into land.plots
    fabric: Array  # name


def fabric_of(use: str, quarter: str) -> str:
    """What is built on this land use in this quarter."""
    if use in ("R2", "R1"):
        return {"hutong": "courtyard", "tower": "tower"}.get(quarter, "slab")
    if use == "B1":
        return "shops" if quarter == "hutong" else "hall"
    if use == "A33":
        return "school"
    if use == "A7":
        return "temple"
    if use[0] == "G":
        return "pavilion"
    return "shed" if use[0] in "USW" else "hall"


def parcel_out(
    land: Land, quarters: Array, rng: np.random.Generator, scale: float
) -> Parcels:
    """Cut every plot; `scale` shrinks courtyards when more houses are wanted."""
    fabric = np.array(
        [
            fabric_of(use, quarter)
            for use, quarter in zip(land.plot_use, quarters, strict=True)
        ]
    )
    keep_off = [shape.buffer(6) for shape in land.water.values()]
    keep_off.append(shapely.buffer(land.banks, 2))
    if land.rail is not None:
        keep_off.append(land.rail.buffer(12))
    free = _without(land.plots, keep_off)
    setback = np.array([FABRIC[name].setback for name in fabric])
    inner = shapely.buffer(free, -setback, join_style="mitre")
    shapes, plot = polygon_parts(inner)
    shapes, plot = _cut_all(shapes, plot, fabric, rng, scale)
    gap = np.array([FABRIC[name].gap for name in fabric[plot]])
    shapes, index = polygon_parts(shapely.buffer(shapes, -gap, join_style="mitre"))
    large = shapely.area(shapes) > LEAST
    return Parcels(shapes[large], plot[index][large], fabric[plot[index]][large])


def _without(plots: Array, covers: list[Geometry]) -> Array:
    rest = plots.copy()
    for cover in covers:
        touched = shapely.STRtree(rest).query(cover, predicate="intersects")
        rest[touched] = shapely.difference(rest[touched], cover)
    return rest


def _cut_all(
    shapes: Array, plot: Array, fabric: Array, rng: np.random.Generator, scale: float
) -> tuple[Array, Array]:
    """Halve whatever is too wide or too deep, all shapes of a round at once."""
    shrink = {name: scale if name == "courtyard" else 1.0 for name in FABRIC}
    width = np.array([FABRIC[name].width * shrink[name] for name in fabric])
    depth = np.array([FABRIC[name].depth * shrink[name] for name in fabric])
    done: list[tuple[Array, Array]] = []
    while len(shapes):
        large = shapely.area(shapes) > LEAST
        shapes, plot = shapes[large], plot[large]
        origin, east, north = axes(shapes)
        wide = np.hypot(*east.T) / width[plot]
        deep = np.hypot(*north.T) / depth[plot]
        ready = np.maximum(wide, deep) < 1.45
        done.append((shapes[ready], plot[ready]))
        todo = ~ready
        shapes, plot = _halve(
            shapes[todo], plot[todo], origin[todo], east[todo], north[todo],
            (wide[todo], deep[todo]), rng,
        )  # fmt: skip
    return np.concatenate([one for one, _ in done]), np.concatenate(
        [two for _, two in done]
    )


def axes(shapes: Array) -> tuple[Array, Array, Array]:
    """South-west corner, east side and north side of the best box of each shape."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shapes)).reshape(
        -1, 5, 2
    )
    first = corners[:, 1] - corners[:, 0]
    second = corners[:, 2] - corners[:, 1]
    first_is_north = np.abs(first[:, 1]) / (np.hypot(*first.T) + 1e-9) > np.abs(
        second[:, 1]
    ) / (np.hypot(*second.T) + 1e-9)
    north = np.where(first_is_north[:, None], first, second)
    east = np.where(first_is_north[:, None], second, first)
    north = north * np.where(north[:, 1] < 0, -1, 1)[:, None]
    east = east * np.where(east[:, 0] < 0, -1, 1)[:, None]
    centre = corners[:, :4].mean(axis=1)
    return centre - (north + east) / 2, east, north


def _halve(
    shapes: Array,
    plot: Array,
    origin: Array,
    east: Array,
    north: Array,
    ratio: tuple[Array, Array],
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    wide, deep = ratio
    across = (wide > deep)[:, None]
    along, side = np.where(across, east, north), np.where(across, north, east)
    pieces = np.maximum(2, np.round(np.maximum(wide, deep)))
    share = (
        np.floor(pieces / 2) / pieces + rng.normal(0, 0.035, len(shapes)) * 2 / pieces
    )
    lean = rng.normal(0, 0.035, len(shapes))[:, None]
    tilt = lean * side[:, ::-1] * np.array([-1, 1])
    base = origin + along * share[:, None] - tilt / 2 - side * 0.6
    top = origin + along * share[:, None] + tilt / 2 + side * 1.6
    back = -along * 2
    near = shapely.polygons(np.stack([base, top, top + back, base + back], axis=1))
    one, two = shapely.intersection(shapes, near), shapely.difference(shapes, near)
    parts, index = polygon_parts(np.concatenate([one, two]))
    return parts, np.concatenate([plot, plot])[index]
