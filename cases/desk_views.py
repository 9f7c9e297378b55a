"""受理派遣: the street command centre's desk."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.desk.own_views import said_of
from cases.dossier import Dossier, whole
from cases.lists import (
    REVIEW_PART,
    UNIT_PART,
    CaseList,
    Filters,
    communities,
    filters_as,
    list_cases,
)
from cases.models import Case
from cases.permissions import can_review, can_use_desk, can_use_unit_list
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import saved_views, seeing
from workflow.context import bring
from workflow.models import Phase, SavedView

LIGHT_WORDS = [
    ("red", _("overdue")),
    ("yellow", _("soon due")),
    ("green", _("in good time")),
]
DESK, REVIEW, UNIT = "desk", REVIEW_PART, UNIT_PART
PICKED_MOST = 100  # rows that come back chosen

saved_views.saves(
    saved_views.Page(
        DESK, _("Case desk"), "cases:desk", Filters.NAMES, may=can_use_desk
    )
)
saved_views.saves(
    saved_views.Page(
        UNIT,
        _("Cases of the unit"),
        "cases:unit",
        Filters.NAMES,
        may=can_use_unit_list,
    )
)
saved_views.saves(
    saved_views.Page(
        REVIEW, _("Closing review"), "cases:review", Filters.NAMES, may=can_review
    )
)


@login_required
@require_GET
@never_cache
def desk(request: AuthedRequest) -> HttpResponse:
    """The list, the map and a case. A script asks for further rows alone."""
    return _list_page(request, saved_views.PAGES[DESK])


@login_required
@require_GET
@never_cache
def unit(request: AuthedRequest) -> HttpResponse:
    """The same of what came to the department of who takes and disposes there."""
    return _list_page(request, saved_views.PAGES[UNIT])


def _list_page(request: AuthedRequest, page: saved_views.Page) -> HttpResponse:
    """As the person keeps it to open, where the address asks for nothing."""
    if not page.may(request.user):
        raise NotAllowed
    filters = filters_as(page.name, request.GET, request.user)
    if wants_fragment(request):
        found = list_cases(Case.objects.visible_to(request.user), filters)
        return render(request, "cases/_rows.html", {"list": found})
    saved = saved_views.views_of(request.user, page.name)
    if not request.GET and (usual := saved_views.default_of(saved, request.user)):
        return redirect(f"{page.address}?{usual.query}")
    context = list_context(request, filters, page, saved)
    return render(request, "cases/desk.html", context)


def list_context(
    request: AuthedRequest,
    filters: Filters,
    page: saved_views.Page,
    saved: list[SavedView] | None = None,
) -> dict[str, Any]:
    """What a page with a list and one open case shows; ``saved`` are its views."""
    last = filters.last_event
    bring_unread(request, filters)
    seen = Case.objects.visible_to(request.user)
    dossier = open_case(request)
    found: CaseList = list_cases(seen, filters)
    for row in found.cases:
        if dossier and row.pk == dossier.case.pk:
            # Read for its row already.
            dossier.limits_read(row.limits)  # type: ignore[attr-defined]
    if saved is None:
        saved = saved_views.views_of(request.user, page.name)
    links = saved_views.links(page, saved, filters.address())
    return {
        "list": found,
        "is_desk": page.name == DESK,
        "dossier": dossier,
        "open": dossier.case.uuid if dossier else None,
        "communities": communities(request.user),
        "phases": Phase.choices,
        "lights": LIGHT_WORDS,
        "last_event": last,
        "saves": page,
        "saved": links,
        "is_saved": any(link.is_current for link in links),
        "shares_with": saved_views.units_to_share_with(request.user),
        "picked": request.GET.getlist("pick")[:PICKED_MOST],
    }


UNREAD = "unread_cases"  # of the site, for the page


def bring_unread(request: AuthedRequest, filters: Filters) -> None:
    """How many the person has not read comes with the page's site: no query."""
    seen = filters.page_of(Case.objects.visible_to(request.user))
    bring(request, UNREAD, filters.unread.number(seen))


def unread_said(seen: QuerySet[Case], filters: Filters) -> str:
    """How many the person has not read, of all that the page can show: one query."""
    return said_of(filters.unread.count(filters.page_of(seen)))


@login_required
@require_GET
@never_cache
def unread_count(request: AuthedRequest) -> HttpResponse:
    """The number of the unread alone, for a page that heard of a change."""
    filters = filters_as(request.GET.get("as", ""), request.GET, request.user)
    seen = Case.objects.visible_to(request.user)
    return HttpResponse(unread_said(seen, filters), content_type="text/plain")


def open_case(request: AuthedRequest) -> Dossier | None:
    """The case that ``?case=`` names, if the person sees it; he has read it then."""
    try:
        uuid = UUID(request.GET.get("case", ""))
    except ValueError:
        return None
    seen = whole(Case.objects.visible_to(request.user), request.user)
    case = seen.filter(uuid=uuid).first()
    if case is None:
        return None
    seeing.see(case, request.user)
    return Dossier(case, request.user, verb=request.GET.get("move", ""))
