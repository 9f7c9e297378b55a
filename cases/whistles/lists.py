"""Lists of whistles: filtered, paged, counted, each row with its clock.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit
from cases.models import Whistle, WhistleCall, WhistleOccasion
from cases.models.whistle import WhistleQuerySet, add_clocks
from cases.whistles.figures import FIGURES, in_month
from govmap.lib.lists import ListFilters, ListPage, named, page_of
from govmap.lib.times import month_of
from workflow.models import Phase

# What a list is opened on, by the phases that it shows.
VIEWS = {
    "": tuple(phase for phase in Phase if phase != Phase.DONE),
    "over": (Phase.DONE,),
    "all": tuple(Phase),
}


class Filters(ListFilters):
    """What the address of a list asks for."""

    NAMES = ("view", "occasion", "street", "unit", "late", "month", "figure", "q")
    KEPT = ("view", "unit", "month", "figure")
    CHOICES = {"view": VIEWS}

    @property
    def open_address(self) -> str:
        """Those that are open, of the same street, unit and occasion."""
        kept = dict.fromkeys(("view", "month", "figure"), "")
        return self.address(**kept)

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
            number = {"number__startswith": text.upper()} if digits else {}
            found = found.filter(**(number or {"address__icontains": text}))
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
        if month := month_of(self.asked("month")):
            asked = in_month(asked.blown(), month)  # type: ignore[assignment]
        if self.asked("figure") in FIGURES:
            asked = asked.filter(FIGURES[self.asked("figure")])
        return None if asked is rows else asked

    def words(self) -> dict[str, str]:
        return {
            "occasion": named(WhistleOccasion.objects.all(), self.asked("occasion")),
            "street": named(Unit.objects.all(), self.asked("street")),
            "unit": named(Unit.objects.all(), self.asked("unit")),
            "late": _("a unit is late"),
            "month": self.asked("month"),
            "figure": figure_words().get(self.asked("figure"), ""),
            "q": f"“{self.asked('q')}”",
        }


def figure_words() -> dict[str, str]:
    return {
        "calls": _("called"),
        "signings": _("signed in time"),
        "arrivals": _("there in time"),
        "answers": _("reported back"),
    }


def list_whistles(
    seen: WhistleQuerySet, filters: Filters
) -> ListPage[Filters, Whistle]:
    """A page of what was scoped, the newest first: five queries at most."""
    found = filters.apply(seen)
    rows = found.select_related("occasion", "street", "community")
    page = page_of(filters, found, rows.prefetch_related("calls__unit"))
    dress(page.rows)
    return page


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
