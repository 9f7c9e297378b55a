"""Arcs in WKB, drawn as short lines, because GEOS and so the rest knows none.

Types are those of ISO 13249-3: 8 CircularString, 9 CompoundCurve, 10 CurvePolygon,
11 MultiCurve, 12 MultiSurface, 15 PolyhedralSurface, 16 TIN, 17 Triangle; 1000 more
with Z, 2000 with M, 3000 with both.
"""

import math
import struct

STEP = math.radians(3)  # between two points of an arc: 0.03 % of the radius at most
MAX_DEPTH = 16
# What each type becomes; others stay as they are.
LINEAR = {8: 2, 9: 2, 10: 3, 11: 5, 12: 6, 15: 6, 16: 6, 17: 3}
# Their parts are written with a header each.
NESTED = {4, 5, 6, 7, 9, 10, 11, 12, 15, 16}

Point = tuple[float, ...]


def is_curved(wkb: bytes) -> bool:
    """Whether the geometry's own type is one that `linear` replaces."""
    if len(wkb) < 5:
        return False
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] == 1 else "big")
    return (code & 0x0FFFFFFF) % 1000 in LINEAR


def linear(wkb: bytes) -> bytes | None:
    """The geometry in two dimensions with its arcs drawn; None where it is broken."""
    try:
        return _Reader(wkb).geometry(0)[1]
    except (struct.error, ValueError, OverflowError):
        return None


class _Reader:
    def __init__(self, wkb: bytes) -> None:
        self.wkb = wkb
        self.at = 0

    def _take(self, form: str) -> tuple[float, ...]:
        values = struct.unpack_from(form, self.wkb, self.at)
        self.at += struct.calcsize(form)
        return values

    def _header(self) -> tuple[str, int, int]:
        """Byte order, type and number of dimensions."""
        order = "<" if self._take("<B")[0] == 1 else ">"
        code = int(self._take(order + "I")[0])
        dimensions = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
        if code & 0x20000000:
            self._take(order + "I")
        code &= 0x0FFFFFFF
        dimensions += (0, 1, 1, 2)[min(code // 1000, 3)]
        return order, code % 1000, min(dimensions, 4)

    def _count(self, order: str, size: int) -> int:
        count = int(self._take(order + "I")[0])
        if count * size > len(self.wkb) - self.at:
            raise ValueError("count")
        return count

    def _points(self, order: str, dimensions: int) -> list[Point]:
        count = self._count(order, 8 * dimensions)
        return [self._take(f"{order}{dimensions}d")[:2] for _ in range(count)]

    def geometry(self, depth: int) -> tuple[int, bytes]:
        """The linear type and the WKB of the geometry that begins here."""
        if depth > MAX_DEPTH:
            raise ValueError("depth")
        order, kind, dimensions = self._header()
        target = LINEAR.get(kind, kind)
        head = struct.pack("<BI", 1, target)
        if kind == 1:
            return target, head + _packed([self._take(f"{order}{dimensions}d")[:2]])
        if kind in {2, 8}:
            points = self._points(order, dimensions)
            return target, head + _line(_drawn(points) if kind == 8 else points)
        if kind in {3, 17}:
            rings = [
                self._points(order, dimensions) for _ in range(self._count(order, 4))
            ]
            return target, head + _counted([_line(ring) for ring in rings])
        if kind not in NESTED:
            raise ValueError("type")
        parts = [self.geometry(depth + 1)[1] for _ in range(self._count(order, 9))]
        if kind == 9:
            return target, head + _line(_joined(parts))
        # A ring of a polygon has no header of its own.
        return target, head + _counted(
            [part[5:] for part in parts] if kind == 10 else parts
        )


def _packed(points: list[Point]) -> bytes:
    return b"".join(struct.pack("<2d", *point) for point in points)


def _line(points: list[Point]) -> bytes:
    return struct.pack("<I", len(points)) + _packed(points)


def _counted(parts: list[bytes]) -> bytes:
    return struct.pack("<I", len(parts)) + b"".join(parts)


def _joined(lines: list[bytes]) -> list[Point]:
    """The points of lines that go on from one another, each end only once."""
    points: list[Point] = []
    for line in lines:
        found = list(struct.iter_unpack("<2d", line[9:]))
        points += found[1:] if points and found[:1] == points[-1:] else found
    return points


def _drawn(points: list[Point]) -> list[Point]:
    """Arcs through each three points: start, a point between, end."""
    drawn = points[:1]
    for at in range(0, len(points) - 2, 2):
        drawn += _arc(*points[at : at + 3])
    return drawn


def _arc(start: Point, middle: Point, end: Point) -> list[Point]:
    """What follows ``start`` on the arc; ``start`` equal to ``end`` is a circle."""
    (ax, ay), (bx, by), (cx, cy) = start, middle, end
    if start == end:
        x, y, turn = (ax + bx) / 2, (ay + by) / 2, math.tau
    else:
        # The centre is as far from all three; relative to ``start`` for precision.
        bx, by, cx, cy = bx - ax, by - ay, cx - ax, cy - ay
        twice = 2 * (bx * cy - by * cx)
        if not math.isfinite(twice) or abs(twice) < 1e-12 * (
            bx**2 + by**2 + cx**2 + cy**2
        ):
            return [middle, end]
        b, c = bx**2 + by**2, cx**2 + cy**2
        x, y = ax + (cy * b - by * c) / twice, ay + (bx * c - cx * b) / twice
        turn = math.atan2(end[1] - y, end[0] - x) - math.atan2(ay - y, ax - x)
        turn = turn % math.tau if twice > 0 else turn % math.tau - math.tau
    first, radius = math.atan2(ay - y, ax - x), math.hypot(ax - x, ay - y)
    steps = max(2, math.ceil(abs(turn) / STEP))
    angles = (first + turn * step / steps for step in range(1, steps))
    return [
        *(
            (x + radius * math.cos(angle), y + radius * math.sin(angle))
            for angle in angles
        ),
        end,
    ]
