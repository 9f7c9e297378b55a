"""The charts of an application's home: each figure opens the records that it counts."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from offices.modules.homes import Home
from workflow.models import Phase

WEEKS = 12


@dataclass(frozen=True)
class Figure:
    count: int
    address: str


@dataclass(frozen=True)
class Line:
    """One row of a chart's table: what it is about, a figure for each column."""

    label: str
    figures: list[Figure]


@dataclass(frozen=True)
class Chart:
    """``colours``: the name of the colour of each column, of the site's own."""

    kind: str  # bars, stack
    title: str
    unit: str
    columns: list[str]
    colours: list[str]
    lines: list[Line]

    @property
    def is_empty(self) -> bool:
        return not any(one.count for line in self.lines for one in line.figures)


def address(home: Home, **said: Any) -> str:
    """The list of the application's records, narrowed to these."""
    here = reverse("modules:application-records", args=[home.application.code])
    return f"{here}?{urlencode({key: text for key, text in said.items() if text})}"


def mix(home: Home) -> Chart:
    """What is there by module and phase; of nothing no query, all was counted."""
    phases = [phase for phase in Phase if _sum(home, phase.value)]
    lines = []
    for group in home.groups:
        counts: Counter[str] = Counter()
        for tile in group.tiles:
            counts.update(tile.phases)
        narrowed = {"module": ",".join(tile.module.code for tile in group.tiles)}
        figures = [
            Figure(
                counts[phase.value],
                address(home, **narrowed, phase=phase.value, view="all"),
            )
            for phase in phases
        ]
        lines.append(Line(group.title, figures))
    return Chart(
        "stack",
        _("Records by module and phase"),
        _("records"),
        [str(phase.label) for phase in phases],
        [f"phase-{phase.value}" for phase in phases],
        lines,
    )


def _sum(home: Home, phase: str) -> int:
    return sum(tile.phases[phase] for tile in home.tiles)


def trend(home: Home) -> Chart:
    """What was written and what ended in each of the last weeks: one query."""
    first = _monday(timezone.localdate()) - timedelta(weeks=WEEKS - 1)
    since = timezone.make_aware(datetime.combine(first, time.min))
    rows = home.seen.order_by().filter(
        Q(created_at__gte=since) | Q(ended_at__gte=since)
    )
    weeks = rows.annotate(
        written_in=TruncWeek("created_at"), ended_in=TruncWeek("ended_at")
    ).values_list("written_in", "ended_in")
    written: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    for begun, over, count in weeks.annotate(n=Count("pk")):
        written[timezone.localdate(begun)] += count
        if over:
            ended[timezone.localdate(over)] += count
    lines = []
    for number in range(WEEKS):
        monday = first + timedelta(weeks=number)
        span = {"from": monday, "to": monday + timedelta(days=6), "view": "all"}
        figures = [
            Figure(written[monday], address(home, day="written", **span)),
            Figure(ended[monday], address(home, day="ended", **span)),
        ]
        lines.append(Line(f"{monday:%m-%d}", figures))
    return Chart(
        "bars",
        _("Written and ended by week"),
        _("records"),
        [_("written"), _("ended")],
        ["accent", "light-green"],
        lines,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def charts_of(home: Home) -> list[Chart]:
    return [mix(home), trend(home)]
