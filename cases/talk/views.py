"""The talk of a case: read, written, changed within ten minutes."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.models import Case, Comment
from cases.presence_views import tab_of
from cases.talk import comments
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.own_labels import works_on

CHANGED_MOST = 40  # signs of a search


def _case(request: AuthedRequest, uuid: UUID) -> Case:
    cases = Case.objects.visible_to(request.user).select_related("category", "street")
    return get_object_or_404(cases, uuid=uuid)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def talk(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The comments that this person reads; POST: one more."""
    case = _case(request, uuid)
    if request.method != "POST":
        return _page(request, case)
    text = request.POST.get("text", "")
    own_unit = bool(request.POST.get("own_unit"))
    try:
        comments.say(
            case,
            request.user,
            uuid=tab_of(request.POST.get("uuid", "")),
            text=text,
            own_unit=own_unit,
        )
    except BadInput as error:
        return _page(request, case, error=error.text, text=text, own_unit=own_unit)
    return _done(request, case)


def _done(request: AuthedRequest, case: Case) -> HttpResponse:
    if wants_fragment(request):
        return _page(request, case)
    return redirect("talk:talk", case.uuid)


def _page(
    request: AuthedRequest,
    case: Case,
    *,
    error: str = "",
    text: str = "",
    own_unit: bool = False,
) -> HttpResponse:
    rows = comments.newest(comments.seen_by(request.user, case))
    may = comments.may_talk(request.user, case)
    now = timezone.now()
    context = {
        "case": case,
        "comments": [
            (row, comments.can_change(row, request.user, now)) for row in rows
        ],
        "works_on": may or works_on(request.user, case),
        "may_talk": may,
        "uuid": uuid4(),
        "error": error,
        "text": text,
        "own_unit": own_unit,
    }
    part = "_talk" if wants_fragment(request) else "page"
    status = 400 if error else 200
    return render(request, f"cases/talk/{part}.html", context, status=status)


@login_required
@require_safe
@never_cache
def who(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Whom a comment may call, by the words or initials of ``q``."""
    case = _case(request, uuid)
    query = request.GET.get("q", "").replace("\x00", "")[:CHANGED_MOST]
    may = comments.may_talk(request.user, case)
    found = comments.find(request.user, case, query) if may else []
    return render(request, "cases/talk/_who.html", {"found": found})


def _comment(request: AuthedRequest, case: Case, uuid: UUID) -> Comment:
    return get_object_or_404(comments.seen_by(request.user, case), uuid=uuid)


@login_required
@require_POST
def change(request: AuthedRequest, uuid: UUID, comment: UUID) -> HttpResponse:
    case = _case(request, uuid)
    text = request.POST.get("text", "")
    comments.change(_comment(request, case, comment), request.user, text)
    return _done(request, case)


@login_required
@require_POST
def withdraw(request: AuthedRequest, uuid: UUID, comment: UUID) -> HttpResponse:
    case = _case(request, uuid)
    comments.withdraw(_comment(request, case, comment), request.user)
    return _done(request, case)
