"""Buildings on the parcels, with the attributes that a housing bureau keeps."""

from dataclasses import dataclass

import numpy as np
import shapely

from .city import Ground
from .curves import Array
from .land import Land, polygon_parts
from .parcels import Parcels, axes, parcel_out
from .shapes import FABRICS

LEAST = {"courtyard": 14.0, "pavilion": 20.0, "shed": 30.0, "shops": 50.0}
SCALES = (1.0, 0.93, 0.87, 0.81)  # of a courtyard's sides
WINGED = ("courtyard", "temple")


@dataclass(frozen=True)
class Houses:
    shapes: Array
    parcel: Array  # index into parcels
    parcels: Parcels
    part: Array  # which house of its parcel: 0 the main one, then wings and sheds


def build(ground: Ground, land: Land, rng: np.random.Generator) -> Houses:
    """As many buildings as the plan wants; smaller courts where they are too few."""
    quarters = ground.face_quarter[land.plot_face]
    wanted = ground.plan.buildings
    best: Houses | None = None
    for scale in SCALES:
        houses = _raise(parcel_out(land, quarters, rng, scale), rng)
        if best is None or len(houses.shapes) > len(best.shapes):
            best = houses
        if len(best.shapes) >= wanted:
            break
    assert best is not None
    return _thinned(best, wanted, rng)


def _raise(parcels: Parcels, rng: np.random.Generator) -> Houses:
    shapes, owners, order_of = [], [], []
    for name, fabric in {**FABRICS, "shops": FABRICS["hall"]}.items():
        rows = np.flatnonzero(parcels.fabric == name)
        if not len(rows):
            continue
        origin, east, north = axes(parcels.shapes[rows])
        width, depth = np.hypot(*east.T), np.hypot(*north.T)
        for order, (index, corners) in enumerate(fabric(width, depth, rng)):
            if not len(index):
                continue
            drawn = _placed(corners, origin[index], east[index], north[index])
            kept, owner = _inside(
                drawn, parcels.shapes[rows[index]], LEAST.get(name, 60.0)
            )
            shapes.append(kept)
            owners.append(rows[index][owner])
            order_of.append(np.full(len(kept), order if name in WINGED else 0))
    return Houses(
        np.concatenate(shapes),
        np.concatenate(owners),
        parcels,
        np.concatenate(order_of),
    )


def _placed(corners: Array, origin: Array, east: Array, north: Array) -> Array:
    """Footprints moved from the frame of their parcel to the map, on the centimetre."""
    unit_east = east / np.hypot(*east.T)[:, None]
    unit_north = north / np.hypot(*north.T)[:, None]
    placed = (
        origin[:, None, :]
        + corners[:, :, :1] * unit_east[:, None, :]
        + corners[:, :, 1:] * unit_north[:, None, :]
    )
    return shapely.polygons(placed)


def _inside(drawn: Array, parcel: Array, least: float) -> tuple[Array, Array]:
    """What of each footprint lies on its parcel, if enough is left to be a house."""
    valid = shapely.is_valid(drawn)
    clipped = shapely.intersection(np.where(valid, drawn, shapely.Polygon()), parcel)
    parts, owner = polygon_parts(clipped)
    area = shapely.area(parts)
    core = shapely.area(shapely.buffer(parts, -0.9))
    kept = (
        (area > least)
        & (core > 0.18 * area)
        & (area > 0.3 * shapely.area(drawn)[owner])
    )
    return parts[kept], owner[kept]


def _thinned(houses: Houses, wanted: int, rng: np.random.Generator) -> Houses:
    """Without the surplus: wings and sheds that happen not to be there."""
    surplus = len(houses.shapes) - wanted
    if surplus <= 0:
        return houses
    pool = np.flatnonzero(houses.part)
    if len(pool) < surplus:
        pool = np.arange(len(houses.shapes))
    keep = np.ones(len(houses.shapes), dtype=bool)
    keep[rng.choice(pool, surplus, replace=False)] = False
    return Houses(
        houses.shapes[keep], houses.parcel[keep], houses.parcels, houses.part[keep]
    )
