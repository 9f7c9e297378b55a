"""值班日志 and 日报: the papers of a unit's day."""

from datetime import date, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.papers import day_figures
from cases.papers.day import found_of, units_of
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.models import PrintedPaper
from workflow.papers.views import offers


@login_required
@require_GET
@never_cache
def day(request: AuthedRequest) -> HttpResponse:
    """A unit and a day: its figures, the papers that may be printed, and those that
    were."""
    units = units_of(request.user)
    if not units:
        raise NotAllowed
    code = request.GET.get("unit", "").replace("\x00", "")
    unit = next((one for one in units if one.code == code), None)
    if unit is None:
        if code:
            raise NotFound
        unit = units[0]
    asked = _day(request.GET.get("day", ""))
    found = found_of(unit, asked)
    printed = PrintedPaper.objects.visible_to(request.user).of("day", found.key)
    context = {
        "units": units,
        "unit": unit,
        "day": asked,
        "before": asked - timedelta(days=1),
        "after": min(asked + timedelta(days=1), timezone.localdate()),
        "found": found,
        "offers": offers(found, request.user),
        "papers": printed.listed().prefetch_related("deliveries", "reprints"),
        "figures": day_figures.figures(found.subject.areas, asked),
    }
    return render(request, "cases/papers/day.html", context)


def _day(text: str) -> date:
    """That day, today where it makes no sense or has not come."""
    try:
        return min(date.fromisoformat(text), timezone.localdate())
    except ValueError:
        return timezone.localdate()
