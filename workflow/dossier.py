"""Everything that was done with a subject and can be done next, for one reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects

from accounts import robots
from accounts.models import Unit, User
from accounts.roles import Role
from govmap.lib.localized import localized
from workflow.engine import moves_open_to
from workflow.forms import MoveForm, primary_first
from workflow.models import Attachment, Event, PhoneClock, State, Transition
from workflow.own_labels import heard_by, label_of
from workflow.phone_time import clock_of, with_clocks


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
    clock: PhoneClock | None = None  # of the phone that sent it, where it was wrong


class Dossier:
    """A subject with its history and the moves open to a reader.

    ``verb`` opens the form of that move; ``query`` searches choices in it.
    """

    def __init__(
        self, subject: Any, reader: User, *, verb: str = "", query: str = ""
    ) -> None:
        self.subject, self.reader = subject, reader
        self.verb, self.query = verb, query

    @cached_property
    def events(self) -> list[Event]:
        rows = Event.objects.of(self.subject.KIND, self.subject.uuid)
        whole = with_clocks(rows.select_related("actor", "unit", "remark"))
        found = list(whole)
        events = heard_by(self.reader, self.subject, found)
        # Most acts come without photos, and need not ask for them.
        prefetch_related_objects(
            [event for event in events if shows_photos(event)], "attachments"
        )
        return events

    @cached_property
    def history(self) -> list[Step]:
        """The events, oldest first."""
        states = {state.code: state for state in self._states}
        units = self._named_units()
        return [self._step(event, states, units) for event in self.events]

    @cached_property
    def _states(self) -> list[State]:
        moves = self.subject.process.moves
        return list({move.to_state.pk: move.to_state for move in moves}.values())

    def _named_units(self) -> dict[str, str]:
        codes = {event.data["unit"] for event in self.events if "unit" in event.data}
        if not codes:
            return {}
        return {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)}

    def _step(
        self, event: Event, states: Mapping[str, State], units: Mapping[str, str]
    ) -> Step:
        remark = getattr(event, "remark", None)
        move = self._move_of(event)
        return Step(
            event=event,
            actor=event.actor_for(self.reader),
            label=move.label if move else label_of(event.verb),
            phase=states[event.to_state].phase,
            role=_role(event),
            reason=_reason(move, event.data.get("reason")),
            unit=units.get(event.data.get("unit", ""), ""),
            text=remark.text if remark else "",
            photos=list(event.attachments.all()) if shows_photos(event) else [],
            clock=clock_of(event),
        )

    def _move_of(self, event: Event) -> Transition | None:
        for move in self.subject.process.moves:
            left = move.from_state.code if move.from_state else ""
            if (move.verb, left) == (event.verb, event.from_state):
                return move
        return None

    def form_of(self, move: Transition) -> MoveForm:
        """The fresh form of one move."""
        raise NotImplementedError

    @cached_property
    def forms(self) -> list[MoveForm]:
        """The moves open to the reader, the primary ones first."""
        moves = moves_open_to(self.subject, self.reader)
        return [self.form_of(move) for move in primary_first(moves)]

    @cached_property
    def open_form(self) -> MoveForm | None:
        """The form that is shown; the others wait in a menu."""
        named = [form for form in self.forms if form.move.verb == self.verb]
        return next(iter(named or self.forms), None)

    @property
    def waits_for(self) -> str:
        """What must be done next, by whoever may."""
        moves = primary_first(self.subject.moves_from_here())
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


def _role(event: Event) -> str:
    """In what post somebody acted; the system acts in none that people have."""
    if event.actor.username == robots.USERNAME:
        return ""
    return str(Role(event.role).label)


def shows_photos(event: Event) -> bool:
    """Whether photos came with the act: the record names each."""
    return bool(event.data.get("photos"))


def _reason(move: Transition | None, code: str | None) -> str:
    rows = move.reasons if move and code else []
    return next((localized(row["label"]) for row in rows if row["code"] == code), "")
