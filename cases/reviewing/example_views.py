"""典型案例: what everybody on duty can learn from, by class; photos and places only."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.models import Case, Example
from cases.reviewing import examples
from cases.reviewing.permissions import reads_examples, reads_review_figures
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.models import Category
from workflow.views import served

PAGE = 24  # cards


@login_required
@require_GET
@never_cache
def typical(request: AuthedRequest) -> HttpResponse:
    """All of them, narrowed by class and by words."""
    _may(request)
    query = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    category = _class(request.GET.get("class", ""))
    start = _number(request.GET.get("start", ""))
    found = list(examples.found(query, category)[start : start + PAGE + 1])
    context = {
        **{"query": query, "category": category, "tab": "examples"},
        "told": examples.told(found[:PAGE]),
        "classes": examples.classes(),
        "more": start + PAGE if len(found) > PAGE else 0,
        "reviews": reads_review_figures(request.user),
    }
    return render(request, "cases/reviewing/examples.html", context)


@login_required
@require_GET
@never_cache
def example(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    _may(request)
    row = get_object_or_404(Example.objects.shown(), uuid=uuid)
    seen = Case.objects.visible_to(request.user).filter(pk=row.case_id)
    context = {
        "told": examples.told([row])[0],
        "may_open": seen.exists(),
        "tab": "examples",
        "reviews": reads_review_figures(request.user),
    }
    return render(request, "cases/reviewing/example.html", context)


@login_required
@require_GET
def example_photo(
    request: AuthedRequest, uuid: UUID, photo: UUID, *, thumb: bool = False
) -> HttpResponse:
    """A photo of the example, also for who does not see its case."""
    _may(request)
    row = get_object_or_404(Example.objects.shown(), uuid=uuid)
    return served(request, examples.photo_of(row, photo), thumb=thumb)


def _may(request: AuthedRequest) -> None:
    if not reads_examples(request.user):
        raise NotAllowed


def _class(text: str) -> Category | None:
    number = _number(text)
    if not number:
        return None
    row = Category.objects.filter(pk=number).first()
    if row is None:
        raise NotFound
    return row


def _number(text: str) -> int:
    good = text.isascii() and text.isdigit() and len(text) < 18
    return int(text) if good else 0
