"""Everything of one whistle, for whoever may see it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.models import User
from cases.models import Case, Whistle, WhistleCall
from cases.models.whistle import add_clocks
from cases.whistles.calls import seen_only_just
from cases.whistles.forms import MoveForm
from workflow import dossier
from workflow.arguments import split
from workflow.dossier import Step
from workflow.engine import moves_open_to
from workflow.forms import primary_first
from workflow.models import Phase, Request, Transition

# The effect by which the street says in one tap that a unit is there.
TAP = "attend_call"
# The one by which it takes that back, with its minutes.
UNTAP = "unattend_call"


@dataclass(frozen=True)
class Row:
    """One called unit: what it did, and what of it a reader may note by one tap."""

    call: WhistleCall
    is_own: bool
    is_late: bool
    result: str
    mark: str
    street_mark: str
    tap: bool
    untap: bool

    @property
    def minutes(self) -> int | None:
        took = self.call.took
        return round(took.total_seconds() / 60) if took is not None else None

    @property
    def clock(self) -> Any:
        """The limit to look at: of the arrival, else of the signing."""
        clocks = self.call.clocks  # type: ignore[attr-defined]
        return clocks.get(WhistleCall.ARRIVAL) or clocks.get(WhistleCall.SIGNING)


class Dossier(dossier.Dossier):
    """A whistle with its history, its called units and the moves open to a reader."""

    def __init__(self, whistle: Whistle, reader: User, *, verb: str = "") -> None:
        super().__init__(whistle, reader, verb=verb)
        self.whistle = whistle
        add_clocks([whistle])

    def form_of(self, move: Transition) -> MoveForm:
        return MoveForm(self.whistle, move)

    @cached_property
    def _moves(self) -> list[Transition]:
        """The primary ones first; of the others those that end nothing."""
        moves = moves_open_to(self.whistle, self.reader)
        return primary_first(sorted(moves, key=lambda move: not move.stays))

    @cached_property
    def forms(self) -> list[MoveForm]:  # type: ignore[override]
        """All but the taps, which stand beside each unit."""
        moves = [move for move in self._moves if not _taps(move)]
        return [self.form_of(move) for move in moves]

    @cached_property
    def tap(self) -> MoveForm | None:
        """What one tap beside a unit sends."""
        moves = [move for move in self._moves if TAP in move.effects]
        return self.form_of(moves[0]) if moves else None

    @cached_property
    def untap(self) -> MoveForm | None:
        """What takes a wrong tap back, as long as one may be."""
        moves = [move for move in self._moves if _minutes(move)]
        return self.form_of(moves[0]) if moves else None

    @cached_property
    def rows(self) -> list[Row]:
        now = timezone.now()
        mine = self.reader.unit_ids
        rows = [self._row(call, now, mine) for call in self.whistle.parts()]
        return sorted(rows, key=lambda row: not row.is_own)

    def _row(self, call: WhistleCall, now: Any, mine: set[int]) -> Row:
        call.whistle = self.whistle
        return Row(
            call=call,
            is_own=call.unit_id in mine,
            is_late=call.is_late(now),
            result=self._word("report_call", call.result),
            mark=self._word("mark_call", call.mark),
            street_mark=self._word("mark_back", call.street_mark),
            tap=bool(self.tap and call.called_at and not call.arrived_at),
            untap=bool(self.untap)
            and seen_only_just(call, now, _minutes(self.untap.move)),  # type: ignore[union-attr]
        )

    def _word(self, effect: str, code: str) -> str:
        """What a code says, in the words of the process's move with that effect."""
        for move in self.whistle.process.moves:
            if code and effect in move.effects:
                return dict(move.reason_choices()).get(code, code)
        return code

    @property
    def before(self) -> Step:
        return self.history[0]

    @property
    def clock(self) -> Any:
        return self.whistle.clock  # type: ignore[attr-defined]

    @property
    def arrived(self) -> int:
        return sum(bool(call.arrived_at) for call in self.whistle.parts())

    @property
    def is_over(self) -> bool:
        return self.whistle.state.phase == Phase.DONE

    @cached_property
    def unapproved(self) -> bool:
        """Blown at once, and nobody has said yet whether rightly."""
        rows = Request.objects.open().filter(
            kind=Whistle.KIND, subject_id=self.whistle.pk
        )
        return rows.exists()

    @cached_property
    def case(self) -> Case | None:
        """The case that it is about, for who sees it."""
        if not self.whistle.case_id:
            return None
        cases = Case.objects.visible_to(self.reader).select_related("category")
        return cases.filter(pk=self.whistle.case_id).first()


def _minutes(move: Transition) -> int:
    """Within how many minutes the move takes a tap back; 0 where it does not."""
    for name, told in map(split, move.effects):
        if name == UNTAP:
            return int(told[0])
    return 0


def _taps(move: Transition) -> bool:
    return TAP in move.effects or bool(_minutes(move))
