"""Lists of corrections: filtered, paged, counted, each row with its clock.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from layers.corrections.targets import add_titles
from layers.models import Correction, Layer
from layers.models.correction import CorrectionQuerySet
from workflow.models import Attachment, Deadline, Event, Phase
from workflow.models.clock import LIGHTS

PAGE = 50  # rows
CARDS = 20
COUNTED = 1000  # beyond this a count says "1,000+"
# What a list is opened on, by the phases that it shows.
VIEWS = {
    "": (Phase.COLLECT, Phase.DISPATCH),
    "promised": (Phase.RESOLVE, Phase.VERIFY),
    "done": (Phase.DONE,),
    "all": tuple(Phase),
}


class Filters:
    """What the address of a list asks for."""

    NAMES = ("view", "layer", "wrong", "light")

    def __init__(self, params: QueryDict) -> None:
        self.values = {
            name: text
            for name in self.NAMES
            if (text := params.get(name, "").replace("\x00", "").strip())
        }
        if self.values.get("view") not in VIEWS:
            self.values.pop("view", None)
        self.before = params.get("before", "")

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def view(self) -> str:
        return self.asked("view")

    @property
    def by_due(self) -> bool:
        """What waits for an answer stands by its limit, the rest by its age."""
        return not self.view

    def address(self, **changes: str) -> str:
        """The query string of the same list with something else."""
        values = {**self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    def apply(self, rows: CorrectionQuerySet) -> CorrectionQuerySet:
        if self.view != "all":
            rows = rows.filter(state__phase__in=VIEWS[self.view])
        if code := self.asked("layer"):
            rows = rows.filter(layer__code=code)
        if wrong := self.asked("wrong"):
            rows = rows.filter(wrong=wrong)
        if self.asked("light") in LIGHTS:
            rows = rows.filter(Exists(running(self.asked("light"))))
        return rows


def running(light: str = "") -> QuerySet[Deadline]:
    """The running limit of the outer correction, in one light."""
    rows = Deadline.objects.in_light(light)
    return rows.filter(kind=Correction.KIND, subject_id=OuterRef("pk"))


@dataclass
class CorrectionList:
    """One page of a list."""

    filters: Filters
    rows: list[Correction]
    count: int
    more: str = ""  # the query string of the rows after these
    chips: list[dict[str, str]] = field(default_factory=list)
    # Of everything that the reader sees, whatever the filters say.
    waiting: int = 0
    promised: int = 0
    overdue: int = 0

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"


def list_corrections(
    seen: CorrectionQuerySet, filters: Filters, reader: User
) -> CorrectionList:
    """A page of what was scoped; counted only where more follows a first page."""
    found = filters.apply(seen)
    rows = list(_page(found, filters))
    count, more = len(rows), ""
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        more = filters.address(before=str(rows[-1].uuid))
        count = 0 if filters.before else found[: COUNTED + 1].count()
    add_clocks(rows)
    add_titles(rows, reader)
    sums = seen.exclude(state__phase=Phase.DONE).aggregate(
        waiting=Count("pk", filter=Q(state__phase__in=VIEWS[""])),
        promised=Count("pk", filter=Q(state__phase__in=VIEWS["promised"])),
        overdue=Count("pk", filter=Q(Exists(running("red")))),
    )
    return CorrectionList(filters, rows, count, more, chips_of(filters), **sums)


def _page(found: CorrectionQuerySet, filters: Filters) -> CorrectionQuerySet:
    """One row more than a page, after the row that ``before`` names."""
    rows = found.listed()
    after = Correction.objects.filter(uuid__in=uuids_of(filters.before))
    if not filters.by_due:
        if filters.before:
            rows = rows.filter(pk__lt=Subquery(after.values("pk")))
        return rows.order_by("-pk")[: PAGE + 1]
    rows = rows.annotate(due=Subquery(running().values("due_at")[:1]))
    if last := after.first() if filters.before else None:
        rows = rows.filter(_later_than(last))
    return rows.order_by("due", "pk")[: PAGE + 1]


def _later_than(last: Correction) -> Q:
    """Behind that row in the order of limits; the running limit may have ended."""
    limit = last.deadline()
    if limit is None:
        return Q(pk__gt=last.pk)
    return Q(due__gt=limit.due_at) | Q(due=limit.due_at, pk__gt=last.pk)


def uuids_of(text: str) -> list[UUID]:
    """The uuid that a text is; nothing where it is none."""
    try:
        return [UUID(text)]
    except ValueError:
        return []


def add_clocks(rows: Iterable[Correction]) -> None:
    """Give each its last limit as ``clock``: one query for all of them."""
    known = {row.pk: row for row in rows}
    for row in known.values():
        row.clock = None  # type: ignore[attr-defined]
    limits = Deadline.objects.filter(kind=Correction.KIND, subject_id__in=list(known))
    for limit in limits.order_by("pk"):
        known[limit.subject_id].clock = limit  # type: ignore[attr-defined]


def chips_of(filters: Filters) -> list[dict[str, str]]:
    """The filters that are on, each with the address of the list without it."""
    layer = Layer.objects.filter(code=filters.asked("layer") or None).first()
    words = {
        "layer": str(layer) if layer else filters.asked("layer"),
        "light": {
            "red": _("overdue"),
            "yellow": _("soon due"),
            "green": _("in good time"),
        }.get(filters.asked("light"), ""),
    }
    return [
        {"word": word, "without": filters.address(**{name: ""})}
        for name, word in words.items()
        if filters.asked(name) and word
    ]


# What somebody sent himself


@dataclass(frozen=True)
class Own:
    """One of the reader's own corrections, and the last word on it."""

    correction: Correction
    events: list[Event]  # oldest first
    photo: Attachment | None
    is_news: bool

    @property
    def clock(self) -> Any:
        return self.correction.clock  # type: ignore[attr-defined]

    @cached_property
    def last(self) -> Event:
        return self.events[-1]

    @property
    def is_answered(self) -> bool:
        """Whether the last word is somebody else's."""
        return self.last.actor_id != self.correction.reporter_id

    @cached_property
    def _move(self) -> Any:
        for move in self.correction.process.moves:
            left = move.from_state.code if move.from_state else ""
            if (move.verb, left) == (self.last.verb, self.last.from_state):
                return move
        return None

    @property
    def last_label(self) -> str:
        return self._move.label if self._move else self.last.verb

    @property
    def last_reason(self) -> str:
        choices = dict(self._move.reason_choices()) if self._move else {}
        return str(choices.get(self.last.data.get("reason"), ""))

    @property
    def last_words(self) -> str:
        remark = getattr(self.last, "remark", None)
        return remark.text if remark else ""


