"""A report that is not sent yet, kept on the server for who writes it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from cases.permissions import can_report
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import form_drafts
from workflow.errors import MayNotAct
from workflow.models import FormDraft

FORM = "case"


def draft_asked(request: HttpRequest, user: User) -> FormDraft | None:
    """The draft that the address names. Raises NotFound (404)."""
    text = request.GET.get("draft", "")
    return form_drafts.one_of(user, FORM, _uuid(text)) if text else None


def as_page_reads(draft: FormDraft) -> dict[str, Any]:
    """In the form in which the page keeps its own drafts."""
    return {
        **draft.data,
        "uuid": str(draft.uuid),
        "at": int(draft.kept_at.timestamp() * 1000),
        "photos": draft.photos,
    }


@login_required
@require_POST
@never_cache
def draft_keep(request: AuthedRequest) -> HttpResponse:
    """Keep what was typed; 200 with when, or back to the own reports without scripts.

    ``data`` is what the page's script keeps as JSON; without it the fields are read.
    """
    if not can_report(request.user):
        raise MayNotAct
    sent = request.POST
    draft = form_drafts.keep(
        request.user,
        FORM,
        _uuid(sent.get("uuid", "")),
        data=_data(sent),
        photos=sent.getlist("photos"),
        elsewhere=_count(sent.get("elsewhere", "")),
    )
    if not wants_fragment(request):
        messages.success(request, _("The report is kept as a draft."))
        return redirect("cases:my")
    return JsonResponse(
        {"kept_at": draft.kept_at.isoformat(), "photos": len(draft.photos)}
    )


def _data(sent: Any) -> dict[str, Any]:
    if "data" not in sent:
        names = ("note", "address", "category", "done")
        return {name: text for name in names if (text := sent.get(name, ""))}
    try:
        data = json.loads(sent["data"])
    except (RecursionError, ValueError) as error:
        raise BadInput from error
    if not isinstance(data, dict) or "\\u0000" in json.dumps(data):
        raise BadInput
    return data


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _uuid(text: str) -> UUID:
    """Raises BadInput (400)."""
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput from error


@login_required
@require_POST
def draft_discard(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Throw a draft away; done twice, it is gone all the same."""
    form_drafts.forget(request.user, FORM, uuid)
    messages.success(request, _("The draft was discarded."))
    return redirect("cases:my")
