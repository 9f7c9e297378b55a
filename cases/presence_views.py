"""他人正在处理: a page that has a case open says so, and is told who else has."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.models import Case
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest
from workflow import presence


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def case_presence(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """POST: the page ``tab`` has the case open, with the form of ``verb``; with
    ``leave`` no longer. Answers who else is there, as a fragment.
    """
    if request.method == "POST" and request.POST.get("leave"):
        # Also of a case that he sees no more: his own row is his to remove.
        presence.leave(request.user, tab_of(request.POST.get("tab", "")))
        return HttpResponse(status=204)
    case = get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
    if request.method == "POST":
        tab = tab_of(request.POST.get("tab", ""))
        presence.enter(case, request.user, tab, request.POST.get("verb", ""))
    others = presence.others(case, request.user)
    return render(request, "workflow/_presence_said.html", {"others": others})


def tab_of(text: str) -> UUID:
    """Raises BadInput."""
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput from error
