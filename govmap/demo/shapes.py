"""Footprints of buildings, drawn in the frame of their parcel.

Each function takes the widths and depths of parcels in metres (arrays of n) and gives
footprints as arrays (n, corners, 2): x from the west edge, y from the south edge.
Few are plain rectangles: houses have wings, stairs, porches and gates.
"""

from collections.abc import Callable, Sequence

import numpy as np

from .curves import Array

Corner = tuple[Array | float, Array | float]
Footprints = list[tuple[Array, Array]]  # rows of the parcels, corners


def ring(count: int, corners: Sequence[Corner]) -> Array:
    """Corners given as columns, stacked to (count, corners, 2)."""
    return np.stack(
        [
            np.stack([np.broadcast_to(x, count), np.broadcast_to(y, count)], axis=-1)
            for x, y in corners
        ],
        axis=1,
    ).astype(float)


def courtyard(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """A siheyuan: main hall with ear rooms in the north, wings, south row and gate."""
    count = len(width)
    rows = np.arange(count)
    hall, ears = rng.uniform(5.2, 6.8, count), rng.uniform(3.6, 4.6, count)
    ear = width * rng.uniform(0.16, 0.26, count)
    wing, south = rng.uniform(3.2, 4.4, count), rng.uniform(3.4, 4.4, count)
    gate, step = rng.uniform(1.8, 2.6, count), rng.uniform(0.6, 1.2, count)
    main = ring(count, [
        (0, depth), (0, depth - ears), (ear, depth - ears), (ear, depth - hall),
        (width - ear, depth - hall), (width - ear, depth - ears), (width, depth - ears),
        (width, depth),
    ])  # fmt: skip
    low, high = south + 1.2, depth - hall - 0.8
    east = ring(count, [
        (width - wing, low), (width, low), (width, high), (width - wing + step, high),
        (width - wing + step, high - 1.9), (width - wing, high - 1.9),
    ])  # fmt: skip
    west = ring(count, [
        (0, low), (wing, low), (wing, high - 1.9), (wing - step, high - 1.9),
        (wing - step, high), (0, high),
    ])  # fmt: skip
    front = ring(count, [
        (0, 0), (width - gate, 0), (width - gate, south - step),
        (width - gate - 3, south - step), (width - gate - 3, south), (0, south),
    ])  # fmt: skip
    roomy = (high - low) > 3.4
    chance = rng.random((4, count))
    yard_x, yard_y = width * 0.5, (low + high) / 2
    shed = ring(count, [
        (yard_x - 2.2, yard_y - 1.6), (yard_x + 1.4, yard_y - 1.9),
        (yard_x + 1.8, yard_y + 0.9), (yard_x - 0.4, yard_y + 1.2),
        (yard_x - 2.0, yard_y + 1.6),
    ])  # fmt: skip
    kept = [
        (main, np.ones(count, dtype=bool)),
        (east, roomy & (chance[0] < 0.86) & (width > 10)),
        (west, roomy & (chance[1] < 0.92)),
        (front, (chance[2] < 0.84) & (depth > 15)),
        (shed, roomy & (chance[3] < 0.2) & (width > 15) & (high - low > 6)),
    ]
    return [(rows[keep], shape[keep]) for shape, keep in kept]


def slab(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """A long housing block, most with stairs on the north, some stepped or bent."""
    count = len(width)
    body, side = rng.uniform(11.5, 14.5, count), rng.uniform(2.5, 5.5, count)
    back = depth - rng.uniform(4, 7, count)
    left, right, front = side, width - side, back - body
    kind = rng.random(count)
    made: Footprints = []
    for stairs, low, high in ((2, 0.0, 0.2), (3, 0.2, 0.42), (4, 0.42, 0.55)):
        rows = np.flatnonzero((kind >= low) & (kind < high))
        made.append(
            (rows, _stairs(left[rows], right[rows], front[rows], back[rows], stairs))
        )
    shift, middle = (
        rng.uniform(3.0, 5.5, count),
        left + (right - left) * rng.uniform(0.35, 0.65, count),
    )
    stepped = ring(count, [
        (left, front), (middle, front), (middle, front - shift), (right, front - shift),
        (right, back - shift), (middle, back - shift), (middle, back), (left, back),
    ])  # fmt: skip
    foot = np.maximum(front - rng.uniform(8, 14, count), 2.0)
    bent = ring(count, [
        (left, foot), (left + body, foot), (left + body, front), (right, front),
        (right, back), (left, back),
    ])  # fmt: skip
    plain = ring(count, [(left, front), (right, front), (right, back), (left, back)])
    for shape, low, high in (
        (stepped, 0.55, 0.76),
        (bent, 0.76, 0.94),
        (plain, 0.94, 1.0),
    ):
        rows = np.flatnonzero((kind >= low) & (kind < high))
        made.append((rows, shape[rows]))
    return made


def _stairs(left: Array, right: Array, front: Array, back: Array, count: int) -> Array:
    bay, out = (right - left) / count, 1.5
    corners: list[Corner] = [(left, front), (right, front), (right, back - out)]
    for number in reversed(range(count)):
        centre = left + bay * (number + 0.5)
        corners += [(centre + 2.6, back - out), (centre + 2.6, back),
                    (centre - 2.6, back), (centre - 2.6, back - out)]  # fmt: skip
    corners.append((left, back - out))
    return ring(len(left), corners)


def tower(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """A point block: cross, butterfly or with cut corners."""
    count = len(width)
    half = np.clip(np.minimum(width, depth) * rng.uniform(0.27, 0.36, count), 7.5, 17)
    x, y = width / 2 + rng.normal(0, 1.5, count), depth * 0.55
    arm, cut = half * rng.uniform(0.45, 0.62, count), half * 0.25
    cross = ring(count, [
        (x - arm, y - half), (x + arm, y - half), (x + arm, y - arm),
        (x + half, y - arm),
        (x + half, y + arm), (x + arm, y + arm), (x + arm, y + half),
        (x - arm, y + half),
        (x - arm, y + arm), (x - half, y + arm), (x - half, y - arm),
        (x - arm, y - arm),
    ])  # fmt: skip
    butterfly = ring(count, [
        (x - half, y - half * 0.8), (x - arm * 0.5, y - half * 0.45),
        (x + arm * 0.5, y - half * 0.45),
        (x + half, y - half * 0.8), (x + half * 1.1, y + half * 0.3),
        (x + arm, y + half * 0.4),
        (x + arm * 0.8, y + half * 0.85), (x - arm * 0.8, y + half * 0.85),
        (x - arm, y + half * 0.4), (x - half * 1.1, y + half * 0.3),
    ])  # fmt: skip
    cornered = ring(count, [
        (x - half + cut, y - half), (x + half - cut, y - half),
        (x + half, y - half + cut),
        (x + half, y + half - cut), (x + half - cut, y + half),
        (x - half + cut, y + half),
        (x - half, y + half - cut), (x - half, y - half + cut),
    ])  # fmt: skip
    return _mixed(rng, count, [(cross, 0.4), (butterfly, 0.35), (cornered, 0.25)])


def hall(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """Offices, a hospital or a department store: L, U, H or stepped."""
    count = len(width)
    left, right = (
        width * rng.uniform(0.05, 0.14, count),
        width * rng.uniform(0.86, 0.95, count),
    )
    low, high = (
        depth * rng.uniform(0.06, 0.2, count),
        depth * rng.uniform(0.84, 0.95, count),
    )
    span, rise = right - left, high - low
    a, b = (
        left + span * rng.uniform(0.26, 0.36, count),
        left + span * rng.uniform(0.64, 0.74, count),
    )
    c, d = (
        low + rise * rng.uniform(0.3, 0.42, count),
        low + rise * rng.uniform(0.58, 0.7, count),
    )
    ell = ring(
        count, [(left, low), (a, low), (a, d), (right, d), (right, high), (left, high)]
    )
    cup = ring(count, [
        (left, low), (a, low), (a, d), (b, d), (b, low), (right, low), (right, high),
        (left, high),
    ])  # fmt: skip
    aitch = ring(count, [
        (left, low), (a, low), (a, c), (b, c), (b, low), (right, low), (right, high),
        (b, high), (b, d), (a, d), (a, high), (left, high),
    ])  # fmt: skip
    terrace = ring(count, [
        (left, low), (b, low), (b, c), (right, c), (right, high), (a, high), (a, d),
        (left, d),
    ])  # fmt: skip
    porch = ring(count, [
        (left, c), (a, c), (a, low), (b, low), (b, c), (right, c), (right, high),
        (left, high),
    ])  # fmt: skip
    return _mixed(
        rng,
        count,
        [(ell, 0.24), (cup, 0.24), (aitch, 0.16), (terrace, 0.2), (porch, 0.16)],
    )


def school(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """Class rooms in a comb; the south of the parcel stays a playground."""
    count = len(width)
    left, right = width * 0.08, width * 0.92
    high, low = depth * 0.95, depth * rng.uniform(0.32, 0.5, count)
    body = np.minimum(12.0, (high - low) * 0.4)
    a, b = left + body, right - body
    m, n = (left + right - body) / 2, (left + right + body) / 2
    comb = ring(count, [
        (left, low), (a, low), (a, high - body), (m, high - body), (m, low), (n, low),
        (n, high - body), (b, high - body), (b, low), (right, low), (right, high),
        (left, high),
    ])  # fmt: skip
    cup = ring(count, [
        (left, low), (a, low), (a, high - body), (b, high - body), (b, low),
        (right, low),
        (right, high), (left, high),
    ])  # fmt: skip
    return _mixed(rng, count, [(comb, 0.5), (cup, 0.5)])


def temple(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """Halls with porches one behind the other, and long side houses."""
    count = len(width)
    rows, middle = np.arange(count), width / 2
    made: Footprints = []
    for place, share in ((0.16, 0.24), (0.5, 0.32), (0.84, 0.28)):
        half, y, out = width * share * rng.uniform(0.85, 1.1, count), depth * place, 1.6
        body, porch = np.minimum(depth * 0.08, 6), half * 0.55
        made.append((rows, ring(count, [
            (middle - half, y - body), (middle - porch, y - body),
            (middle - porch, y - body - out),
            (middle + porch, y - body - out), (middle + porch, y - body),
            (middle + half, y - body),
            (middle + half, y + body), (middle - half, y + body),
        ])))  # fmt: skip
    for west, east in ((0.02, 0.11), (0.89, 0.98)):
        x, z = width * west, width * east
        made.append((rows, ring(count, [
            (x, depth * 0.1), (z, depth * 0.1), (z, depth * 0.34),
            (z - 0.8, depth * 0.34),
            (z - 0.8, depth * 0.74), (x, depth * 0.74),
        ])))  # fmt: skip
    return made


def pavilion(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """An eight-sided pavilion or a small house, in one park parcel of three."""
    count = len(width)
    turn = np.arange(8) / 8 * 2 * np.pi + np.pi / 8
    radius = rng.uniform(3, 6, count)
    x, y = width * rng.uniform(0.3, 0.7, count), depth * rng.uniform(0.3, 0.7, count)
    eight = ring(
        count, [(x + radius * np.cos(t), y + radius * np.sin(t)) for t in turn]
    )
    return _mixed(rng, count, [(eight, 0.2), (_ell(x, y, radius * 1.3), 0.14)])


def shed(width: Array, depth: Array, rng: np.random.Generator) -> Footprints:
    """A substation, boiler house or depot."""
    count = len(width)
    size = np.minimum(width, depth) * rng.uniform(0.28, 0.4, count)
    return [(np.arange(count), _ell(width / 2, depth / 2, size))]


def _ell(x: Array, y: Array, size: Array) -> Array:
    return ring(len(x), [
        (x - size, y - size * 0.7), (x + size * 0.2, y - size * 0.7),
        (x + size * 0.2, y - size * 0.2),
        (x + size, y - size * 0.2), (x + size, y + size * 0.7),
        (x - size, y + size * 0.7),
    ])  # fmt: skip


def _mixed(
    rng: np.random.Generator, count: int, shapes: Sequence[tuple[Array, float]]
) -> Footprints:
    """Each parcel gets a shape by chance, or none if the chances stay below one."""
    draw, low = rng.random(count), 0.0
    made: Footprints = []
    for shape, chance in shapes:
        rows = np.flatnonzero((draw >= low) & (draw < low + chance))
        made.append((rows, shape[rows]))
        low += chance
    return made


Fabric = Callable[[Array, Array, np.random.Generator], Footprints]
FABRICS: dict[str, Fabric] = {
    "courtyard": courtyard, "slab": slab, "tower": tower, "hall": hall,
    "school": school,
    "temple": temple, "pavilion": pavilion, "shed": shed,
}  # fmt: skip
