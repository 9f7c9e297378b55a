"""The parts of the page: visits that are due, what changed of late, open cases."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.lists import add_clocks
from cases.models import Case
from govmap.lib.localized import localized
from offices.models import (
    ComparisonTask,
    Household,
    LifeEvent,
    Member,
    Person,
    RecordDue,
    Register,
    Visit,
)
from offices.modules.definition import definition_of
from offices.modules.rights import READ, Ground, grounds_of
from offices.parts import Item, Mine, Part, number_in, part
from offices.registers.entries import MODELS
from offices.rounds.visiting import visit_modules
from workflow.models import Phase, State

LATELY = timedelta(days=14)
DOORS = ("dwelling", "person__dwelling", "household__dwelling")
PAGES = {
    Register.PERSON: "registers:person",
    Register.HOUSEHOLD: "registers:household",
    Register.BUILDING: "registers:building",
    Register.DWELLING: "registers:dwelling",
    Register.ORGANIZATION: "registers:organization",
}
VISITS, DIFFERENCES, CHANGES, CASES = "visits", "differences", "changes", "cases"


# Visits


@dataclass
class Ask:
    """What the form of one visit is about. ``key``: of this sending, made once."""

    register: str
    uuid: str
    about: Any
    reasons: str  # what every module wants to know, in its words
    where: str = ""
    key: str = field(default_factory=lambda: str(uuid4()))

    @property
    def ways(self) -> list[tuple[str, Any]]:
        return list(Visit.Way.choices)

    @property
    def today(self) -> date:
        return timezone.localdate()


@part(VISITS, 10)
def visits(mine: Mine, after: str, size: int) -> Part:
    """Due days of records that are visited, one item for a household."""
    found = Part(
        VISITS,
        _("Visits due"),
        "door-enter",
        _("Visits that modules ask for appear here when their day comes near."),
        form="offices/rounds/_visit.html",
    )
    rows = list(_dues(mine, after)[: size + 1])
    if len(rows) > size:
        rows = rows[:size]
        found.after = f"{rows[-1].due_on.isoformat()}.{rows[-1].pk}"
    found.items = [_visit(about, dues) for about, dues in _grouped(rows)]
    return found


def _dues(mine: Mine, after: str) -> Any:
    """Of modules whose records he reads and visits, the longest due first."""
    today, where = timezone.localdate(), Q(pk__in=[])
    codes = visit_modules(mine.user)
    for ground, modules in grounds_of(mine.user, READ).items():
        for module in set(modules) & set(codes):
            named = Q(module=module, code__in=sorted(codes[module]))
            where |= _reached(ground) & named
    rows = RecordDue.objects.filter(mine.where(), where, remind_on__lte=today)
    day, _dot, key = after.partition(".")
    at = number_in(key)
    if at is not None and (last := _day(day)):
        rows = rows.filter(Q(due_on__gt=last) | Q(due_on=last, pk__gt=at))
    rows = rows.select_related(
        *("record__person", "record__household__head", "record__dwelling"),
        *("record__organization", "record__module"),
        # Where each door is, for the map of tasks.
        *(f"record__{of}__building" for of in DOORS),
    )
    sealed = ("number", "phone")
    rows = rows.defer(
        *(f"record__person__{name}" for name in sealed),
        *(f"record__household__head__{name}" for name in sealed),
        *("record__personal", "record__sensitive", "record__words"),
    )
    return rows.order_by("due_on", "pk")


def _reached(ground: Ground) -> Q:
    if ground.everywhere:
        return Q()
    streets, communities = sorted(ground.streets), sorted(ground.communities)
    return Q(street__in=streets) | Q(community__in=communities)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _grouped(dues: Iterable[RecordDue]) -> list[tuple[Any, list[RecordDue]]]:
    """(whom one visits, what is due there): somebody of a household is the household;
    of what is about nothing of these, nobody is visited."""
    rows = list(dues)
    people = [due.record.person_id for due in rows if due.record.person_id]
    members = Member.objects.filter(person__in=people, until=None)
    homes = {
        row.person_id: row.household
        for row in members.select_related(
            "household__head", "household__dwelling__building"
        )
    }
    found: dict[Any, tuple[Any, list[RecordDue]]] = {}
    for due in rows:
        record = due.record
        about = (
            record.household
            or homes.get(record.person_id or 0)
            or record.person
            or record.dwelling
            or record.organization
        )
        if about is not None:
            found.setdefault(about.uuid, (about, []))[1].append(due)
    return list(found.values())


def _visit(about: Any, dues: list[RecordDue]) -> Item:
    register = Register[type(about).__name__.upper()]
    first = min(due.due_on for due in dues)
    said = "、".join(dict.fromkeys(_reason(due) for due in dues))
    head = about.head if isinstance(about, Household) else None
    title = f"{head}（{about.number}）" if head and about.number else str(head or about)
    where = about.address if register != Register.DWELLING else ""
    return Item(
        title=title,
        url=reverse(PAGES[register], args=[about.uuid]),
        detail=" · ".join(filter(None, (said, where))),
        day=first,
        is_late=first < timezone.localdate(),
        ask=Ask(register.value, str(about.uuid), about, said, where),
    )


def _reason(due: RecordDue) -> str:
    """动态核查 of 低保: what is due, in the words of its module."""
    definition = definition_of(due.record.version_id)
    titles = {one.code: one.title for one in definition.reminders}
    return titles.get(due.code) or localized(due.record.module.titles)


# Differences


@part(DIFFERENCES, 20)
def differences(mine: Mine, after: str, size: int) -> Part:
    """What a department's list says otherwise, and nobody has answered yet."""
    found = Part(
        DIFFERENCES,
        _("Differences to check"),
        "git-compare",
        _("Where a department's list says something else, it is asked here."),
    )
    rows = ComparisonTask.objects.visible_to(mine.user).waiting().filter(mine.where())
    if (at := number_in(after)) is not None:
        rows = rows.filter(pk__lt=at)
    page = list(rows.listed().order_by("-pk")[: size + 1])
    if len(page) > size:
        page = page[:size]
        found.after = str(page[-1].pk)
    today = timezone.localdate()
    found.items = [
        Item(
            title=row.title,
            url=reverse("comparison:task", args=[row.uuid]),
            detail=" · ".join(filter(None, (str(row.source), row.address))),
            day=row.due_on,
            is_late=row.due_on < today,
            mark=row.get_kind_display(),
        )
        for row in page
    ]
    return found


