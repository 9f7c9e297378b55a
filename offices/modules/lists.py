"""The list of a module's records: filtered, searched, paged by cursor, counted.

Every list starts from a queryset that `RecordQuerySet.of_module` scoped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from govmap.lib.localized import localized
from govmap.lib.paging import LARGEST_ID
from offices.models.module import Module
from offices.models.record import Record, RecordDue, RecordLink
from offices.modules import codes, refs
from offices.modules.asked import late_limits, where
from offices.modules.definition import (
    CHOICES,
    CODES,
    COMPUTED,
    DAY,
    MOMENT,
    NUMBER,
    REF,
    TIME,
    TRUTH,
    WHOLE,
    Definition,
    Field,
    definition_of,
)
from offices.modules.keeping import values_of
from offices.modules.searching import searched
from offices.modules.showing import Showing, Shown
from offices.registers.finding import is_hidden
from offices.registers.words import by_one_worker, is_common
from workflow.models import Deadline, Phase, Process
from workflow.models.process import states_of

PAGE = 50
COUNTED = 1000  # beyond this a count says "1,000+"
MOST_SENT = 200  # of one number: its further pages would have to name it
LONGEST = 100  # signs of one filter
PREFIX = "f-"
FROM, TO = "-from", "-to"
NUMERATOR = "numerator"
OPEN, OVER, ALL = "", "over", "all"
VIEWS = (OPEN, OVER, ALL)
DUE, OVERDUE, LATE = "due", "overdue", "late"
RANGED = {DAY, MOMENT, TIME, NUMBER, WHOLE, COMPUTED}
NUMERIC = {NUMBER, WHOLE, COMPUTED}
FIGURE = "figure"  # <code>/numerator or <code>/denominator: what a figure counted
OWN = ("view", "q", "state", "community", "street", "due", "about", FIGURE)


class Filters:
    """What the address of a list asks for, or, ``sent``, what a form does.

    A number that may be a person's is looked for only where it was sent, and stands
    in no address.
    """

    def __init__(
        self, params: Mapping[str, str], definition: Definition, *, sent: bool = False
    ) -> None:
        self.definition, self.is_sent = definition, sent
        self.reader: User | None = None  # who asks, where a word is asked for once
        self.values = {
            name: text
            for name in self.names
            if (text := params.get(name, "").replace("\x00", "").strip()[:LONGEST])
        }
        if self.values.get("view") not in VIEWS:
            self.values.pop("view", None)
        after = params.get("after", "")
        short = after.isascii() and after.isdigit() and len(after) < 19
        self.after = int(after) if short else 0

    @cached_property
    def names(self) -> list[str]:
        found = list(OWN)
        for one in self.definition.filters:
            name = f"{PREFIX}{one.name}"
            ends = (FROM, TO) if one.kind in RANGED else ("",)
            found += [f"{name}{end}" for end in ends]
        return found

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    @cached_property
    def is_number(self) -> bool:
        """It asks for what may be somebody's number."""
        return is_hidden(self.asked("q"))

    @property
    def told(self) -> dict[str, str]:
        """What an address may say."""
        hidden = {"q"} if self.is_number else set()
        return {name: text for name, text in self.values.items() if name not in hidden}

    def address(self, **changes: str) -> str:
        values = {**self.told, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    def without(self, *names: str) -> str:
        rest = {k: v for k, v in self.told.items() if k not in names}
        return "?" + urlencode(rest)

    @property
    def is_narrowed(self) -> bool:
        return bool(set(self.values) - {"view"})

    def apply(self, rows: QuerySet[Record]) -> QuerySet[Record]:
        if self.is_number and not self.is_sent:
            return rows.none()
        view = self.asked("view")
        if view == OPEN and not self.asked("state"):
            rows = rows.filter(ended_at__isnull=True)
        elif view == OVER:
            rows = rows.filter(ended_at__isnull=False)
        if code := self.asked("state"):
            rows = rows.filter(state__in=states_called(code))
        for name in ("street", "community"):
            if code := self.asked(name):
                units = Unit.objects.filter(code=code).values_list("pk", flat=True)
                rows = rows.filter(**{f"{name}__in": list(units)})
        rows = self._by_days(rows)
        if about := self.asked("about"):
            rows = rows.filter(pk__in=_about(about))
        if figure := self._figure():
            rows = rows.filter(where(figure[0]["denominator"], self.definition))
            if figure[1] == NUMERATOR and "numerator" in figure[0]:
                rows = rows.filter(where(figure[0]["numerator"], self.definition))
        for one in self.definition.filters:
            rows = self._by_field(rows, one)
        return searched(rows, self.definition, self.asked("q"), self.reader)

    def _figure(self) -> tuple[Any, str] | None:
        """The figure whose records are asked for, and which of its two counts."""
        code, _slash, part = self.asked(FIGURE).partition("/")
        for spec in self.definition.indicators:
            if spec["code"] == code:
                return spec, part
        return None

    def _by_days(self, rows: QuerySet[Record]) -> QuerySet[Record]:
        asked = self.asked("due")
        if asked == LATE:
            return rows.filter(Exists(late_limits()))
        if asked not in (DUE, OVERDUE):
            return rows
        today = timezone.localdate()
        due = RecordDue.objects.filter(record=OuterRef("pk"), due_on__lt=today)
        if asked == DUE:
            due = RecordDue.objects.filter(record=OuterRef("pk"), remind_on__lte=today)
        return rows.filter(Exists(due))

    def _by_field(self, rows: QuerySet[Record], one: Field) -> QuerySet[Record]:
        name = f"{PREFIX}{one.name}"
        if one.kind in RANGED:
            least, most = self.asked(name + FROM), self.asked(name + TO)
            if least and (bound := _bound(one, least)) is not None:
                rows = rows.filter(**{f"data__{one.name}__gte": bound})
            if most and (bound := _bound(one, most, upper=True)) is not None:
                rows = rows.filter(**{f"data__{one.name}__lte": bound})
            return rows
        text = self.asked(name)
        if not text:
            return rows
        # One GIN index knows all of these.
        return rows.filter(data__contains={one.name: _meant(one, text)})

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the address of the list without it."""
        found = []
        fields = {f"{PREFIX}{one.name}": one for one in self.definition.filters}
        for name, text in self.values.items():
            base = name.removesuffix(FROM).removesuffix(TO)
            if name == FIGURE and (figure := self._figure()):
                word = localized(figure[0]["title"])
                found.append({"word": word, "without": self.without(name)})
            elif word := _word(name, text, fields.get(base)):
                found.append({"word": word, "without": self.without(name)})
        return found


def _meant(one: Field, text: str) -> Any:
    """The value that a filter's text stands for, as the column holds it."""
    if one.kind == TRUTH:
        return text == "true"
    found = [choice.code for choice in one.choices if str(choice.code) == text]
    value = found[0] if found else text
    return [value] if one.kind == CHOICES else value


def _word(name: str, text: str, one: Field | None) -> str:
    if one is not None:
        if name.endswith(FROM):
            return f"{one.label} ≥ {text}"
        if name.endswith(TO):
            return f"{one.label} ≤ {text}"
        if one.kind == CODES:
            return f"{one.label} {codes.label_of(one.codes, text)}"
        if one.kind == TRUTH:
            return f"{one.label} {_('yes') if text == 'true' else _('no')}"
        found = [c.label for c in one.choices if str(c.code) == text]
        return f"{one.label} {found[0] if found else text}"
    if name in ("street", "community"):
        unit = Unit.objects.filter(code=text).first()
        return str(unit) if unit else text
    if name == "due":
        words = {
            DUE: _("due"),
            OVERDUE: _("past its day"),
            LATE: _("step overrun"),
        }
        return words.get(text, "")
    if name == "state":
        return next((s.label for s in _states() if s.code == text), text)
    return f"“{text}”" if name in ("q", "about") else ""


def _states() -> list[Any]:
    processes = Process.objects.filter(kind=Record.KIND)
    return [state for row in processes for state in states_of(row.pk)]


def states_called(code: str) -> list[int]:
    """Ids of the states of that code, or of that phase, of every procedure."""
    return [
        state.pk for state in _states() if code in (state.code, f"phase:{state.phase}")
    ]


def _bound(one: Field, text: str, *, upper: bool = False) -> Any:
    if one.kind in NUMERIC:
        try:
            return float(text)
        except ValueError:
            return None
    return f"{text}T23:59" if upper and one.kind == MOMENT else text


def _about(text: str) -> Any:
    """Records that refer to something: ``kind/uuid``."""
    kind, _slash, key = text.partition("/")
    target = refs.target_of(kind)
    if target is None or not refs.is_key(target, key):
        return []
    return RecordLink.objects.filter(kind=kind, target=key).values("record")


@dataclass(frozen=True)
class FilterField:
    """One filter as the form of the list draws it."""

    field: Field
    name: str
    values: tuple[str, str]
    choices: list[tuple[str, str]]

    @property
    def is_ranged(self) -> bool:
        return self.field.kind in RANGED

    @property
    def input_type(self) -> str:
        if self.field.kind == TIME:
            return "time"
        return "number" if self.field.kind in NUMERIC else "date"


def filter_fields(filters: Filters, user: User) -> list[FilterField]:
    found = []
    for one in filters.definition.filters:
        name = f"{PREFIX}{one.name}"
        if one.kind in RANGED:
            values = (filters.asked(name + FROM), filters.asked(name + TO))
            found.append(FilterField(one, name, values, []))
            continue
        if one.kind == CODES:
            choices = codes.find(one.codes) or []
        elif one.kind == TRUTH:
            choices = [("true", _("yes")), ("false", _("no"))]
        elif one.kind == REF:
            choices = []
        else:
            choices = [(str(c.code), c.label) for c in one.choices]
        found.append(FilterField(one, name, (filters.asked(name), ""), choices))
    return found


@dataclass
class Row:
    """A record as a row of the list."""

    record: Record
    cells: list[Shown]
    due: RecordDue | None = None
    clock: Deadline | None = None


@dataclass
class RecordList:
    filters: Filters
    columns: list[Field]
    rows: list[Row] = field(default_factory=list)
    count: int = 0
    more: str = ""
    most: int = COUNTED  # beyond it nobody counted on

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= self.most else f"{self.most:,}+"


def list_records(
    module: Module, user: User, filters: Filters, *, size: int = PAGE
) -> RecordList:
    """One page of what the filters leave of what the person sees."""
    filters.reader = user
    if not filters.asked("q"):
        return _list_records(module, user, filters, size)
    with by_one_worker():
        return _list_records(module, user, filters, size)


def _list_records(
    module: Module, user: User, filters: Filters, size: int
) -> RecordList:
    seen = filters.apply(Record.objects.of_module(module, user))
    found = RecordList(filters, filters.definition.listed)
    rows = seen
    if filters.after:
        rows = rows.filter(pk__lt=min(filters.after, LARGEST_ID))
    size = MOST_SENT if filters.is_number else size
    page = list(_lean(rows).order_by("-pk")[: size + 1])
    has_more = len(page) > size
    page = page[:size]
    if has_more and not filters.is_number:
        found.more = f"{filters.address()}&after={page[-1].pk}"
    has_more = has_more or bool(filters.after)
    found.count = len(page)
    if has_more and is_common(user):
        # Of a common word no more are counted than are shown.
        found.count, found.most = size + 1, size
    elif has_more:
        found.count = seen[: COUNTED + 1].count()
    found.rows = dressed(page, user)
    return found


def _lean(rows: QuerySet[Record]) -> QuerySet[Record]:
    """Without what is sealed: no list opens it."""
    return rows.select_related("street", "community").defer("sensitive", "words")


def dressed(page: Iterable[Record], user: User) -> list[Row]:
    """Rows with their cells, days and limits: a query for each sort."""
    rows = list(page)
    shown = {row.version_id: definition_of(row.version_id) for row in rows}
    wanted = []
    for row in rows:
        definition = shown[row.version_id]
        showing = Showing(definition, user)
        for one in definition.listed:
            wanted += showing.refs_in(one, row.data.get(one.name))
    options = refs.named(set(wanted), user)
    dues, clocks = _dues(rows), _clocks(rows)
    made = []
    for row in rows:
        showing = Showing(shown[row.version_id], user)
        showing.options = options
        made.append(
            Row(row, _cells(row, showing), dues.get(row.pk), clocks.get(row.pk))
        )
    return made


def _cells(row: Record, showing: Showing) -> list[Shown]:
    listed = showing.definition.listed
    hidden = [one for one in listed if not one.is_open]
    # Of what is personal a list shows the masked form, made here and kept nowhere.
    personal = values_of(row, "S2") if hidden and row.personal else {}
    return [
        showing.show(
            one,
            row.data.get(one.name) if one.is_open else personal.get(one.name),
            is_open=one.is_open,
        )
        for one in listed
    ]


def _dues(rows: list[Record]) -> dict[int, RecordDue]:
    """The nearest day of each that has come near."""
    near = timezone.localdate()
    found: dict[int, RecordDue] = {}
    days = RecordDue.objects.filter(record__in=rows, remind_on__lte=near)
    for due in days.order_by("due_on"):
        found.setdefault(due.record_id, due)
    return found


def _clocks(rows: list[Record]) -> dict[int, Deadline]:
    limits = Deadline.objects.running().filter(
        kind=Record.KIND, subject_id__in=[row.pk for row in rows]
    )
    found: dict[int, Deadline] = {}
    for limit in limits.order_by("due_at"):
        found.setdefault(limit.subject_id, limit)
    return found


def phases() -> list[tuple[str, str]]:
    return [(f"phase:{phase.value}", str(phase.label)) for phase in Phase]
