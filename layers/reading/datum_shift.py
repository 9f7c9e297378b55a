"""GCJ-02 and BD-09: the coordinates that Chinese map services give out.

Both are longitude and latitude moved by some hundred metres, by formulas that are
public though no standard prints them. Points are arrays of shape (n, 2), east before
north, degrees; outside the formulas' box GCJ-02 is WGS 84 itself.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Formula = Callable[[Array], Array]

# The ellipsoid of Krassowsky 1940, as the formula of GCJ-02 has it: metres, e squared.
AXIS = 6378245.0
ECCENTRICITY = 0.00669342162296594323
# West, south, east, north of where GCJ-02 moves anything.
BOX = (72.004, 0.8293, 137.8347, 55.8271)
WAVES = np.pi * 3000.0 / 180.0  # of BD-09, per degree
# An inverse stops when no point moves further: about a hundredth of a millimetre.
ENOUGH = 1e-10
ROUNDS = 30


def to_gcj(points: Array) -> Array:
    """WGS 84 as GCJ-02."""
    with np.errstate(invalid="ignore"):  # infinity stays as it is
        return np.where(_in_box(points)[:, None], points + _offset(points), points)


def from_gcj(points: Array) -> Array:
    """GCJ-02 as WGS 84, by iteration: to 0.1 mm, where one step leaves a metre."""
    with np.errstate(invalid="ignore"):
        found = _undone(points, lambda guess: guess + _offset(guess))
    return np.where(_in_box(points)[:, None], found, points)


def to_bd(points: Array) -> Array:
    """WGS 84 as BD-09."""
    with np.errstate(invalid="ignore"):
        return _gcj_as_bd(to_gcj(points))


def from_bd(points: Array) -> Array:
    """BD-09 as WGS 84, by way of GCJ-02."""
    with np.errstate(invalid="ignore"):
        return from_gcj(_undone(points, _gcj_as_bd))


def _gcj_as_bd(points: Array) -> Array:
    x, y = points[:, 0], points[:, 1]
    length = np.hypot(x, y) + 0.00002 * np.sin(y * WAVES)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * WAVES)
    east = length * np.cos(angle) + 0.0065
    return np.column_stack([east, length * np.sin(angle) + 0.006])


def _in_box(points: Array) -> Array:
    west, south, east, north = BOX
    x, y = points[:, 0], points[:, 1]
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _offset(points: Array) -> Array:
    """What GCJ-02 adds, degrees: metres by a sum of waves, over the ellipsoid."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    ripples = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripples + _waves(x, (20.0, 1.0), (40.0, 3.0))) * 2.0 / 3.0
    east += _waves(x, (150.0, 12.0), (300.0, 30.0)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripples + _waves(y, (20.0, 1.0), (40.0, 3.0))) * 2.0 / 3.0
    north += _waves(y, (160.0, 12.0), (320.0, 30.0)) * 2.0 / 3.0
    latitude = np.radians(points[:, 1])
    bulge = 1.0 - ECCENTRICITY * np.sin(latitude) ** 2
    across = AXIS / np.sqrt(bulge) * np.cos(latitude)
    along = AXIS * (1.0 - ECCENTRICITY) / bulge**1.5
    return np.degrees(np.column_stack([east / across, north / along]))


def _waves(at: Array, *waves: tuple[float, float]) -> Array:
    """A sum of sines: height in metres, divisor of the angle."""
    total = np.zeros_like(at)
    for height, divisor in waves:
        total += height * np.sin(at * np.pi / divisor)
    return total


def _undone(points: Array, formula: Formula) -> Array:
    """Where ``formula`` leads to ``points``: each round takes off what it still misses.

    The formulas bend by less than a hundredth of what they move, so a round gains two
    digits or more.
    """
    guess = points.copy()
    for _ in range(ROUNDS):
        missed = formula(guess) - points
        guess = guess - missed
        if not np.any(np.abs(missed) > ENOUGH):
            break
    return guess
