"""What pages draw of the evaluation."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.translation import gettext as _

from cases.evaluation.board import Table
from cases.evaluation.mapping import AreaMap
from cases.evaluation.measures import title_of
from cases.evaluation.periods import Period
from cases.evaluation.permissions import can_see_figures
from cases.evaluation.reports import COLOURS
from cases.evaluation.scoring import LEGEND, Result

register = template.Library()

register.filter("reads_figures", can_see_figures)
register.filter("measure_title", title_of)


@register.inclusion_tag("cases/evaluation/_row.html")
def evaluation_row(
    result: Result, table: Table, period: Period, *, opens: Any, total: bool
) -> dict[str, Any]:
    """One unit: score, figures and counts, each leading to its cases."""
    whose = urlencode({"axis": table.axis, "unit": result.unit.code})
    return {
        "result": result,
        "period": period,
        "opens": opens,
        "total": total,
        "base": f"{whose}&{period.address}",
        "counts": counts_of(result, table),
    }


def counts_of(result: Result, table: Table) -> list[tuple[str, str, int, int | None]]:
    """Name, title, count, and the count of what the period is compared with."""
    before = result.before.measures if result.before else None
    return [
        (
            name,
            title,
            result.measures.get(name, 0),
            None if before is None else before.get(name, 0),
        )
        for name, title in table.measures
    ]


@register.inclusion_tag("cases/evaluation/_map.html")
def grade_map(
    map: AreaMap, period: Period, *, links: bool, chosen: Any = None
) -> dict[str, Any]:
    """The areas in the colours of their grades, each with its letter."""
    return {
        "map": map,
        "period": period,
        "links": links and not chosen,
        "legend": LEGEND,
    }


@register.inclusion_tag("cases/evaluation/_report_row.html")
def report_row(result: Result, table: Table, total: bool) -> dict[str, Any]:
    """The same on paper, where nothing can be opened."""
    return {"result": result, "total": total, "counts": counts_of(result, table)}


@register.simple_tag
def grade_colour(letter: str) -> str:
    """The colour of a grade on paper, as hexadecimal digits."""
    return COLOURS.get(letter, COLOURS[""])


@register.simple_tag
def steps(rows: list[list[int | None]]) -> str:
    """``[[100, 90], [null, 0]]`` as one reads it: up to 100: 90, above: 0."""
    return "; ".join(
        f"≤ {most}: {score}" if most is not None else _("above: %s") % score
        for most, score in rows
    )
