"""Marking subjects as read, and as unread again."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import seeing
from workflow.subjects import SUBJECTS

MOST = 200  # at once


@login_required
@require_POST
def mark(request: AuthedRequest) -> HttpResponse:
    """``kind`` and ``subject`` (uuids) are unread or not, as ``unread`` says."""
    sent = request.POST
    unread = sent.get("unread") == "yes"
    marked(request.user, sent.get("kind", ""), sent.getlist("subject"), unread=unread)
    if wants_fragment(request):
        return HttpResponse(status=204)
    wanted = sent.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return redirect(wanted if ours else "/")


def marked(user: User, kind: str, uuids: list[Any], *, unread: bool) -> int:
    """How many were marked; none of them may be hidden from the person.

    Raises NotFound, BadInput.
    """
    model = SUBJECTS.get(kind)
    if model is None:
        raise NotFound
    try:
        wanted = {UUID(str(text)) for text in uuids}
    except ValueError as error:
        raise BadInput from error
    if not wanted or len(wanted) > MOST:
        raise BadInput
    seen: Any = model._default_manager
    rows = seen.visible_to(user).filter(uuid__in=wanted)
    ids = list(rows.values_list("pk", flat=True))
    if len(ids) < len(wanted):
        raise NotFound
    seeing.mark(model, ids, user, unread=unread)
    return len(ids)
