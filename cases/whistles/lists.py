"""Lists of whistles: filtered, paged, counted, each row with its clock.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.models import Whistle, WhistleCall, WhistleOccasion
from cases.models.whistle import WhistleQuerySet, add_clocks
from cases.whistles.figures import FIGURES, in_month
from workflow.models import Phase

PAGE = 50
COUNTED = 1000  # beyond this a count says "1,000+"
# What a list is opened on, by the phases that it shows.
VIEWS = {
    "": tuple(phase for phase in Phase if phase != Phase.DONE),
    "over": (Phase.DONE,),
    "all": tuple(Phase),
}


def parse_month(text: str) -> date | None:
    """2026-11 as its first day."""
    try:
        return date.fromisoformat(f"{text[:7]}-01") if text else None
    except ValueError:
        return None


class Filters:
    """What the address of a list asks for."""

    NAMES = ("view", "occasion", "street", "unit", "late", "month", "figure", "q")

    def __init__(self, params: QueryDict) -> None:
        self.values = {
            name: text
            for name in self.NAMES
            if (text := params.get(name, "").replace("\x00", "").strip()[:100])
        }
        if self.values.get("view") not in VIEWS:
            self.values.pop("view", None)
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
    def open_address(self) -> str:
        """Those that are open, of the same street, unit and occasion."""
        kept = dict.fromkeys(("view", "month", "figure"), "")
        return self.address(**kept)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the filters keeps though it has no field for it."""
        names = ("view", "unit", "month", "figure")
        return [(name, self.values[name]) for name in names if self.asked(name)]

    def apply(self, rows: WhistleQuerySet) -> QuerySet[Whistle]:
        found: QuerySet[Whistle] = rows
        if (view := self.asked("view")) != "all":
            found = found.filter(state__phase__in=VIEWS[view])
        if code := self.asked("occasion"):
            found = found.filter(occasion__code=code)
        if code := self.asked("street"):
            found = found.filter(street__code=code)
        if text := self.asked("q"):
            digits = text.upper().startswith("S") and text[1:].isdigit()
            named = {"number__startswith": text.upper()} if digits else {}
            found = found.filter(**(named or {"address__icontains": text}))
        calls = self._calls()
        return found if calls is None else found.filter(Exists(calls))

    def _calls(self) -> QuerySet[WhistleCall] | None:
        """The calls of which a whistle must have one; None where none is asked."""
        rows = WhistleCall.objects.filter(whistle=OuterRef("pk"))
        asked = rows
        if code := self.asked("unit"):
            asked = asked.filter(unit__code=code)
        if self.asked("late"):
            asked = asked.late(timezone.now())
        if month := parse_month(self.asked("month")):
            asked = in_month(asked.blown(), month)  # type: ignore[assignment]
        if self.asked("figure") in FIGURES:
            asked = asked.filter(FIGURES[self.asked("figure")])
        return None if asked is rows else asked

    @cached_property
    def chips(self) -> list[dict[str, str]]:
        """The filters that are on, each with the address of the list without it."""
        words = {
            "occasion": _named(WhistleOccasion.objects.all(), self.asked("occasion")),
            "street": _named(Unit.objects.all(), self.asked("street")),
            "unit": _named(Unit.objects.all(), self.asked("unit")),
            "late": _("a unit is late"),
            "month": self.asked("month"),
            "figure": figure_words().get(self.asked("figure"), ""),
            "q": f"“{self.asked('q')}”",
        }
        return [
            {"word": word, "without": self.address(**{name: ""})}
            for name, word in words.items()
            if self.asked(name) and word
        ]


def figure_words() -> dict[str, str]:
    return {
        "calls": _("called"),
        "signings": _("signed in time"),
        "arrivals": _("there in time"),
        "answers": _("reported back"),
    }


def _named(rows: QuerySet[Any], code: str) -> str:
    row = rows.filter(code=code).first() if code else None
    return str(row) if row else ""


@dataclass
class WhistleList:
    """One page of a list."""

    filters: Filters
    rows: list[Whistle]
    count: int
    more: str = ""

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"


def list_whistles(seen: WhistleQuerySet, filters: Filters) -> WhistleList:
    """A page of what was scoped, the newest first: five queries at most."""
    found = filters.apply(seen)
    rows = found.select_related("occasion", "street", "community")
    rows = rows.prefetch_related("calls__unit").order_by("-pk")
    page = list(
        (rows.filter(pk__lt=filters.after) if filters.after else rows)[: PAGE + 1]
    )
    more = ""
    if len(page) > PAGE:
        page = page[:PAGE]
        more = f"{filters.address()}&after={page[-1].pk}"
    count = found[: COUNTED + 1].count() if more or filters.after else len(page)
    dress(page)
    return WhistleList(filters, page, count, more)


def dress(whistles: Sequence[Whistle]) -> None:
    """What a row shows besides: the clock, how many are there, who is late."""
    add_clocks(whistles)
    now = timezone.now()
    for whistle in whistles:
        calls = whistle.parts()
        for call in calls:
            call.whistle = whistle
        late = [call for call in calls if call.is_late(now)]
        whistle.there = sum(bool(call.arrived_at) for call in calls)  # type: ignore[attr-defined]
        whistle.late = [str(call.unit) for call in late]  # type: ignore[attr-defined]


def streets_of(user: User) -> list[Unit]:
    """The streets that the list may be narrowed to, where there is a choice."""
    if not user.sees_district:
        return []
    return list(Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code"))
