"""The figures of a day, against the day before and the same day last week."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Unit
from cases.evaluation import totals
from cases.evaluation.measures import OVERDUE, title_of
from cases.models import Axis, Mark
from workflow.models import Category

SHOWN = (
    *("reports", "filings", "dispatches", "disposals", "disposals_late", "closings"),
    *("reworks", "extensions", "supervisions", OVERDUE),
)
OF_DEPARTMENTS = ("dispatches", "disposals", "disposals_late", "reworks")
MOST_CLASSES = 10
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def of(unit: Unit, areas: Sequence[Unit], day: date) -> dict[str, Any]:
    return {
        "figures": figures(areas, day),
        "classes": _classes(areas, day),
        "areas": _areas(unit, areas, day),
        "departments": _departments(areas, day),
    }


def counts(areas: Sequence[Unit], day: date) -> dict[str, int]:
    found = sum_of(areas, day)
    return {"reports": found["reports"], "closings": found["closings"]}


def sum_of(areas: Sequence[Unit], day: date) -> Counter[str]:
    """All measures of the areas together."""
    found: Counter[str] = Counter()
    ids = [area.pk for area in areas]
    for row in totals.figures(Axis.AREA, ids, day, day, timezone.now()).values():
        found.update(row)
    return found


def figures(areas: Sequence[Unit], day: date) -> list[dict[str, Any]]:
    today, before, week = (sum_of(areas, one) for one in (day, day - DAY, day - WEEK))
    with override("zh-hans"):
        return [
            {
                "name": title_of(name),
                "today": today[name],
                "before": before[name],
                "change": change(today[name], before[name]),
                "week": week[name],
                "week_change": change(today[name], week[name]),
            }
            for name in SHOWN
        ]


def change(now: int, then: int) -> str:
    """+3（+25.0%）; without a number to compare with only the difference."""
    difference = now - then
    if not difference:
        return "持平"
    share = f"（{difference / then:+.1%}）" if then else ""
    return f"{difference:+d}{share}"


def _classes(areas: Sequence[Unit], day: date) -> list[dict[str, Any]]:
    rows = (
        Mark.objects.filter(street__in=areas, measure="reports", day=day)
        .values("category")
        .annotate(count=Sum("delta"))
        .filter(count__gt=0)
        .order_by("-count", "category")[:MOST_CLASSES]
    )
    found = list(rows)
    names = Category.objects.in_bulk([row["category"] for row in found])
    return [
        {"name": names[row["category"]].name, "count": row["count"]} for row in found
    ]


def _areas(unit: Unit, areas: Sequence[Unit], day: date) -> list[dict[str, Any]]:
    """Of a street its communities, of the district its streets."""
    below = list(areas)
    if unit.kind == Unit.Kind.STREET:
        rows = Unit.objects.filter(parent=unit, kind=Unit.Kind.COMMUNITY)
        below = list(rows.order_by("code"))
    ids = [one.pk for one in below]
    found = totals.figures(Axis.AREA, ids, day, day, timezone.now())
    return [
        {
            "name": one.name,
            "reports": row["reports"],
            "filings": row["filings"],
            "closings": row["closings"],
            "overdue": row[OVERDUE],
        }
        for one in below
        if any((row := found.get(one.pk, Counter())).values())
    ]


def _departments(areas: Sequence[Unit], day: date) -> list[dict[str, Any]]:
    """What hosts had of these streets' cases."""
    marks = Mark.objects.filter(
        street__in=areas, measure__in=OF_DEPARTMENTS, day=day, unit__isnull=False
    )
    by_unit: dict[int, Counter[str]] = {}
    for row in marks.values("unit", "measure").annotate(count=Sum("delta")):
        by_unit.setdefault(row["unit"], Counter())[row["measure"]] += row["count"]
    units = Unit.objects.in_bulk(list(by_unit))
    ordered = sorted(
        by_unit.items(), key=lambda pair: (-pair[1]["dispatches"], units[pair[0]].code)
    )
    return [
        {
            "name": units[pk].name,
            "dispatches": row["dispatches"],
            "disposals": row["disposals"],
            "late": row["disposals_late"],
            "reworks": row["reworks"],
        }
        for pk, row in ordered
    ]
