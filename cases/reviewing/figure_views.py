"""The figures of the review, and the cases behind each."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.evaluation.periods import asked
from cases.evaluation.views import period_context
from cases.models import Case, Sample
from cases.reviewing import figures
from cases.reviewing.permissions import is_centre_leader, reads_review_figures
from cases.reviewing.samples import whole
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest

PAGE = 50  # samples


@login_required
@require_GET
@never_cache
def review_figures(request: AuthedRequest) -> HttpResponse:
    """A supervisor's own, or for a leader the sum of the centre."""
    if not reads_review_figures(request.user):
        raise NotAllowed
    period = asked(request.GET, timezone.localdate())
    by = _by(request)
    rows = figures.samples_of(request.user, period)
    context = {
        **period_context(period, None),
        **{"by": by, "tail": urlencode({"by": by}), "tab": "figures"},
        "titles": figures.TITLES.values(),
        "ways": figures.BY_TITLES.items(),
        "total": figures.whole(rows),
        "rows": figures.rows_by(rows, by),
        "of_all": is_centre_leader(request.user),
    }
    return render(request, "cases/reviewing/figures.html", context)


def _by(request: AuthedRequest) -> str:
    by = request.GET.get("by", "")
    return by if by in figures.BY else "department"


@login_required
@require_GET
@never_cache
def figure_cases(request: AuthedRequest) -> HttpResponse:
    """The samples that one figure counts, of whom the figures are."""
    if not reads_review_figures(request.user):
        raise NotAllowed
    period = asked(request.GET, timezone.localdate())
    name = request.GET.get("figure", "")
    name = name if name in figures.FIGURES else "drawn"
    by, key = _by(request), request.GET.get("key", "")
    rows = figures.behind(
        figures.samples_of(request.user, period), name, by if key else "", key
    )
    shown, count, more = _page(request, rows)
    context: dict[str, Any] = {
        **{"period": period, "title": figures.TITLES[name], "tab": "figures"},
        **{"samples": shown, "count": count, "more": more},
        "address": urlencode({"figure": name, "by": by, "key": key}),
    }
    return render(request, "cases/reviewing/figure_cases.html", context)


def _page(
    request: AuthedRequest, rows: QuerySet[Sample]
) -> tuple[list[Sample], int, int]:
    """(a page of those whose case the person sees, how many, where the next begins)."""
    seen = Case.objects.visible_to(request.user)
    rows = rows.filter(case__in=seen)
    start = request.GET.get("start", "")
    good = start.isascii() and start.isdigit() and len(start) < 7
    first = int(start) if good else 0
    found = list(whole(rows).order_by("-drawn_at", "-pk")[first : first + PAGE + 1])
    more = first + PAGE if len(found) > PAGE else 0
    return found[:PAGE], rows.count(), more
