"""Lists of matters, conferences and tasks: filtered, paged, counted.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
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
)
from govmap.lib.lists import PAGE, ListFilters, ListPage, cursor_of, named, page_of
from workflow.lights import add_last_limits
from workflow.models import Deadline, Phase

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


class Filters(ListFilters):
    """What the address of a list of matters asks for."""

    NAMES = ("view", "sort", "level", "street", "phase", "age", "late", "q", "case")
    KEPT = ("view", "phase", "age", "case")
    CHOICES = {"view": VIEWS, "age": AGES}

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

    def words(self) -> dict[str, str]:
        return {
            "sort": named(MatterSort.objects.all(), self.asked("sort")),
            "level": str(dict(Case.Level.choices).get(self.asked("level"), "")),
            "street": named(Unit.objects.all(), self.asked("street")),
            "phase": str(dict(Phase.choices).get(self.asked("phase"), "")),
            "age": str(AGE_WORDS.get(self.asked("age"), "")),
            "late": _("decided but late"),
            "case": self.asked("case"),
            "q": f"“{self.asked('q')}”",
        }


def _matches(text: str) -> Q:
    """Number, title or address."""
    return (
        Q(number__startswith=text.upper())
        | Q(title__icontains=text)
        | Q(address__icontains=text)
    )


def list_matters(seen: MatterQuerySet, filters: Filters) -> ListPage[Filters, Matter]:
    """A page of what was scoped, the newest first: five queries at most."""
    found = filters.apply(seen)
    page = page_of(filters, found, dressed(found.listed()))
    add_clocks(page.rows)
    return page


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


@dataclass
class ConferenceList:
    """Conferences to come or under way, the next first; and those that are over."""

    ahead: list[Conference]
    over: list[Conference] = field(default_factory=list)
    more: str = ""


def list_conferences(seen: ConferenceQuerySet, after: str) -> ConferenceList:
    """Six queries at most, however many there are. ``after``: a page of those over."""
    rows = seen.listed()
    last = cursor_of(after)
    ahead = rows.filter(ended_at__isnull=True).order_by("begins_at")[:PAGE]
    past = rows.filter(ended_at__isnull=False).order_by("-pk")
    over = list((past.filter(pk__lt=last) if last else past)[: PAGE + 1])
    more = f"?after={over[PAGE - 1].pk}" if len(over) > PAGE else ""
    return ConferenceList([] if last else list(ahead), over[:PAGE], more)


def tasks_of(user: User, *, only_executing: bool = True) -> list[MatterTask]:
    """The open tasks of the person's units, the first due first: two queries."""
    rows = MatterTask.objects.open().listed()
    if only_executing:
        rows = rows.filter(unit__in=user.unit_ids)
    else:
        rows = rows.visible_to(user)
    rows = rows.with_due()
    found = list(rows.order_by(F("due").asc(nulls_last=True), "pk")[:PAGE])
    add_last_limits(MatterTask.KIND, found)
    return found
