"""Door numbers: every court and every building gets its place in the ten levels."""

from dataclasses import dataclass

import numpy as np
import shapely

from .city import Ground
from .curves import Array
from .houses import Houses
from .land import Land
from .names import SUFFIX, estate_names, road_names

# Fabrics whose parcels have a door of their own; elsewhere the plot has the door and
# each building a number behind it.
OWN_DOOR = ("courtyard", "temple", "shops", "pavilion", "shed")


@dataclass(frozen=True)
class Doors:
    """Where each parcel's door is. Arrays with one entry for each parcel."""

    road: Array  # index into ground.roads
    road_names: list[str]
    number: Array  # door number on that road
    estate: Array  # name of the estate, "" for none
    own: Array  # bool: the parcel has a door of its own


def number_doors(
    ground: Ground, land: Land, houses: Houses, rng: np.random.Generator
) -> Doors:
    """Odd numbers on one side of the road, even ones on the other, in their order."""
    parcels = houses.parcels
    own = np.isin(parcels.fabric, OWN_DOOR)
    names = road_names(ground.roads, rng)
    # A parcel without its own door shares the door of its plot.
    door = np.where(own, np.arange(len(own)) + len(land.plots), parcels.plot)
    unique, index = np.unique(door, return_inverse=True)
    places = shapely.centroid(np.concatenate([land.plots, parcels.shapes])[unique])
    road, number = _numbers(ground, places)
    plots = np.unique(parcels.plot[~own])
    homes = plots[np.array([use[0] == "R" for use in land.plot_use[plots]], dtype=bool)]
    estates = dict(zip(homes.tolist(), estate_names(len(homes), rng), strict=True))
    estate = np.array(
        [
            "" if mine else estates.get(plot, "")
            for mine, plot in zip(own, parcels.plot.tolist(), strict=True)
        ]
    )
    return Doors(road[index], names, number[index], estate, own)


def _numbers(ground: Ground, places: Array) -> tuple[Array, Array]:
    named = np.array(
        [
            index
            for index, road in enumerate(ground.roads)
            if road.kind in SUFFIX or road.name
        ]
    )
    lines = np.array([ground.roads[index].line for index in named])
    nearest = shapely.STRtree(lines).query_nearest(places, all_matches=False)[1]
    line = lines[nearest]
    along = shapely.line_locate_point(line, places)
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, along + 2.0))
    to_place = shapely.get_coordinates(places) - here
    heading = ahead - here
    left = heading[:, 0] * to_place[:, 1] - heading[:, 1] * to_place[:, 0] > 0
    number = np.zeros(len(places), dtype=int)
    order = np.lexsort((along, left, nearest))
    key = nearest[order] * 2 + left[order]
    first = np.concatenate([[0], np.flatnonzero(np.diff(key)) + 1])
    rank = np.arange(len(key)) - np.repeat(first, np.diff([*first, len(key)]))
    number[order] = rank * 2 + 1 + left[order]
    return named[nearest], number


def house_numbers(houses: Houses, own: Array) -> Array:
    """1号楼, 2号楼, ... behind a shared door, from the north; 0 for a court's own."""
    plot = houses.parcels.plot[houses.parcel]
    centre = shapely.get_coordinates(shapely.centroid(houses.shapes))
    behind = ~own[houses.parcel]
    order = np.lexsort((centre[:, 0], -np.round(centre[:, 1] / 25), plot, ~behind))
    order = order[: int(behind.sum())]
    number = np.zeros(len(plot), dtype=int)
    if len(order):
        first = np.concatenate([[0], np.flatnonzero(np.diff(plot[order])) + 1])
        rank = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
        number[order] = rank + 1
    return number
