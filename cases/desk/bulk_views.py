"""The pages of an act on many cases: the preview, and what became of each."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.desk import bulk
from cases.desk.bulk_forms import SharedForm, put, uuids_of, wanted_of
from cases.permissions import can_review, can_use_desk, can_use_unit_list
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.pages import AuthedRequest


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def many(request: AuthedRequest) -> HttpResponse:
    """``case`` names the cases, ``verb`` the act. GET shows, POST does it."""
    user = request.user
    if not (can_use_desk(user) or can_review(user) or can_use_unit_list(user)):
        raise NotAllowed
    if request.method == "GET":
        return _preview(request, request.GET)
    return _done(request)


def _preview(
    request: AuthedRequest, sent: QueryDict, *, status: int = 200
) -> HttpResponse:
    """What would be done; as it was sent, where it was sent and is not whole."""
    cases = bulk.cases_named(request.user, uuids_of(sent.getlist("case")))
    plan = bulk.Plan(request.user, cases, sent.get("verb", ""))
    form = SharedForm(plan, sent if request.method == "POST" else None)
    if form.is_bound:
        put(plan, sent)
    context = {
        "plan": plan,
        "form": form,
        "back": _back(request, sent),
        "query": urlencode([("case", case.uuid) for case in cases]),
        "marks": [
            ("no", _("Mark as read"), "mail-opened"),
            ("yes", _("Mark as unread"), "mail"),
        ],
    }
    return render(request, "cases/desk/bulk.html", context, status=status)


def _done(request: AuthedRequest) -> HttpResponse:
    sent, user = request.POST, request.user
    wanted, verb = wanted_of(sent), sent.get("verb", "")
    if not verb:
        raise BadInput
    cases = bulk.cases_named(user, [row.uuid for row in wanted])
    plan = bulk.Plan(user, cases, verb)
    form = SharedForm(plan, sent)
    if not form.is_valid():
        return _preview(request, sent, status=400)
    results = bulk.do(plan, wanted, form.evidence)
    refused = [row for row in results if not row.done]
    back = _back(request, sent)
    context: dict[str, Any] = {
        "label": sent.get("label", "")[:80],
        "done": [row for row in results if row.done],
        "refused": refused,
        "back": back,
        "back_with": _picked(back, refused),
        "again": urlencode(
            [("case", row.uuid) for row in refused if row.case] + [("next", back)]
        ),
    }
    return render(request, "cases/desk/bulk_done.html", context)


def _back(request: AuthedRequest, sent: QueryDict) -> str:
    """The list that it began with; never another site."""
    wanted = sent.get("next", "")
    hosts = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, hosts) else "/desk/"


def _picked(back: str, rows: list[bulk.Result]) -> str:
    """The list with what is left still chosen."""
    left = urlencode([("pick", row.uuid) for row in rows if row.case])
    if not left:
        return back
    return f"{back}{'&' if '?' in back else '?'}{left}"
