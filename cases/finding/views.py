"""查找案件: every case that one sees, by words, number, phone, area and much else."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, Value
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
from cases.desk_views import LIGHT_WORDS, bring_unread, open_case
from cases.finding.narrowing import CLOSED, problem_with
from cases.finding.phones import can_search_phones, search_phone
from cases.finding.terms import phones_in
from cases.forms import find_categories
from cases.lists import Filters, list_cases
from cases.models import Case, PhoneSearch, Source, Tag
from cases.models.source import Word
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import saved_views
from workflow.models import Category, Phase

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
    def _units(self) -> list[Unit]:
        """Areas, and whoever disposes: one query for the three fields of units."""
        disposing = Unit.objects.disposing().filter(pk=OuterRef("pk"))
        rows = Unit.objects.annotate(disposes=Exists(disposing))
        areas = [Unit.Kind.STREET, Unit.Kind.COMMUNITY]
        return list(rows.filter(Q(kind__in=areas) | Q(disposes=True)).order_by("code"))

    @property
    def streets(self) -> list[Unit]:
        """Where there is a choice."""
        found = [
            unit
            for unit in self._units
            if unit.kind == Unit.Kind.STREET
            and (self.user.sees_district or unit.pk in self.user.unit_ids)
        ]
        return found if len(found) > 1 else []

    @property
    def communities(self) -> list[Unit]:
        own, sees_all = self.user.unit_ids, self.user.sees_district
        return [
            unit
            for unit in self._units
            if unit.kind == Unit.Kind.COMMUNITY
            and (sees_all or unit.pk in own or unit.parent_id in own)
        ]

    @property
    def hosts(self) -> list[Unit]:
        return [unit for unit in self._units if unit.disposes]  # type: ignore[attr-defined]

    @cached_property
    def _words(self) -> dict[str, list[Word]]:
        """Sources and tags in use, in one query."""
        fields = ("pk", "code", "titles", "order")
        kinds: dict[str, type[Word]] = {"source": Source, "tag": Tag}
        rows = [
            kind._default_manager.filter(retired=False)
            .annotate(of=Value(name))
            .values_list("of", *fields)
            for name, kind in kinds.items()
        ]
        found: dict[str, list[Word]] = {name: [] for name in kinds}
        for of, *values in rows[0].union(rows[1], all=True):
            found[of].append(kinds[of](**dict(zip(fields, values, strict=True))))
        return {
            name: sorted(words, key=lambda word: (word.order, word.code))
            for name, words in found.items()
        }

    @property
    def sources(self) -> list[Word]:
        return self._words["source"]

    @property
    def tags(self) -> list[Word]:
        return self._words["tag"]

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
    choices = Choices(request.user, filters)
    context = {
        **_list_of(request, filters),
        "finding": choices,
        "communities": choices.communities,
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
    last = filters.last_event
    bring_unread(request, filters)
    seen = Case.objects.visible_to(request.user)
    dossier = open_case(request)
    saves = saved_views.PAGES[SEARCH]
    saved = saved_views.views_of(request.user, SEARCH)
    return {
        "list": list_cases(seen, filters),
        "dossier": dossier,
        "open": dossier.case.uuid if dossier else None,
        "phases": Phase.choices,
        "lights": LIGHT_WORDS,
        "last_event": last,
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
