"""A process drawn from its data: states in columns by phase, moves as arrows.

Every move has a line of its own in the box of the state it is done from, and its arrow
begins there: so no words lie upon one another, however many moves there are. Moves that
stay are listed below, without arrows. Pixels throughout.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from govmap.lib.localized import localized
from workflow.drafts import Draft, Move
from workflow.models import Phase

WIDTH, GAP, MARGIN = 176, 60, 20
TITLE, LINE, PADDING, BETWEEN = 34, 19, 6, 26
TOP = 48  # below the names of the phases
BEND = 36
# Of the letters of a line, at its size of 12 px.
WIDE, NARROW = 12.0, 6.4


@dataclass
class Line:
    """One move in the box of its state, or in the corner where the process begins."""

    label: str
    verb: str
    y: float
    x: float
    is_primary: bool = False
    is_auto: bool = False
    ends_right: bool = True
    full: str = ""


@dataclass
class Box:
    """One state; of the corner where the process begins, none."""

    code: str
    label: str
    phase: str
    x: float
    y: float
    height: float = 0
    moves: list[Line] = field(default_factory=list)
    stays: list[Line] = field(default_factory=list)
    width: int = WIDTH
    full: str = ""

    @property
    def right(self) -> float:
        return self.x + WIDTH

    @property
    def title_y(self) -> float:
        return self.y + TITLE / 2

    @property
    def rule_y(self) -> float:
        """Between its name and its moves."""
        return self.y + TITLE


@dataclass(frozen=True)
class Arrow:
    path: str
    title: str
    is_primary: bool
    is_back: bool


@dataclass(frozen=True)
class Diagram:
    width: float
    height: float
    phases: list[tuple[str, str, float]]  # code, name, middle
    boxes: list[Box]
    arrows: list[Arrow]


def diagram_of(draft: Draft) -> Diagram:
    boxes = _boxes(draft)
    arrows = [arrow for box in boxes.values() for arrow in _arrows(draft, box, boxes)]
    columns = _columns(draft)
    return Diagram(
        width=2 * MARGIN + len(columns) * (WIDTH + GAP) - GAP,
        height=max(box.y + box.height for box in boxes.values()) + MARGIN,
        phases=[
            (phase, str(Phase(phase).label), _left(number) + WIDTH / 2)
            for number, phase in enumerate(columns)
        ],
        boxes=list(boxes.values()),
        # The chief ways are drawn last, over the others.
        arrows=sorted(arrows, key=lambda arrow: arrow.is_primary),
    )


def _columns(draft: Draft) -> list[str]:
    used = set(draft.phases.values())
    return [phase for phase in Phase.values if phase in used]


def _left(column: int) -> float:
    return MARGIN + column * (WIDTH + GAP)


def _boxes(draft: Draft) -> dict[str, Box]:
    """By the state's code, under "" the beginning, above the first state."""
    columns = _columns(draft)
    begin = [move for move in draft.moves if move.opens]
    first = columns.index(draft.phases[begin[0].to_state]) if begin else 0
    boxes = {"": Box("", "", "", _left(first), TOP)}
    bottoms: dict[int, float] = defaultdict(lambda: float(TOP))
    _fill(boxes[""], begin)
    bottoms[first] = TOP + boxes[""].height + BETWEEN
    for state in draft.data["states"]:
        column = columns.index(state["phase"])
        code, full = state["code"], localized(state["label"])
        box = Box(code, _fit(full, 13 / 12), state["phase"], _left(column), 0)
        box.full, box.y = full, bottoms[column]
        _fill(box, [move for move in draft.moves if move.from_state == code])
        bottoms[column] = box.y + box.height + BETWEEN
        boxes[code] = box
    return boxes


def _fill(box: Box, moves: list[Move]) -> None:
    """The lines of the box, the moves that lead away before those that stay."""
    y = box.y + (TITLE if box.code else 0) + PADDING
    for stays in (False, True):
        for move in (move for move in moves if move.stays is stays):
            line = _line(move, box, y + LINE / 2)
            (box.stays if stays else box.moves).append(line)
            y += LINE
    box.height = y + PADDING - box.y


def _line(move: Move, box: Box, y: float) -> Line:
    full = localized(move.spec["label"])
    return Line(
        label=_fit(full),
        verb=move.spec["verb"],
        y=y,
        x=box.x + 22,
        is_primary=bool(move.spec.get("primary")),
        is_auto=move.auto,
        full=full,
    )


def _fit(words: str, scale: float = 1.0) -> str:
    """As many letters as the box is wide for."""
    room, taken = WIDTH - 30, 0.0
    for number, letter in enumerate(words):
        taken += (WIDE if ord(letter) > 0x2E80 else NARROW) * scale
        if taken > room:
            return words[:number].rstrip() + "…"
    return words


def _arrows(draft: Draft, box: Box, boxes: dict[str, Box]) -> list[Arrow]:
    going = [
        move
        for move in draft.moves
        if (move.from_state or "") == box.code and not move.stays
    ]
    return [
        _arrow(line, box, boxes[move.to_state])
        for move, line in zip(going, box.moves, strict=True)
    ]


def _arrow(line: Line, box: Box, target: Box) -> Arrow:
    """From the move's line to the name of the state it leads to."""
    end_y = target.title_y
    title = f"{box.full or '∅'} — {line.full} → {target.full}"
    if target.x > box.x:
        start, end, bend = box.right, target.x, float(BEND)
        path = f"M{start:g} {line.y:g}C{start + bend:g} {line.y:g}"
        path += f" {end - bend:g} {end_y:g} {end - 2:g} {end_y:g}"
    elif target.x < box.x:
        line.ends_right = False
        start, end, bend = box.x, target.right, BEND
        path = f"M{start:g} {line.y:g}C{start - bend:g} {line.y:g}"
        path += f" {end + bend:g} {end_y:g} {end + 2:g} {end_y:g}"
    else:
        side = box.right
        # Within the margin of the last column, too: a curve goes 3/4 of its bend.
        bend = min(MARGIN * 1.25, BEND * (0.4 + min(abs(end_y - line.y), 400) / 500))
        path = f"M{side:g} {line.y:g}C{side + bend:g} {line.y:g}"
        path += f" {side + bend:g} {end_y:g} {side + 2:g} {end_y:g}"
    return Arrow(path, title, line.is_primary, target.x < box.x)
