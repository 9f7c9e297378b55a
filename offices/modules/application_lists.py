"""The records of an application across its modules: what its figures open to."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from govmap.lib.paging import LARGEST_ID
from layers.models import GridCell
from offices.models.application import Application
from offices.models.module import Module
from offices.models.record import Record, RecordDue
from offices.modules.asked import late_limits, limits_today
from offices.modules.definition import definition_of
from offices.modules.homes import open_requests, seen_records
from offices.modules.lists import (
    COUNTED,
    LATE,
    LONGEST,
    OPEN,
    OVER,
    OVERDUE,
    PAGE,
    VIEWS,
    states_called,
)
from offices.modules.showing import plain_text
from workflow.models import Deadline, Phase

TODAY, SOON, ASKED = "today", "soon", "asked"
NAMES = ("view", "module", "phase", "community", "cell", "due", "day", "from", "to")
COLUMNS = {"written": "created_at", "ended": "ended_at"}


class Asked:
    """What the address of the list asks for."""

    def __init__(self, params: QueryDict, modules: list[Module]) -> None:
        self.modules = {module.code: module for module in modules}
        self.values = {
            name: text
            for name in NAMES
            if (text := params.get(name, "").replace("\x00", "").strip()[:LONGEST])
        }
        if self.values.get("view") not in VIEWS:
            self.values.pop("view", None)
        after = params.get("after", "")
        short = after.isascii() and after.isdigit() and len(after) < 19
        self.after = int(after) if short else 0

    def said(self, name: str) -> str:
        return self.values.get(name, "")

    def address(self, **changes: str) -> str:
        values = {**self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    @cached_property
    def keys(self) -> set[int]:
        """The modules that are asked for; all where none is named."""
        named = self.said("module").split(",")
        found = {one.pk for code, one in self.modules.items() if code in named}
        every = {one.pk for one in self.modules.values()}
        return found if self.said("module") else every

    def apply(self, rows: QuerySet[Record]) -> QuerySet[Record]:
        view = self.said("view")
        if view == OPEN:
            rows = rows.filter(ended_at__isnull=True)
        elif view == OVER:
            rows = rows.filter(ended_at__isnull=False)
        if phase := self.said("phase"):
            rows = rows.filter(state__in=states_called(f"phase:{phase}"))
        if code := self.said("community"):
            unit = Unit.objects.filter(code=code).values_list("pk", flat=True)
            rows = rows.filter(community__in=list(unit))
        if code := self.said("cell"):
            cell = GridCell.objects.filter(code=code).values_list("pk", flat=True)
            rows = rows.filter(cell__in=list(cell))
        return self._by_span(self._by_due(rows))

    def _by_due(self, rows: QuerySet[Record]) -> QuerySet[Record]:
        today, due = timezone.localdate(), self.said("due")
        days = RecordDue.objects.filter(record=OuterRef("pk"), remind_on__lte=today)
        limits = limits_today().filter(subject_id=OuterRef("pk"))
        match due:
            case "late":
                return rows.filter(Exists(late_limits()))
            case "overdue":
                return rows.filter(Exists(days.filter(due_on__lt=today)))
            case "today":
                by_limit = Exists(limits.filter(due_at__gte=timezone.now()))
                return rows.filter(Exists(days.filter(due_on=today)) | Q(by_limit))
            case "soon":
                return rows.filter(Exists(days.filter(due_on__gt=today)))
            case "asked":
                return rows.filter(Exists(open_requests()))
        return rows

    def _by_span(self, rows: QuerySet[Record]) -> QuerySet[Record]:
        column = COLUMNS.get(self.said("day"))
        if column is None:
            return rows
        if first := _day(self.said("from")):
            rows = rows.filter(**{f"{column}__gte": _begins(first)})
        if last := _day(self.said("to")):
            rows = rows.filter(**{f"{column}__lt": _begins(last + timedelta(days=1))})
        return rows

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """What it is narrowed by, each with the address without it."""
        found = []
        for name, text in self.values.items():
            if word := self._word(name, text):
                rest = {key: one for key, one in self.values.items() if key != name}
                if name == "day":
                    rest = {k: v for k, v in rest.items() if k not in ("from", "to")}
                found.append({"word": word, "without": f"?{urlencode(rest)}"})
        return found

    def _word(self, name: str, text: str) -> str:
        match name:
            case "module":
                codes = [code for code in text.split(",") if code in self.modules]
                return "、".join(str(self.modules[code]) for code in codes)
            case "phase":
                return str(Phase(text).label) if text in Phase.values else text
            case "community":
                unit = Unit.objects.filter(code=text).first()
                return str(unit) if unit else text
            case "cell":
                return text
            case "due":
                return str(due_words().get(text, ""))
            case "day" if text in COLUMNS:
                word = _("Written") if text == "written" else _("Ended")
                return f"{word} {self.said('from')} – {self.said('to')}"
        return ""


def due_words() -> dict[str, Any]:
    return {
        LATE: _("step overrun"),
        OVERDUE: _("past its day"),
        TODAY: _("due today"),
        SOON: _("due before long"),
        ASKED: _("waits for an answer"),
    }


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass
class Row:
    record: Record
    label: str
    clock: Deadline | None = None
    due: RecordDue | None = None


@dataclass
class Listed:
    asked: Asked
    rows: list[Row] = field(default_factory=list)
    count: int = 0
    more: str = ""

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"


def listed(
    application: Application, user: User, asked: Asked, *, size: int = PAGE
) -> Listed:
    """One page of what is left of what the person reads; four queries and the
    filters' own."""
    seen = asked.apply(seen_records(user, asked.keys))
    rows = seen.select_related("street", "community").defer(
        "personal", "sensitive", "words"
    )
    if asked.after:
        rows = rows.filter(pk__lt=min(asked.after, LARGEST_ID))
    page = list(rows.order_by("-pk")[: size + 1])
    found = Listed(asked)
    if len(page) > size:
        page = page[:size]
        found.more = f"{asked.address()}&after={page[-1].pk}"
    has_more = found.more or asked.after
    found.count = seen[: COUNTED + 1].count() if has_more else len(page)
    modules = {module.pk: module for module in asked.modules.values()}
    clocks, dues = _clocks(page), _dues(page)
    for record in page:
        record.module = modules[record.module_id]
        found.rows.append(
            Row(record, _label(record), clocks.get(record.pk), dues.get(record.pk))
        )
    return found


def _label(record: Record) -> str:
    """The internal field that names it on a map, or the first of its list."""
    definition = definition_of(record.version_id)
    open_ones = [one for one in definition.listed if one.is_open]
    one = definition.label_field or next(iter(open_ones), None)
    return plain_text(one, record.data.get(one.name)) if one else ""


def _clocks(page: list[Record]) -> dict[int, Deadline]:
    limits = Deadline.objects.running().filter(
        kind=Record.KIND, subject_id__in=[row.pk for row in page]
    )
    return {row.subject_id: row for row in limits.order_by("-due_at")}


def _dues(page: list[Record]) -> dict[int, RecordDue]:
    days = RecordDue.objects.filter(
        record__in=page, remind_on__lte=timezone.localdate()
    )
    return {row.record_id: row for row in days.order_by("-due_on")}
