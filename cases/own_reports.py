"""What somebody reported, and what became of it: a page at a constant cost."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, Subquery

from accounts.models import User
from cases.lists import add_clocks
from cases.models import Case
from govmap.lib.localized import localized
from workflow.forms import primary_first
from workflow.models import Attachment, Event, Phase
from workflow.models.process import moves_of, states_of
from workflow.own_labels import INTERNAL, label_of

PAGE = 20  # cards
# Which of them are asked for: those under way, those that came to an end, all.
OPEN, ENDED = "open", "ended"
VIEWS = (OPEN, ENDED)


@dataclass(frozen=True)
class MainStep:
    """A phase that the case which took a report in has come to, and the answer."""

    phase: str  # its code
    label: str  # what was done
    reason: str
    at: datetime
    unit: str


@dataclass(frozen=True)
class PlainStep:
    """Something that was done with a report, as a neighbour would be told it."""

    at: datetime
    unit: str
    label: str
    reason: str
    phase: str  # it stood in afterwards


@dataclass(frozen=True)
class OwnReport:
    """One report with its events, oldest first, and its clock."""

    case: Case
    events: list[Event]
    photo: Attachment | None
    # Of the case that it was merged into: where that stands, and how it came there.
    main: list[MainStep] = field(default_factory=list)

    @property
    def clock(self) -> Any:
        return self.case.clock  # type: ignore[attr-defined]

    @property
    def last(self) -> Event:
        return self.events[-1]

    @cached_property
    def last_label(self) -> str:
        """What was done last, in the words of the process."""
        return self._label(self.last)

    @cached_property
    def last_reason(self) -> str:
        """Why, where the move asks for a reason: a reporter wants to know."""
        return self._reason(self.last)

    @cached_property
    def steps(self) -> list[PlainStep]:
        """What moved it on since it was sent, without urging and asking in between."""
        phases = self._phases
        return [
            PlainStep(
                event.happened_at,
                str(event.unit),
                self._label(event),
                self._reason(event),
                phases.get(event.to_state, ""),
            )
            for event in self.events[1:]
            if event.from_state != event.to_state
        ]

    @property
    def is_ended(self) -> bool:
        return bool(self.case.state.phase == Phase.DONE)

    @cached_property
    def next_label(self) -> str:
        """What it waits for; nothing once it has ended."""
        if self.is_ended:
            return ""
        moves = primary_first(self.case.moves_from_here())
        return moves[0].label if moves else ""

    @cached_property
    def _result(self) -> Event | None:
        """The act that disposed of it last, once it was not sent back since."""
        phases = self._phases
        found = [
            event
            for event in self.events
            if phases.get(event.from_state) == Phase.RESOLVE
            and phases.get(event.to_state) in (Phase.VERIFY, Phase.DONE)
        ]
        undone = self.case.state.phase not in (Phase.VERIFY, Phase.DONE)
        return None if undone or not found else found[-1]

    @property
    def photos_after(self) -> list[Attachment]:
        return list(self._result.attachments.all()) if self._result else []

    @property
    def reply(self) -> str:
        """What the unit that disposed of it wrote, or why it was not taken up."""
        remark = getattr(self._result or self._refusal, "remark", None)
        return remark.text if remark else ""

    @property
    def _refusal(self) -> Event | None:
        """The act that ended what nobody disposed of."""
        return self.last if self.is_ended and len(self.events) > 1 else None

    @property
    def _phases(self) -> dict[str, str]:
        return {state.code: state.phase for state in states_of(self.case.process_id)}

    def _label(self, event: Event) -> str:
        for move in self.case.process.moves:
            left = move.from_state.code if move.from_state else ""
            if (move.verb, left) == (event.verb, event.from_state):
                return move.label
        return label_of(event.verb)

    def _reason(self, event: Event) -> str:
        code = event.data.get("reason")
        for move in self.case.process.moves if code else ():
            for reason in move.reasons if move.verb == event.verb else ():
                if reason["code"] == code:
                    return localized(reason["label"])
        return ""


@dataclass(frozen=True)
class OwnPage:
    reports: list[OwnReport]
    before: str  # the uuid that the next page comes after, or nothing


def reports_of(
    user: User, *, before: str = "", only: UUID | None = None, view: str = ""
) -> OwnPage:
    """A page of the person's reports, newest first; ``only`` one of them.

    ``view``: OPEN or ENDED; all of them for anything else.
    """
    rows = Case.objects.visible_to(user).listed().filter(reporter=user)
    if view in VIEWS:
        ended = Q(state__phase=Phase.DONE)
        rows = rows.filter(ended if view == ENDED else ~ended)
    if only is not None:
        rows = rows.filter(uuid=only)
    if after := _uuid(before):
        earlier = Case.objects.filter(uuid=after).values("pk")
        rows = rows.filter(pk__lt=Subquery(earlier))
    cases = list(rows.order_by("-pk")[: PAGE + 1])
    more = str(cases[PAGE - 1].uuid) if len(cases) > PAGE else ""
    cases = cases[:PAGE]
    add_clocks(cases)
    events = _events_of(cases)
    mains = _main_steps(cases)
    return OwnPage(
        [_own(case, events[case.pk], mains.get(case.pk, [])) for case in cases], more
    )


def _own(case: Case, events: list[Event], main: list[MainStep]) -> OwnReport:
    sent = events[0].attachments.all() if events else ()
    photos = [one for one in sent if not one.is_voice]
    return OwnReport(case, events, photos[0] if photos else None, main)


def _main_steps(cases: list[Case]) -> dict[int, list[MainStep]]:
    """By the report's key, the phases that its main case has come to since.

    Its own reporter, place, words and photos stay out: they are another's. One
    query where something was merged, else none.
    """
    into = {case.pk: case.merged_into_id for case in cases if case.merged_into_id}
    if not into:
        return {}
    rows = Event.objects.filter(kind=Case.KIND, subject_id__in=set(into.values()))
    steps: dict[int, list[MainStep]] = defaultdict(list)
    for event in rows.select_related("unit").order_by("pk"):
        step = _main_step(event)
        if step:
            steps[event.subject_id].append(step)
    return {pk: steps[main] for pk, main in into.items() if main}


def _main_step(event: Event) -> MainStep | None:
    """What brought it into another phase; nothing of its report or in between."""
    phases = {state.code: state.phase for state in states_of(event.process_id)}
    phase = phases.get(event.to_state, "")
    if not event.from_state or phases.get(event.from_state) == phase:
        return None
    move = next(
        (
            move
            for move in moves_of(event.process_id)
            if move.from_state
            and (move.verb, move.from_state.code) == (event.verb, event.from_state)
        ),
        None,
    )
    reasons = dict(move.reason_choices()) if move else {}
    return MainStep(
        phase=phase,
        label=move.label if move else label_of(event.verb),
        reason=reasons.get(event.data.get("reason", ""), ""),
        at=event.happened_at,
        unit=str(event.unit),
    )


def _events_of(cases: list[Case]) -> dict[int, list[Event]]:
    """Two queries for all of them: the events, and their photos."""
    found: dict[int, list[Event]] = defaultdict(list)
    ids = [case.pk for case in cases]
    rows = Event.objects.filter(kind=Case.KIND, subject_id__in=ids)
    rows = rows.exclude(verb__in=INTERNAL)
    for event in (
        rows.select_related("unit", "remark")
        .prefetch_related("attachments")
        .order_by("pk")
    ):
        found[event.subject_id].append(event)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
