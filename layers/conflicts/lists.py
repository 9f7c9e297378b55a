"""The work list of conflicts: filtered, counted, paged by key."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from layers.models import Conflict, OverlayRule

PAGE = 50
COUNTED = 1000  # beyond this a count says "1,000+"
GONE = "gone"
FAR_AWAY = 2**63 - 1


class Filters:
    """What the address of the list asks for."""

    NAMES = ("rule", "provider", "street", "state", "sort")

    def __init__(self, params: QueryDict, user: User) -> None:
        self.user = user
        self.values = {
            name: params.get(name, "").replace("\x00", "").strip()
            for name in self.NAMES
            if params.get(name, "").strip()
        }
        self.after = params.get("after", "")

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    def address(self, **changes: str) -> str:
        """The query string of the same list with something else."""
        values = {**self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    @cached_property
    def rules(self) -> list[OverlayRule]:
        """Those that the person may see."""
        rows = OverlayRule.objects.visible_to(self.user)
        return list(rows.select_related("left__provider", "right__provider"))

    @property
    def chosen(self) -> list[OverlayRule]:
        """The rules that are asked for."""
        rule, provider = self.asked("rule"), self.asked("provider")
        return [
            row
            for row in self.rules
            if rule in ("", row.code)
            and provider in ("", row.left.provider.code, row.right.provider.code)
        ]

    @property
    def providers(self) -> list[Unit]:
        both = [layer for row in self.rules for layer in (row.left, row.right)]
        units = {layer.provider.code: layer.provider for layer in both}
        return [units[code] for code in sorted(units)]

    @cached_property
    def streets(self) -> list[Unit]:
        return list(Unit.objects.filter(kind=Unit.Kind.STREET))

    @property
    def state(self) -> str:
        """The one asked for; at first what is to be settled."""
        asked = self.asked("state")
        return asked if asked in {*Conflict.State.values, GONE} else Conflict.State.OPEN

    @property
    def states(self) -> list[dict[str, Any]]:
        """The segments above the list."""
        words = {
            Conflict.State.OPEN: _("To be settled"),
            Conflict.State.SENT: _("Sent as corrections"),
            Conflict.State.EXCEPTED: _("Exceptions"),
            GONE: _("Gone"),
        }
        return [
            {
                "word": word,
                "address": self.address(state="" if code == "open" else str(code)),
                "is_set": code == self.state,
            }
            for code, word in words.items()
        ]

    @property
    def by_size(self) -> bool:
        """Measures of several rules are of several kinds: only within one."""
        return self.asked("sort") == "size" and bool(self.asked("rule"))

    @property
    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the list's address without it."""
        words = {
            "rule": {row.code: row.title for row in self.rules},
            "provider": {unit.code: str(unit) for unit in self.providers},
            "street": {unit.code: str(unit) for unit in self.streets},
        }
        return [
            {
                "word": known.get(self.asked(name), self.asked(name)),
                "without": self.address(**{name: ""}),
            }
            for name, known in words.items()
            if self.asked(name)
        ]

    def apply(self) -> QuerySet[Conflict]:
        rows = Conflict.objects.filter(rule__in=[rule.pk for rule in self.chosen])
        if self.state == GONE:
            rows = rows.filter(gone_at__isnull=False)
        else:
            rows = rows.standing().filter(state=self.state)
        if street := self.asked("street"):
            units = [unit.pk for unit in self.streets if unit.code == street]
            rows = rows.filter(street__in=units)
        return rows


@dataclass
class ConflictList:
    """One page of the list."""

    filters: Filters
    rows: list[Conflict]
    count: int
    more: str = ""

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"


def list_conflicts(filters: Filters) -> ConflictList:
    """A page of 50; counted to a thousand."""
    found = filters.apply()
    rows = list(_page(found, filters))
    rules = {rule.pk: rule for rule in filters.rules}
    more = ""
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        last = rows[-1]
        mark = f"{last.measure!r}_{last.pk}" if filters.by_size else str(last.pk)
        more = filters.address(after=mark)
    for row in rows:
        row.rule = rules[row.rule_id]
    return ConflictList(filters, rows, found[: COUNTED + 1].count(), more)


def _page(found: QuerySet[Conflict], filters: Filters) -> QuerySet[Conflict]:
    rows = found.select_related("street").defer("geometry")
    if not filters.by_size:
        last = _number(filters.after)
        rows = rows.filter(pk__lt=last) if last is not None else rows
        return rows.order_by("-pk")[: PAGE + 1]
    measure, _mark, pk = filters.after.partition("_")
    size, last = _float(measure), _number(pk)
    if size is not None and last is not None:
        rows = rows.filter(Q(measure__lt=size) | Q(measure=size, pk__lt=last))
    return rows.order_by(F("measure").desc(), "-pk")[: PAGE + 1]


def _number(text: str) -> int | None:
    is_one = text.isascii() and text.isdigit() and len(text) < 20
    return min(int(text), FAR_AWAY) if is_one else None


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number else None
