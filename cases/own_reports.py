"""What somebody reported, and what became of it: a page at a constant cost."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Subquery

from accounts.models import User
from cases.lists import add_clocks
from cases.models import Case
from govmap.lib.localized import localized
from workflow.models import Attachment, Event

PAGE = 20  # cards


@dataclass(frozen=True)
class OwnReport:
    """One report with its events, oldest first, and its clock."""

    case: Case
    events: list[Event]
    photo: Attachment | None

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
    return OwnPage([_own(case, events[case.pk]) for case in cases], more)


def _own(case: Case, events: list[Event]) -> OwnReport:
    photos = list(events[0].attachments.all()) if events else []
    return OwnReport(case, events, photos[0] if photos else None)


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
