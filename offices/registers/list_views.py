"""The four lists, and looking for somebody by a whole number."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.places import find_addresses
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.models import Person, Register
from offices.registers import finding, lists
from offices.registers.exporting import export_address
from offices.registers.lists import Asked, Kind, Page
from offices.registers.permissions import register_view

TABS = (Register.PERSON, Register.HOUSEHOLD, Register.DWELLING, Register.ORGANIZATION)
PAGES = {
    Register.PERSON: "registers:people",
    Register.HOUSEHOLD: "registers:households",
    Register.DWELLING: "registers:dwellings",
    Register.ORGANIZATION: "registers:organizations",
}
NEW = {
    Register.PERSON: "registers:person-new",
    Register.HOUSEHOLD: "registers:household-new",
    Register.DWELLING: "registers:dwelling-new",
    Register.ORGANIZATION: "registers:organization-new",
}


def tabs(here: str) -> list[dict[str, Any]]:
    """The registers side by side, as tabs of one page."""
    return [
        {
            "title": lists.KINDS[register].title,
            "glyph": lists.KINDS[register].glyph,
            "url": reverse(PAGES[Register(register)]),
            "here": register == here,
        }
        for register in TABS
    ]


def _list(request: AuthedRequest, kind: Kind) -> HttpResponse:
    """The list. A script asks for further rows alone."""
    found = lists.list_of(kind, request.GET, request.user)
    if wants_fragment(request):
        context = {"list": found, "register": kind.register}
        return render(request, "offices/registers/_rows.html", context)
    return _page(request, kind, found)


def _page(request: AuthedRequest, kind: Kind, found: Page, **more: Any) -> HttpResponse:
    context = {
        "list": found,
        "kind": kind,
        "register": kind.register,
        "tabs": tabs(kind.register),
        "new": reverse(NEW[Register(kind.register)]),
        "export": export_address(request.user, found.asked),
        **more,
    }
    return render(request, "offices/registers/list.html", context)


@require_safe
@never_cache
@register_view
def people(request: AuthedRequest) -> HttpResponse:
    """人口."""
    return _list(request, lists.PEOPLE)


@require_safe
@never_cache
@register_view
def households(request: AuthedRequest) -> HttpResponse:
    """户."""
    return _list(request, lists.HOUSEHOLDS)


@require_safe
@never_cache
@register_view
def dwellings(request: AuthedRequest) -> HttpResponse:
    """房屋."""
    return _list(request, lists.DWELLINGS)


@require_safe
@never_cache
@register_view
def organizations(request: AuthedRequest) -> HttpResponse:
    """单位."""
    return _list(request, lists.ORGANIZATIONS)


@require_POST
@never_cache
@register_view
def find_exactly(request: AuthedRequest) -> HttpResponse:
    """Whom a whole number or phone belongs to: sent, never in an address."""
    text = request.POST.get("number", "")
    if not finding.is_number(text):
        raise BadInput(_("This is no whole number and no whole phone."))
    rows: Any = finding.search_exactly(text, request.user)
    found: list[Person] = list(rows.listed().order_by("-pk")[: lists.PAGE])
    if len(found) == 1:
        return redirect("registers:person", found[0].uuid)
    asked = Asked(request.GET, lists.PEOPLE, request.user)
    page = Page(asked, found, len(found))
    return _page(request, lists.PEOPLE, page, by_number=True)


@require_safe
@never_cache
@register_view
def addresses(request: AuthedRequest) -> HttpResponse:
    """Standard addresses that a typed one may mean, as a fragment of options."""
    text = request.GET.get("address", "")[:100].strip()
    found = find_addresses(text, request.user) if len(text) > 1 else []
    return render(request, "offices/registers/_addresses.html", {"found": found})
