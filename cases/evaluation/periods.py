"""The periods of an evaluation: what a page's address asks for, and the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)
KINDS: dict[str, str | Promise] = {
    "day": _("By day"),
    "week": _("By week"),
    "month": _("By month"),
    "quarter": _("By quarter"),
    "year": _("By year"),
    "range": _("From – to"),
}
LONGEST = 3700  # days of a free range
# What a period is compared with.
BEFORE, YEAR = "before", "year"
AGAINST: dict[str, str | Promise] = {
    BEFORE: _("Against the period before"),
    YEAR: _("Against the same period last year"),
}


@dataclass(frozen=True)
class Period:
    """Whole days, the first and the last both within."""

    kind: str
    first: date
    last: date

    @property
    def before(self) -> "Period":
        """The one of the same sort before it."""
        if self.kind == "range":
            length = self.last - self.first + DAY
            return Period(self.kind, self.first - length, self.last - length)
        return period_with(self.kind, self.first - DAY)

    @property
    def last_year(self) -> "Period":
        """The same a year before; of a week the same weekdays."""
        if self.kind in {"day", "range"}:
            return Period(self.kind, _year_before(self.first), _year_before(self.last))
        if self.kind == "week":
            return period_with(self.kind, self.first - 52 * 7 * DAY)
        return period_with(self.kind, _year_before(self.first))

    def compared(self, against: str) -> "Period":
        return self.last_year if against == YEAR else self.before

    @property
    def next(self) -> "Period":
        if self.kind == "range":
            length = self.last - self.first + DAY
            return Period(self.kind, self.first + length, self.last + length)
        return period_with(self.kind, self.last + DAY)

    @property
    def address(self) -> str:
        """As parameters of an address."""
        if self.kind == "range":
            return urlencode({"from": self.first, "to": self.last})
        return urlencode({"period": self.kind, "day": self.first})

    @property
    def title(self) -> str:
        return _title(self)


def _title(period: Period) -> str:
    first = period.first
    quarter = (first.month + 2) // 3
    titles = {
        "day": f"{first:%Y-%m-%d}",
        "month": f"{first:%Y-%m}",
        "quarter": f"{first:%Y} Q{quarter}",
        "year": f"{first:%Y}",
    }
    return titles.get(period.kind, f"{first:%Y-%m-%d} – {period.last:%Y-%m-%d}")


def period_with(kind: str, day: date) -> Period:
    """The period of that sort in which the day lies; weeks begin on Monday."""
    if kind == "day":
        return Period(kind, day, day)
    if kind == "week":
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    month = (day.month - 1) // months * months + 1
    first = day.replace(month=month, day=1)
    after = first
    for _month in range(months):
        after = (after + timedelta(days=32)).replace(day=1)
    return Period(kind, first, after - DAY)


def asked(params: Mapping[str, str], today: date) -> Period:
    """What an address asks for; the present month where it makes no sense."""
    first, last = _day(params.get("from", "")), _day(params.get("to", ""))
    if first and last and first <= last and (last - first).days < LONGEST:
        return Period("range", first, last)
    kind = params.get("period", "month")
    if kind not in KINDS or kind == "range":
        kind = "month"
    return period_with(kind, _day(params.get("day", "")) or today)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def against_of(params: Mapping[str, str]) -> str:
    """What an address wants to compare with; the period before where it says none."""
    return YEAR if params.get("against") == YEAR else BEFORE


def _day(text: str) -> date | None:
    """None also where the year is one that no case is of."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2200 else None
