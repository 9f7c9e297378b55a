"""我的网格: one page for whoever goes through these cells every day."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from govmap.lib.errors import BadInput, NotFound
from govmap.lib.pages import AuthedRequest, wants_fragment
from offices.models import RegisterReading, Visit
from offices.parts import Mine, goes_round, sources
from offices.registers import reading
from offices.registers.permissions import can_keep, register_view
from offices.rounds.round_parts import PAGES
from offices.rounds.visiting import seen, visit, visits_of
from workflow.phone_time import clocks_of, phone_time, taken

FIRST, PAGE = 6, 30
SHOWN = 50


class VisitForm(forms.Form):
    """What somebody says of one visit."""

    key = forms.UUIDField()
    register = forms.CharField(max_length=12)
    uuid = forms.UUIDField()
    on = forms.DateField(label=gettext_lazy("Day"), required=False)
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=Visit.Way.choices)
    found = forms.CharField(required=False, max_length=500)
    needs = forms.CharField(required=False, max_length=500)
    back = forms.BooleanField(required=False)  # to the list of tasks


def mine_of(request: AuthedRequest) -> Mine:
    """The person's cells. Raises NotFound where he has none."""
    if not goes_round(request.user):
        raise NotFound
    return Mine(request.user)


@login_required
@require_safe
@never_cache
def mine(request: AuthedRequest) -> HttpResponse:
    """Every part, its first items; ``?part=`` one of them, page by page."""
    mine = mine_of(request)
    made = sources()
    one = request.GET.get("part", "")
    after = request.GET.get("after", "")[:40]
    if one in made:
        parts = [made[one](mine, after, PAGE)]
    else:
        one, parts = "", [source(mine, "", FIRST) for source in made.values()]
    context = {
        "mine": mine,
        "parts": parts,
        "one": one,
        "after": after if one else "",
    }
    return render(request, "offices/rounds/mine.html", context)


@login_required
@require_POST
@never_cache
def visit_add(request: AuthedRequest) -> HttpResponse:
    """One form, one visit: what it answers goes from the list."""
    mine_of(request)
    form = VisitForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say how the visit was made, and on which day."))
    said, at = form.cleaned_data, phone_time(request.POST)
    about = seen(said["register"], said["uuid"], request.user)
    visit(
        about,
        request.user,
        uuid=said["key"],
        on=at.day(said["on"]),
        way=said["way"],
        found=said["found"].strip(),
        needs=said["needs"].strip(),
    )
    at.note(request.user, said["key"])
    if wants_fragment(request):
        return taken(request, _("The visit is kept."))
    messages.success(request, _("The visit is kept."))
    return redirect("cases:tasks" if said["back"] else "rounds:mine")


@require_safe
@never_cache
@register_view
def visits(request: AuthedRequest, register: str, uuid: UUID) -> HttpResponse:
    """The visits to one entry; that they were read is on record."""
    row: Any = seen(register, uuid, request.user)
    if not can_keep(request.user, row):
        raise NotFound
    reading.note(request.user, RegisterReading.What.PAGE, row=row)
    found = list(visits_of(row)[:SHOWN])
    clocks = clocks_of(one.uuid for one in found)
    rows = [
        {
            "visit": one,
            "found": _opened(one.found),
            "needs": _opened(one.needs),
            "clock": clocks.get(one.uuid),
        }
        for one in found
    ]
    context = {"row": row, "rows": rows, "page": PAGES[register]}  # type: ignore[index]
    return render(request, "offices/rounds/visits.html", context)


def _opened(sealed: Any) -> str:
    return str(sealed.open()) if sealed else ""
