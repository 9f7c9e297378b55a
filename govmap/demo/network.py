"""Streets grow by cutting the largest face of the network in two, again and again.

A cut ends, where it can, at a junction that is already there, so that streets run on
across an avenue instead of meeting it everywhere at a T.
"""

import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from .curves import Array, chord, divide, frame, smooth, smooth_ring, turned, wander
from .mesh import node, polygonize
from .plan import Green, Plan

# How many hectares of this quarter weigh as one when the next face to cut is chosen.
DENSITY = {"hutong": 1.75, "office": 1.15, "tower": 1.05, "compound": 1.0, "green": 0.3}


@dataclass
class Street:
    """A line of the network: a road, or a wall that only parts two cells."""

    kind: str
    line: LineString
    name: str = ""


@dataclass
class Face:
    """A piece of ground between lines of the network."""

    polygon: Polygon
    quarter: str
    green: Green | None = None
    home: int = -1  # index of the block that this face is cut from


@dataclass(frozen=True)
class Cut:
    """How a face is cut."""

    slant: float  # standard deviation, degrees
    bend: float  # bow as a share of the length
    wobble: float  # metres
    snap: float  # metres to a junction that may be taken over
    strips: float = 0.0  # depth in metres: cut east-west while a face is deeper


@dataclass
class Junctions:
    """Ends of cuts, found again by place."""

    size: float = 60.0
    cells: dict[tuple[int, int], list[Array]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, point: Array) -> None:
        self.cells[self._key(point)].append(point)

    def near(self, point: Array, reach: float, border: LineString) -> Array:
        """The nearest junction on `border` within `reach`, or the point itself."""
        column, row = self._key(point)
        found = [
            other
            for i, j in itertools.product((-1, 0, 1), repeat=2)
            for other in self.cells.get((column + i, row + j), ())
            if math.dist(other, point) < reach
        ]
        for other in sorted(found, key=lambda other: math.dist(other, point)):
            if border.distance(Point(other)) < 0.01:
                return other
        return point

    def _key(self, point: Array) -> tuple[int, int]:
        return int(point[0] // self.size), int(point[1] // self.size)


class Grower:
    """Cuts faces and remembers the lines it cut along."""

    def __init__(self, plan: Plan, rng: np.random.Generator) -> None:
        self.plan = plan
        self.rng = rng
        self.streets: list[Street] = []
        self.junctions = Junctions()

    def quarter_at(self, x: float, y: float) -> str:
        """The character of the town at a place, with a ragged edge."""
        x, y = x + self.rng.normal(0, 60), y + self.rng.normal(0, 60)
        for quarter in self.plan.quarters:
            if math.dist((x, y), quarter.centre) < quarter.radius:
                return quarter.kind
        return "compound"

    def great_faces(self) -> list[Face]:
        """The faces between the outline and the roads that the plan draws."""
        outline = outline_of(self.plan)
        for road in self.plan.roads:
            self.streets.append(
                Street(road.kind, LineString(smooth(road.points, 3)), road.name)
            )
        self.streets.append(
            Street("secondary", LineString(outline.exterior.coords), "界河路")
        )
        noded = node([street.line for street in self.streets])
        shapely.prepare(outline)
        return [
            self._face(polygon)
            for polygon in polygonize(noded)
            if outline.contains(polygon.representative_point())
        ]

    def _face(self, polygon: Polygon) -> Face:
        hectares = polygon.area / 1e4
        for green in self.plan.greens:
            if hectares <= green.hectares and polygon.contains(Point(green.centre)):
                return Face(polygon, "green", green)
        middle = polygon.representative_point()
        return Face(polygon, self.quarter_at(middle.x, middle.y))

    def grow(
        self,
        faces: Iterable[Face],
        count: int,
        weigh: Callable[[Face], float],
        cut: Callable[[Face], tuple[str, Cut]],
    ) -> list[Face]:
        """Cut the heaviest face until there are `count`, or none can be cut."""
        order = itertools.count()
        heap = [(-weigh(face), next(order), face) for face in faces]
        heapq.heapify(heap)
        done: list[Face] = []
        while heap and len(heap) + len(done) < count:
            weight, _, face = heapq.heappop(heap)
            kind, style = cut(face)
            parts = self.cut(face, kind, style) if weight < 0 else None
            if parts is None:
                done.append(face)
                continue
            for part in parts:
                heapq.heappush(heap, (-weigh(part), next(order), part))
        return done + [face for _, _, face in sorted(heap, key=lambda item: item[1])]

    def cut(self, face: Face, kind: str, style: Cut) -> list[Face] | None:
        """Both sides of a new street through `face`, or None when it cannot be cut."""
        for attempt in range(10):
            line = self._line(face.polygon, style, attempt)
            if line is None:
                continue
            sides = divide(face.polygon, line)
            if (
                sides is None
                or min(side.area for side in sides) < 0.24 * face.polygon.area
            ):
                continue
            if attempt < 8 and self._hits_green(face.polygon, line):
                continue
            self.streets.append(Street(kind, LineString(line)))
            self.junctions.add(line[0])
            self.junctions.add(line[-1])
            return [self._side(face, side) for side in sides]
        return None

    def _side(self, face: Face, side: Polygon) -> Face:
        if face.home >= 0:
            return Face(side, face.quarter, face.green, face.home)
        return self._face(side)

    def _line(self, face: Polygon, style: Cut, attempt: int) -> Array | None:
        centre, long_axis, long, short_axis, short = frame(face)
        if style.strips and attempt < 7:
            swap = abs(long_axis[1]) < abs(short_axis[1])  # the short axis runs north
            depth = short if swap else long
            if swap and depth > 1.45 * style.strips:
                long_axis, long, short_axis, short = short_axis, short, long_axis, long
        shift = float(np.clip(self.rng.normal(0, 0.07 + 0.01 * attempt), -0.2, 0.2))
        through = centre + long_axis * long * shift
        slant = self.rng.normal(0, style.slant * (1 if attempt < 7 else 0.3))
        ends = chord(face, through, turned(short_axis, slant), long + short)
        if ends is None:
            return None
        reach = min(style.snap, 0.2 * long)
        start, end = (self.junctions.near(end, reach, face.exterior) for end in ends)
        calm = 1.0 if attempt < 6 else 0.2
        return wander(
            start,
            end,
            self.rng,
            bend=style.bend * calm,
            wobble=style.wobble * calm,
        )

    def _hits_green(self, face: Polygon, line: Array) -> bool:
        """Whether the cut runs through the heart of a park that is to stay whole."""
        path = LineString(line)
        for green in self.plan.greens:
            heart = Point(green.centre)
            if face.contains(heart):
                return path.distance(heart) < 36 * math.sqrt(green.hectares)
        return False


def outline_of(plan: Plan) -> Polygon:
    """The border of the district."""
    return smooth_ring(plan.outline, 2, cut=0.13)


def block_cut(face: Face) -> tuple[str, Cut]:
    """How a large face becomes blocks: wide streets first, then narrow ones."""
    hectares = face.polygon.area / 1e4
    if hectares > 55:
        return "secondary", Cut(slant=8, bend=0.06, wobble=6, snap=60)
    if hectares > 15 or face.quarter != "hutong":
        return "branch", Cut(slant=7, bend=0.045, wobble=4, snap=45)
    return "lane", Cut(slant=6, bend=0.03, wobble=3, snap=25, strips=110)


def block_weight(face: Face) -> float:
    """Hectares, more in dense quarters; 0 for a park, which stays whole."""
    if face.green:
        return 0.0
    return face.polygon.area / 1e4 * DENSITY[face.quarter]
