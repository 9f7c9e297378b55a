"""查找案件: every case that one sees, by words, number, phone, area and much else."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Unit, User
from accounts.roles import SEES_UNIT
from cases.desk.own_views import ALL
from cases.desk_views import LIGHT_WORDS, open_case, unread_said
from cases.finding.narrowing import CLOSED, problem_with
from cases.finding.phones import can_search_phones, search_phone
from cases.finding.terms import phones_in
from cases.forms import find_categories
from cases.lists import Filters, communities, list_cases
from cases.models import Case, PhoneSearch, Source, Tag
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import saved_views
from workflow.models import Category, Event, Phase

SEARCH = "search"


def can_search(user: User) -> bool:
    """Whoever works on cases; a volunteer has his own reports."""
    return user.has_role(*SEES_UNIT)


saved_views.saves(
    saved_views.Page(
        SEARCH, _("Search cases"), "cases:search", Filters.NAMES, may=can_search
    )
)


@dataclass
class Choices:
    """What the fields of the search offer."""

    user: User
    filters: Filters

    dates = [("", _("Reported")), (CLOSED, _("Closed"))]
    levels = Case.Level.choices

    @cached_property
    def streets(self) -> list[Unit]:
        rows = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
        if not self.user.sees_district:
            rows = rows.filter(pk__in=self.user.unit_ids)
        found = list(rows)
        return found if len(found) > 1 else []

    @cached_property
    def sources(self) -> list[Source]:
        return list(Source.objects.in_use())

    @cached_property
    def tags(self) -> list[Tag]:
        return list(Tag.objects.in_use())

    @cached_property
    def hosts(self) -> list[Unit]:
        return list(Unit.objects.disposing().order_by("code"))

    @property
    def processes(self) -> list[tuple[str, str]]:
        """The newest of each code."""
        rows = sorted(self.filters.processes, key=lambda row: row.version)
        return sorted({row.code: str(row) for row in rows}.items())

    @cached_property
    def categories(self) -> list[Category]:
        return find_categories("")


@login_required
@require_safe
@never_cache
def search(request: AuthedRequest) -> HttpResponse:
    """The list, the map to draw on, and one case. A script asks for rows alone."""
    if not can_search(request.user):
        raise NotAllowed
    if not request.GET.get("view"):
        return redirect(f"{reverse('cases:search')}?{with_view(request.GET)}")
    if wants_fragment(request):
        filters = Filters(request.GET, request.user)
        found = list_cases(Case.objects.visible_to(request.user), filters)
        return render(request, "cases/_rows.html", {"list": found})
    return page(request)


def with_view(params: QueryDict) -> str:
    """The query string for all cases, where it does not say for which."""
    said = params.copy()
    said["view"] = params.get("view") or ALL
    return said.urlencode()


def page(request: AuthedRequest, **more: Any) -> HttpResponse:
    """The page; ``phone_error`` with what was wrong with a search by phone."""
    params = request.GET.copy()
    # A number that was typed into the box moves to the field that it is meant for.
    typed = " ".join(phones_in(params.get("q", "")))
    if typed:
        del params["q"]
    filters = Filters(params, request.user)
    context = {
        **_list_of(request, filters),
        "finding": Choices(request.user, filters),
        "problem": problem_with(filters.values, request.user),
        "typed_phone": typed,
        "searches_phones": can_search_phones(request.user),
        "purposes": PhoneSearch.Purpose.choices,
        "today": timezone.localdate(),
        **more,
    }
    status = 400 if "phone_error" in more else 200
    return render(request, "cases/search.html", context, status=status)


def _list_of(request: AuthedRequest, filters: Filters) -> dict[str, Any]:
    """What the shared list and the open case need."""
    # Before the list is read: what happens in between is then told twice, never missed.
    last = Event.objects.last_id()
    seen = Case.objects.visible_to(request.user)
    dossier = open_case(request)
    saves = saved_views.PAGES[SEARCH]
    saved = saved_views.views_of(request.user, SEARCH)
    return {
        "list": list_cases(seen, filters),
        "dossier": dossier,
        "open": dossier.case.uuid if dossier else None,
        "communities": communities(request.user),
        "phases": Phase.choices,
        "lights": LIGHT_WORDS,
        "last_event": last,
        "unread": unread_said(seen, filters),
        "saves": saves,
        "saved": saved_views.links(saves, saved, filters.address()),
        "shares_with": saved_views.units_to_share_with(request.user),
    }


@login_required
@require_POST
@never_cache
def search_by_phone(request: AuthedRequest) -> HttpResponse:
    """``phone`` and ``purpose``; the list is then narrowed by the search's own id."""
    phone, purpose = request.POST.get("phone", ""), request.POST.get("purpose", "")
    try:
        made = search_phone(phone.strip(), purpose, request.user)
    except BadInput as error:
        if not can_search(request.user):
            raise
        more = {"phone_error": error.text, "typed_phone": phone[:30]}
        return page(request, **more)
    return redirect(f"{reverse('cases:search')}?view={ALL}&caller={made.uuid}")
