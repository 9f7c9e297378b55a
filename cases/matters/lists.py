"""Lists of matters, conferences and tasks: filtered, paged, counted.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases.models import (
    Case,
    Conference,
    ConferenceQuerySet,
    Matter,
    MatterCase,
    MatterQuerySet,
    MatterSort,
    MatterTask,
    add_task_clocks,
)
from workflow.models import Deadline, Phase

PAGE = 50
COUNTED = 1000  # beyond this a count says "1,000+"
# How long ago a matter was raised, in days: from, and less than.
AGES: dict[str, tuple[int, int | None]] = {
    "month": (0, 30),
    "quarter": (30, 90),
    "year": (90, 365),
    "older": (365, None),
}
AGE_WORDS = {
    "month": gettext_lazy("less than 30 days"),
    "quarter": gettext_lazy("30 to 90 days"),
    "year": gettext_lazy("90 days to a year"),
    "older": gettext_lazy("more than a year"),
}
VIEWS = ("", "over", "all")


def of_age(rows: MatterQuerySet, age: str) -> MatterQuerySet:
    """Those that were raised so long ago, of today."""
    least, most = AGES[age]
    now = timezone.now()
    rows = rows.filter(raised_at__lte=now - timedelta(days=least))
    return rows.filter(raised_at__gt=now - timedelta(days=most)) if most else rows


class Filters:
    """What the address of a list of matters asks for."""

    NAMES = ("view", "sort", "level", "street", "phase", "age", "late", "q", "case")

    def __init__(self, params: QueryDict) -> None:
        self.values = {
            name: text
            for name in self.NAMES
            if (text := params.get(name, "").replace("\x00", "").strip()[:100])
        }
        if self.values.get("view") not in VIEWS:
            self.values.pop("view", None)
        if self.values.get("age") not in AGES:
            self.values.pop("age", None)
        after = params.get("after", "")
        short = after.isascii() and after.isdigit() and len(after) < 19
        self.after = int(after) if short else 0

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    def address(self, **changes: str) -> str:
        """The query string of the same list with something else."""
        values = {**self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the filters keeps though it has no field for it."""
        names = ("view", "phase", "age", "case")
        return [(name, self.values[name]) for name in names if self.asked(name)]

    def apply(self, rows: MatterQuerySet) -> MatterQuerySet:
        found = rows
        if self.asked("view") != "all":
            over = self.asked("view") == "over"
            found = found.filter(ended_at__isnull=not over)
        if code := self.asked("sort"):
            found = found.filter(sort__code=code)
        if level := self.asked("level"):
            found = found.filter(level=level)
        if code := self.asked("street"):
            found = found.filter(street__code=code)
        if phase := self.asked("phase"):
            found = found.filter(state__phase=phase)
        if age := self.asked("age"):
            found = of_age(found, age)
        if self.asked("late"):
            found = found.late()
        if number := self.asked("case"):
            found = found.filter(cases__number=number)
        return found.filter(_matches(text)) if (text := self.asked("q")) else found

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the address of the list without it."""
        words = {
            "sort": _named(MatterSort.objects.all(), self.asked("sort")),
            "level": str(dict(Case.Level.choices).get(self.asked("level"), "")),
            "street": _named(Unit.objects.all(), self.asked("street")),
            "phase": str(dict(Phase.choices).get(self.asked("phase"), "")),
            "age": str(AGE_WORDS.get(self.asked("age"), "")),
            "late": _("decided but late"),
            "case": self.asked("case"),
            "q": f"“{self.asked('q')}”",
        }
        return [
            {"word": word, "without": self.address(**{name: ""})}
            for name, word in words.items()
            if self.asked(name) and word
        ]


def _matches(text: str) -> Q:
    """Number, title or address."""
    return (
        Q(number__startswith=text.upper())
        | Q(title__icontains=text)
        | Q(address__icontains=text)
    )


def _named(rows: QuerySet[Any], code: str) -> str:
    row = rows.filter(code=code).first() if code else None
    return str(row) if row else ""


@dataclass
class MatterList:
    """One page of a list."""

    filters: Filters
    rows: list[Matter]
    count: int
    more: str = ""

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"


def list_matters(seen: MatterQuerySet, filters: Filters) -> MatterList:
    """A page of what was scoped, the newest first: five queries at most."""
    found = filters.apply(seen)
    rows = dressed(found.listed()).order_by("-pk")
    page = list(
        (rows.filter(pk__lt=filters.after) if filters.after else rows)[: PAGE + 1]
    )
    more = ""
    if len(page) > PAGE:
        page = page[:PAGE]
        more = f"{filters.address()}&after={page[-1].pk}"
    count = found[: COUNTED + 1].count() if more or filters.after else len(page)
    add_clocks(page)
    return MatterList(filters, page, count, more)


def dressed(rows: MatterQuerySet) -> MatterQuerySet:
    """With how many cases and tasks each has, and how many of these are over."""
    links = MatterCase.objects.filter(matter=OuterRef("pk"))
    tasks = MatterTask.objects.filter(matter=OuterRef("pk"))

    def number_of(of: QuerySet[Any]) -> Subquery:
        rows = of.order_by().values("matter").annotate(n=Count("pk")).values("n")
        return Subquery(rows)

    return rows.annotate(
        cases_count=number_of(links),
        tasks_count=number_of(tasks),
        tasks_done=number_of(tasks.filter(accepted_at__isnull=False)),
    )


def add_clocks(matters: Sequence[Matter]) -> None:
    """Give each the limit of its tasks that is due first as ``clock``: one query."""
    found = {row.pk: row for row in matters}
    for row in found.values():
        row.clock = None  # type: ignore[attr-defined]
    tasks = dict(
        MatterTask.objects.open()
        .filter(matter__in=list(found))
        .values_list("pk", "matter")
    )
    limits = Deadline.objects.running().filter(
        kind=MatterTask.KIND, subject_id__in=list(tasks)
    )
    for limit in limits.order_by("-due_at"):
        found[tasks[limit.subject_id]].clock = limit  # type: ignore[attr-defined]


def streets_of(user: User) -> list[Unit]:
    """The streets that the list may be narrowed to, where there is a choice."""
    if not user.sees_district:
        return []
    return list(Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code"))


@dataclass
class ConferenceList:
    """Conferences to come or under way, the next first; and those that are over."""

    ahead: list[Conference]
    over: list[Conference] = field(default_factory=list)
    more: str = ""


def list_conferences(seen: ConferenceQuerySet, after: str) -> ConferenceList:
    """Six queries at most, however many there are. ``after``: a page of those over."""
    rows = seen.listed()
    short = after.isascii() and after.isdigit() and len(after) < 19
    ahead = rows.filter(ended_at__isnull=True).order_by("begins_at")[:PAGE]
    past = rows.filter(ended_at__isnull=False).order_by("-pk")
    if short and after:
        past = past.filter(pk__lt=int(after))
    over = list(past[: PAGE + 1])
    more = f"?after={over[PAGE - 1].pk}" if len(over) > PAGE else ""
    return ConferenceList([] if short and after else list(ahead), over[:PAGE], more)


def tasks_of(user: User, *, only_executing: bool = True) -> list[MatterTask]:
    """The open tasks of the person's units, the first due first: two queries."""
    rows = MatterTask.objects.open().listed()
    if only_executing:
        rows = rows.filter(unit__in=user.unit_ids)
    else:
        rows = rows.visible_to(user)
    rows = rows.with_due()
    found = list(rows.order_by(F("due").asc(nulls_last=True), "pk")[:PAGE])
    add_task_clocks(found)
    return found
