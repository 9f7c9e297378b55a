"""受理派遣: the street command centre's desk."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.dossier import Dossier, whole
from cases.lists import CaseList, Filters, communities, list_cases
from cases.models import Case
from cases.permissions import can_use_desk
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.models import Event, Phase

LIGHT_WORDS = [
    ("red", _("overdue")),
    ("yellow", _("soon due")),
    ("green", _("in good time")),
]


@login_required
@require_GET
@never_cache
def desk(request: AuthedRequest) -> HttpResponse:
    """The list, the map and a case. A script asks for further rows alone."""
    if not can_use_desk(request.user):
        raise NotAllowed
    filters = Filters(request.GET, request.user)
    if wants_fragment(request):
        found = list_cases(Case.objects.visible_to(request.user), filters)
        return render(request, "cases/_rows.html", {"list": found})
    return render(request, "cases/desk.html", list_context(request, filters))


def list_context(request: AuthedRequest, filters: Filters) -> dict[str, Any]:
    """What a page with a list and one open case shows."""
    # Before the list is read: what happens in between is then told twice, never missed.
    last = Event.objects.last_id()
    seen = Case.objects.visible_to(request.user)
    found: CaseList = list_cases(seen, filters)
    dossier = open_case(request)
    for row in found.cases:
        if dossier and row.pk == dossier.case.pk:
            dossier.clock = row.clock  # type: ignore[attr-defined]
    return {
        "list": found,
        "dossier": dossier,
        "open": dossier.case.uuid if dossier else None,
        "communities": communities(request.user),
        "phases": Phase.choices,
        "lights": LIGHT_WORDS,
        "last_event": last,
    }


def open_case(request: AuthedRequest) -> Dossier | None:
    """The case that ``?case=`` names, if the person sees it."""
    try:
        uuid = UUID(request.GET.get("case", ""))
    except ValueError:
        return None
    seen = whole(Case.objects.visible_to(request.user), request.user)
    case = seen.filter(uuid=uuid).first()
    if case is None:
        return None
    return Dossier(case, request.user, verb=request.GET.get("move", ""))
