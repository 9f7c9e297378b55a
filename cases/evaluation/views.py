"""综合评价: areas and departments in a period, and the cases behind each figure."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Unit
from cases.evaluation import behind, board, totals
from cases.evaluation.mapping import map_of
from cases.evaluation.measures import (
    COUNTED,
    DERIVED,
    OVERDUE,
    disposal_limits,
    known_names,
    title_of,
)
from cases.evaluation.periods import (
    AGAINST,
    BEFORE,
    KINDS,
    Period,
    against_of,
    asked,
)
from cases.evaluation.permissions import (
    AREAS,
    can_publish,
    can_see_figures,
    own_streets,
    sees_all_figures,
    sees_figures_of,
)
from cases.evaluation.scoring import Reading, derived
from cases.models import Axis, Case, Indicator
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.models import Deadline


@login_required
@require_GET
@never_cache
def evaluation(request: AuthedRequest) -> HttpResponse:
    """The person's areas and departments, against the period before."""
    if not can_see_figures(request.user):
        raise NotAllowed
    period = asked(request.GET, timezone.localdate())
    return render(
        request, "cases/evaluation/board.html", board_context(request, period)
    )


def board_context(request: AuthedRequest, period: Period) -> dict[str, Any]:
    """What the page shows, and who may do what there."""
    user, chosen = request.user, chosen_street(request)
    sees_all = sees_all_figures(user)
    found = board.board_of(
        period,
        board.areas_for(user, chosen),
        [] if chosen and sees_all else board.departments_for(user),
        chosen=chosen,
        district=district() if sees_all and not chosen else None,
        against=against_of(request.GET),
    )
    return {
        **period_context(period, chosen, found.against),
        **{
            "board": found,
            "areas": found.areas,
            "departments": found.departments,
            "top": found.top,
        },
        "map": map_of(found.areas.results) if found.areas else None,
        "sees_all": sees_all,
        # Of a street all is shown already.
        "opens": sees_all and not chosen,
        "may_publish": can_publish(user),
        "may_report": bool(found.areas),
        "publication": found.publication,
    }


def district() -> Unit | None:
    return Unit.objects.filter(kind=Unit.Kind.DISTRICT).order_by("code").first()


def period_context(
    period: Period, chosen: Unit | None, against: str = BEFORE
) -> dict[str, Any]:
    """What the switch of periods shows."""
    today = timezone.localdate()
    own = f"&{urlencode({'unit': chosen.code})}" if chosen else ""
    kept = own if against == BEFORE else f"{own}&against={against}"
    switch = [
        (title, f"?{urlencode({'period': kind, 'day': min(today, period.last)})}{kept}")
        for kind, title in KINDS.items()
        if kind != "range"
    ]
    return {
        "period": period,
        "switch": list(zip([k for k in KINDS if k != "range"], switch, strict=True)),
        "back": f"?{period.before.address}{kept}",
        "on": f"?{period.next.address}{kept}" if period.last < today else "",
        "chosen": chosen,
        "against": against,
        "comparisons": [
            (name, word, f"?{period.address}{own}&against={name}")
            for name, word in AGAINST.items()
        ],
        "running": period.last >= today,
    }


def chosen_street(request: AuthedRequest) -> Unit | None:
    """The street that is opened; whoever has one only opens it at once."""
    code = request.GET.get("unit", "").replace("\x00", "")
    streets = Unit.objects.filter(kind=Unit.Kind.STREET)
    if code:
        street = streets.filter(code=code).first()
        if street is None or not sees_figures_of(request.user, Axis.AREA, street):
            raise NotFound
        return street
    own = own_streets(request.user)
    if len(own) == 1 and not sees_all_figures(request.user):
        return streets.filter(pk__in=own).first()
    return None


@login_required
@require_GET
@never_cache
def cases_behind(request: AuthedRequest) -> HttpResponse:
    """The cases that one figure of one unit counts, those that the person sees."""
    if not can_see_figures(request.user):
        raise NotAllowed
    period = asked(request.GET, timezone.localdate())
    axis, unit = _whose(request)
    reading = _reading(request.GET, axis, period)
    name = _name(request.GET, reading)
    units, now = _units(axis, unit), timezone.now()
    after = _number(request.GET.get("before", ""))
    ids = behind.case_ids(axis, units, name, period, now, before=after)
    rows = behind.seen_of(Case.objects.visible_to(request.user), ids[: behind.PAGE])
    add_disposal_clocks(rows)
    counts = totals.figures(
        axis, [one.pk for one in units], period.first, period.last, now
    )
    context = {
        **period_context(period, None),
        **{"axis": axis, "unit": unit, "name": name, "title": title_of(name)},
        "reading": reading,
        "names": [
            (one, title_of(one)) for one in (reading.names if reading else [name])
        ],
        "cases": rows,
        "count": sum(derived(row).get(name, 0) for row in counts.values()),
        "more": ids[behind.PAGE - 1] if len(ids) > behind.PAGE else None,
        "address": urlencode(
            {
                **{"axis": axis, "unit": unit.code},
                **({"code": reading.row.code} if reading else {}),
            }
        ),
    }
    return render(request, "cases/evaluation/cases.html", context)


def add_disposal_clocks(cases: list[Case]) -> None:
    """Give each case its last limit of disposal as ``clock``: that is what counts."""
    names = disposal_limits()
    by_case: dict[int, Deadline] = {}
    limits = Deadline.objects.filter(
        kind=Case.KIND, subject_id__in=[case.pk for case in cases], name__in=names
    )
    for limit in limits.order_by("pk"):
        by_case[limit.subject_id] = limit
    for case in cases:
        case.clock = by_case.get(case.pk)  # type: ignore[attr-defined]


def _whose(request: AuthedRequest) -> tuple[str, Unit]:
    """Raises NotFound where the person may not open the unit's figures."""
    axis = request.GET.get("axis", Axis.AREA)
    code = request.GET.get("unit", "").replace("\x00", "")
    unit = Unit.objects.filter(code=code).first()
    if axis not in (Axis.AREA, Axis.DEPARTMENT) or unit is None:
        raise NotFound
    if axis == Axis.AREA and unit.kind not in AREAS:
        raise NotFound
    if not sees_figures_of(request.user, axis, unit):
        raise NotFound
    return axis, unit


def _units(axis: str, unit: Unit) -> list[Unit]:
    """A district's figures are those of its streets."""
    if axis == Axis.AREA and unit.kind == Unit.Kind.DISTRICT:
        return list(Unit.objects.filter(kind=Unit.Kind.STREET))
    return [unit]


def _reading(params: QueryDict, axis: str, period: Period) -> Reading | None:
    code = params.get("code", "").replace("\x00", "")
    rows = Indicator.objects.on(period.last).filter(axis=axis, code=code)
    row = rows.first() if code else None
    return Reading(row) if row else None


def _name(params: QueryDict, reading: Reading | None) -> str:
    name = params.get("name", "") or (reading.names[0] if reading else "")
    if name not in {*COUNTED, *DERIVED, OVERDUE} and name not in known_names():
        raise NotFound
    return name


def _number(text: str) -> int | None:
    """A case's key; nothing where it makes no sense."""
    good = text.isascii() and text.isdigit() and len(text) < 18
    return int(text) if good else None
