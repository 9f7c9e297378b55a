"""岗位评价 as pages: whether it is on and why, one's own, the posts of one's unit."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import Membership
from cases.evaluation import persons
from cases.evaluation.behind import seen_of
from cases.evaluation.measures import known_names, title_of
from cases.evaluation.periods import Period, asked
from cases.evaluation.views import period_context
from cases.models import Case, EvaluationSettings
from govmap.lib.errors import NotFound
from govmap.lib.pages import AuthedRequest

MOST = 200  # cases that a figure opens to


@login_required
@require_GET
@never_cache
def person_figures(request: AuthedRequest) -> HttpResponse:
    """On or off, since when and until when; and, while on, what the person may read."""
    period = asked(request.GET, timezone.localdate())
    settings = EvaluationSettings.current()
    context = {
        **period_context(period, None),
        "settings": settings,
        "is_on": settings.shows_persons(timezone.localdate()),
        "held": persons.held(request.user, period),
        "is_head": bool(persons.heads(request.user)),
    }
    return render(request, "cases/evaluation/persons.html", context)


@login_required
@require_GET
@never_cache
def person_cases(request: AuthedRequest) -> HttpResponse:
    """The cases behind one figure of a post that the person may read."""
    period = asked(request.GET, timezone.localdate())
    post, name = _post(request, period), request.GET.get("name", "")
    if name not in known_names():
        raise NotFound
    ids = persons.case_ids(post, name, period, MOST)
    context: dict[str, Any] = {
        **{"period": period, "post": post, "title": title_of(name)},
        "cases": seen_of(Case.objects.visible_to(request.user), ids[:MOST]),
        "more": len(ids) > MOST,
    }
    return render(request, "cases/evaluation/person_cases.html", context)


def _post(request: AuthedRequest, period: Period) -> Membership:
    """Raises NotFound where figures are off, or the post is not his to read."""
    wanted = request.GET.get("post", "")
    for post in persons.posts_seen(request.user, period):
        if str(post.pk) == wanted:
            return post
    raise NotFound