@dataclass(frozen=True)
class OwnPage:
    rows: list[Own]
    before: str  # the uuid that the next page comes after, or nothing


def own_corrections(
    user: User, *, before: str = "", only: UUID | None = None
) -> OwnPage:
    """A page of what the person sent, newest first; ``only`` one of them."""
    rows = Correction.objects.visible_to(user).filter(reporter=user)
    if only is not None:
        rows = rows.filter(uuid=only)
    if after := uuids_of(before):
        earlier = Correction.objects.filter(uuid__in=after)
        rows = rows.filter(pk__lt=Subquery(earlier.values("pk")))
    rows = rows.listed().select_related("answer", "version")
    found = list(rows.order_by("-pk")[: CARDS + 1])
    more = str(found[CARDS - 1].uuid) if len(found) > CARDS else ""
    found = found[:CARDS]
    add_clocks(found)
    add_titles(found, user)
    events = _events_of(found)
    return OwnPage([_own(row, events[row.pk]) for row in found], more)


def _own(row: Correction, events: list[Event]) -> Own:
    photos = list(events[0].attachments.all())
    is_news = row.seen_events < row.events_count
    return Own(row, events, photos[0] if photos else None, is_news)


def _events_of(rows: list[Correction]) -> dict[int, list[Event]]:
    """Two queries for all of them: the events, and their photos."""
    found: dict[int, list[Event]] = defaultdict(list)
    events = Event.objects.filter(
        kind=Correction.KIND, subject_id__in=[row.pk for row in rows]
    )
    events = events.select_related("unit", "remark").prefetch_related("attachments")
    for event in events.order_by("pk"):
        found[event.subject_id].append(event)
    return found
