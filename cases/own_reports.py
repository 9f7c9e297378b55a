"""What somebody reported, and what became of it: a page at a constant cost."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Subquery

from accounts.models import User
from cases.lists import add_clocks
from cases.models import Case
from govmap.lib.localized import localized
from workflow.models import Attachment, Event
from workflow.models.process import moves_of, states_of
from workflow.own_labels import label_of

PAGE = 20  # cards


@dataclass(frozen=True)
class MainStep:
    """A phase that the case which took a report in has come to, and the answer."""

    phase: str  # its code
    label: str  # what was done
    reason: str
    at: datetime
    unit: str


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
        for move in self.case.process.moves:
            left = move.from_state.code if move.from_state else ""
            if (move.verb, left) == (self.last.verb, self.last.from_state):
                return move.label
        return self.last.verb

    @cached_property
    def last_reason(self) -> str:
        """Why, where the move asks for a reason: a reporter wants to know."""
        code = self.last.data.get("reason")
        for move in self.case.process.moves if code else ():
            for reason in move.reasons if move.verb == self.last.verb else ():
                if reason["code"] == code:
                    return localized(reason["label"])
        return ""


@dataclass(frozen=True)
class OwnPage:
    reports: list[OwnReport]
    before: str  # the uuid that the next page comes after, or nothing


def reports_of(user: User, *, before: str = "", only: UUID | None = None) -> OwnPage:
    """A page of the person's reports, newest first; ``only`` one of them."""
    rows = Case.objects.visible_to(user).listed().filter(reporter=user)
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
    photos = list(events[0].attachments.all()) if events else []
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
    for event in (
        rows.select_related("unit").prefetch_related("attachments").order_by("pk")
    ):
        found[event.subject_id].append(event)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