# What changed


@part(CHANGES, 40)
def changes(mine: Mine, after: str, size: int) -> Part:
    """Who came, left or died, and new dwellings, in the last fourteen days."""
    found = Part(
        CHANGES,
        _("New and changed"),
        "user-plus",
        _("Who comes, leaves or dies, and what is built, appears here for two weeks."),
    )
    since = timezone.now() - LATELY
    rows = LifeEvent.objects.filter(mine.where(), at__gte=since).select_related("by")
    if (at := number_in(after)) is not None:
        rows = rows.filter(pk__lt=at)
    page = list(rows.order_by("-pk")[: size + 1])
    if len(page) > size:
        page = page[:size]
        found.after = str(page[-1].pk)
    entries = _entries(page)
    found.items = [
        _change(event, entries[event.subject])
        for event in page
        if event.subject in entries
    ]
    return found


def _entries(events: list[LifeEvent]) -> dict[Any, Any]:
    """The entries of the events by their uuids: a query a register."""
    found: dict[Any, Any] = {}
    for register, model in MODELS.items():
        keys = {event.subject for event in events if event.register == register}
        if not keys:
            continue
        rows = model._default_manager.filter(uuid__in=keys)
        if model is Person:
            rows = rows.defer("number", "phone", "words")
        found |= {row.uuid: row for row in rows}
    return found


def _change(event: LifeEvent, row: Any) -> Item:
    where = event.told or row.address
    return Item(
        title=str(row),
        url=reverse(PAGES[Register(event.register)], args=[row.uuid]),
        detail=" · ".join(filter(None, (where, str(event.by or "")))),
        day=event.on,
        mark=event.get_what_display(),
    )


# Cases


@part(CASES, 30)
def cases(mine: Mine, after: str, size: int) -> Part:
    """Those of his cells that are open, the newest first."""
    found = Part(
        CASES,
        _("Open cases here"),
        "clipboard-list",
        _("Cases in these cells appear here until they are closed."),
    )
    done = State.objects.filter(process__kind=Case.KIND, phase=Phase.DONE)
    rows = Case.objects.visible_to(mine.user).filter(mine.where())
    rows = rows.exclude(state__in=list(done.values_list("pk", flat=True)))
    if (at := number_in(after)) is not None:
        rows = rows.filter(pk__lt=at)
    page = list(rows.select_related("category").order_by("-pk")[: size + 1])
    if len(page) > size:
        page = page[:size]
        found.after = str(page[-1].pk)
    add_clocks(page)
    found.items = [
        Item(
            title=str(row.category),
            url=reverse("cases:case", args=[row.uuid]),
            detail=" · ".join(filter(None, (row.number, row.address))),
            mark=row.state.label,
            clock=getattr(row, "clock", None),
        )
        for row in page
    ]
    return found
