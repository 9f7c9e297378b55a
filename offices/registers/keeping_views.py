"""Merging with review, and the auditor's page of who read what."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from govmap.lib.errors import BadInput, NotFound
from govmap.lib.pages import AuthedRequest
from govmap.lib.sealed import mask_name
from offices.models import Organization, Person, Register, RegisterReading
from offices.registers import codes, merging
from offices.registers.entry_pages import record_of
from offices.registers.list_views import tabs
from offices.registers.permissions import audits, can_decide, register_view
from offices.registers.person_views import SHOWN as PERSON_SHOWN
from offices.registers.person_views import by, facts_of

SHOWN = 100
ORGANIZATION_SHOWN = ("short_name", "code", "kind", "industry", "employees")
PAGES = {
    Register.PERSON: "registers:person",
    Register.ORGANIZATION: "registers:organization",
}


@require_safe
@never_cache
@register_view
def mergings(request: AuthedRequest) -> HttpResponse:
    """What waits to be merged, and what was decided of late."""
    rows = list(merging.visible_to(request.user).order_by("-pk")[:SHOWN])
    waiting = [row for row in rows if row.granted is None]
    context = {
        "waiting": [(row, can_decide(request.user, row)) for row in waiting],
        "decided": [row for row in rows if row.granted is not None],
        "tabs": tabs(""),
    }
    return render(request, "offices/registers/mergings.html", context)


@require_safe
@never_cache
@register_view
def merging_page(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Both entries side by side, and their records."""
    row = get_object_or_404(merging.visible_to(request.user), uuid=uuid)
    pair = merging.pair_of(row)
    words = codes.Words()
    shown = PERSON_SHOWN if row.register == Register.PERSON else ORGANIZATION_SHOWN
    context = {
        "merging": row,
        "tabs": tabs(row.register),
        "sides": [
            {
                "row": one,
                "name": _name(one),
                "facts": dict(facts_of(one, shown, words)),
                "changes": record_of(one),
                "stays": one is pair.stays,
                "page": PAGES[Register(row.register)],
            }
            for one in (pair.stays, pair.goes)
        ],
        "titles": _titles(pair, shown, words),
        "may_decide": can_decide(request.user, row),
    }
    return render(request, "offices/registers/merging.html", context)


def _name(row: Person | Organization) -> str:
    return mask_name(row.name) if isinstance(row, Person) else row.name


def _titles(
    pair: merging.Pair, shown: tuple[str, ...], words: codes.Words
) -> list[tuple[str, str, str]]:
    """Field by field what the two say, where one says something."""
    found = []
    for name in shown:
        title = str(pair.stays._meta.get_field(name).verbose_name)
        one = words.of_field(pair.stays, name)
        other = words.of_field(pair.goes, name)
        if one or other:
            found.append((title, one, other))
    return found


@require_POST
@register_view
def merging_ask(request: AuthedRequest, register: str, uuid: UUID) -> HttpResponse:
    """Ask that this entry become part of another, named by the end of its address."""
    rows: Any = _rows(register, request.user)
    goes = get_object_or_404(rows, uuid=uuid)
    stays = get_object_or_404(rows, uuid=_uuid(request.POST.get("into", "")))
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise BadInput(_("Say why the two entries are one."))
    with by(request):
        made = merging.ask(stays, goes, request.user, reason=reason)
    return redirect("registers:merging", made.uuid)


def _rows(register: str, user: User) -> Any:
    model = merging.MODELS.get(register)
    if model is None:
        raise NotFound
    rows: Any = model._default_manager
    return rows.visible_to(user)


def _uuid(text: str) -> UUID:
    """Of an address that was pasted, or the id itself."""
    try:
        return UUID(text.strip().rstrip("/").rpartition("/")[2])
    except ValueError as error:
        raise BadInput(_("Paste the address of the page of the entry.")) from error


@require_POST
@register_view
def merging_decide(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = get_object_or_404(merging.visible_to(request.user), uuid=uuid)
    granted = request.POST.get("granted") == "yes"
    answer = request.POST.get("answer", "").strip()
    if not granted and not answer:
        raise BadInput(_("Say why not."))
    with by(request):
        merging.decide(row, request.user, granted=granted, answer=answer)
    return redirect("registers:merging", row.uuid)


@login_required
@require_safe
@never_cache
def readings(request: AuthedRequest) -> HttpResponse:
    """谁看过谁: for the audit administrator alone; names of the read stay masked."""
    if not audits(request.user):
        raise NotFound
    rows = RegisterReading.objects.select_related("by", "unit").order_by("-pk")
    if what := request.GET.get("what", ""):
        rows = rows.filter(what=what)
    if reader := request.GET.get("by", "").strip()[:60]:
        people = User.objects.filter(username=reader) | User.objects.filter(name=reader)
        rows = rows.filter(by__in=people.values("pk"))
    if (after := request.GET.get("after", "")).isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    page = list(rows[: SHOWN + 1])
    context = {
        "rows": _with_names(page[:SHOWN]),
        "more": page[SHOWN - 1].pk if len(page) > SHOWN else "",
        "what": what,
        "reader": reader,
        "kinds": RegisterReading.What.choices,
    }
    return render(request, "offices/registers/readings.html", context)


def _with_names(rows: list[RegisterReading]) -> list[tuple[RegisterReading, str]]:
    ids = [row.subject for row in rows if row.register == Register.PERSON]
    people = Person.objects.filter(uuid__in=[one for one in ids if one])
    names = {row.uuid: mask_name(row.name) for row in people.only("uuid", "name")}
    return [(row, names.get(row.subject, "")) for row in rows]
