"""Everything of one case, for whoever may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.models import Unit, User
from accounts.roles import Role
from cases.forms import MoveForm, forms_for
from cases.lists import ROW
from cases.models import Assignment, Case
from govmap.lib.localized import localized
from workflow.engine import moves_open_to
from workflow.models import Attachment, Event, Phase, State, Transition


def whole(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what the page of a case shows, in one query."""
    rows = cases.select_related(*ROW, "condition__department")
    parts = Assignment.objects.select_related("unit").order_by("pk")
    return rows.defer("cell__geometry").prefetch_related(Prefetch("assignments", parts))


@dataclass(frozen=True)
class Step:
    """One event as people read it."""

    event: Event
    actor: str  # as this reader may know him
    label: str  # of the move
    phase: str  # the subject stood in afterwards
    role: str
    reason: str
    unit: str  # that the act named
    text: str
    photos: list[Attachment]


class Dossier:
    """A case with its history, its clock, its photos and the moves open to a reader.

    ``verb`` opens the form of that move; ``query`` searches classes in it.
    """

    def __init__(
        self, case: Case, reader: User, *, verb: str = "", query: str = ""
    ) -> None:
        self.case, self.reader = case, reader
        self.verb, self.query = verb, query

    @cached_property
    def events(self) -> list[Event]:
        rows = self.case.events().select_related("actor", "unit", "remark")
        return list(rows.prefetch_related("attachments"))

    @cached_property
    def history(self) -> list[Step]:
        """The events, oldest first."""
        states = {state.code: state for state in self._states}
        units = self._named_units()
        return [self._step(event, states, units) for event in self.events]

    @cached_property
    def _states(self) -> list[State]:
        moves = self.case.process.moves
        return list({move.to_state.pk: move.to_state for move in moves}.values())

    def _named_units(self) -> dict[str, str]:
        codes = {event.data["unit"] for event in self.events if "unit" in event.data}
        return {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)}

    def _step(
        self, event: Event, states: Mapping[str, State], units: Mapping[str, str]
    ) -> Step:
        remark = getattr(event, "remark", None)
        move = self._move_of(event)
        return Step(
            event=event,
            actor=event.actor_for(self.reader),
            label=move.label if move else event.verb,
            phase=states[event.to_state].phase,
            role=str(Role(event.role).label),
            reason=_reason(move, event.data.get("reason")),
            unit=units.get(event.data.get("unit", ""), ""),
            text=remark.text if remark else "",
            photos=list(event.attachments.all()),
        )

    def _move_of(self, event: Event) -> Transition | None:
        for move in self.case.process.moves:
            left = move.from_state.code if move.from_state else ""
            if (move.verb, left) == (event.verb, event.from_state):
                return move
        return None

    @cached_property
    def reporter(self) -> str:
        """Whose report it is, as this reader may know him."""
        return self.events[0].actor_for(self.reader)

    @cached_property
    def clock(self) -> Any:
        return self.case.deadline()

    @cached_property
    def host(self) -> Assignment | None:
        """The unit that disposes, or did last."""
        parts = self.case.assignments.all()
        hosts = [part for part in parts if part.part == Assignment.Part.HOST]
        return hosts[-1] if hosts else None

    @cached_property
    def forms(self) -> list[MoveForm]:
        """The moves open to the reader, the primary ones first."""
        moves = moves_open_to(self.case, self.reader)
        return forms_for(self.case, moves, query=self.query)

    @cached_property
    def open_form(self) -> MoveForm | None:
        """The form that is shown; the others wait in a menu."""
        named = [form for form in self.forms if form.move.verb == self.verb]
        return next(iter(named or self.forms), None)

    @property
    def waits_for(self) -> str:
        """What must be done next, by whoever may."""
        moves = sorted(self.case.moves_from_here(), key=lambda move: not move.primary)
        return moves[0].label if moves else ""

    @property
    def other_forms(self) -> list[MoveForm]:
        return [form for form in self.forms if form is not self.open_form]

    def put(self, form: MoveForm) -> None:
        """Show this form, as it was sent, in place of the fresh one of its move."""
        verbs = [fresh.move.verb for fresh in self.forms]
        if form.move.verb in verbs:
            self.forms[verbs.index(form.move.verb)] = form
            self.verb = form.move.verb

    @cached_property
    def before(self) -> Step | None:
        """The report, with its photos."""
        return self.history[0] if self.history else None

    @cached_property
    def after(self) -> Step | None:
        """The last act that showed a result: of disposal, else of a later check."""
        shown = [step for step in self.history[1:] if step.photos]
        disposed = [step for step in shown if self._left(step) == Phase.RESOLVE]
        return next(reversed(disposed or shown), None)

    def _left(self, step: Step) -> str:
        for state in self._states:
            if state.code == step.event.from_state:
                return state.phase
        return ""

    @cached_property
    def photos(self) -> Sequence[Attachment]:
        return self.before.photos if self.before else []


def _reason(move: Transition | None, code: str | None) -> str:
    rows = move.reasons if move and code else []
    return next((localized(row["label"]) for row in rows if row["code"] == code), "")
