"""交接班: the notes of a unit, writing one, signing for it, and on paper."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import Unit, User
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.models import Handover, HandoverMatter
from workflow.roster import duty, handing
from workflow.roster.matters import (
    LEFT,
    Looking,
    Matter,
    left_over,
    open_matters,
    order_of,
    page_of,
    still_open,
    title_of,
)
from workflow.roster.permissions import can_hand_over, staff_view, units_handed

SHOWN = 30  # notes in the list
GET_OR_POST = ["GET", "HEAD", "POST"]


def units_read(user: User) -> list[Unit]:
    """The units whose notes the person may read, those he hands over first."""
    rows = units_handed(user)
    known = {unit.pk for unit in rows}
    others = {post.unit_id: post.unit for post in user.posts}
    return rows + [
        unit for pk, unit in others.items() if pk in user.unit_ids and pk not in known
    ]


def _unit(request: AuthedRequest, code: str) -> Unit:
    """The unit that is named, if its notes are the person's to read; else his own.

    Raises NotFound, NotAllowed.
    """
    mine = units_read(request.user)
    if code:
        unit = Unit.objects.filter(code=code.replace("\x00", "")).first()
        seen = unit and (request.user.sees_district or unit in mine)
        if unit is None or not seen:
            raise NotFound
        return unit
    if not mine:
        raise NotAllowed
    return mine[0]


@require_safe
@staff_view
@never_cache
def handovers(request: AuthedRequest) -> HttpResponse:
    """What waits to be signed, what nobody took over, and the notes before."""
    unit = _unit(request, request.GET.get("unit", ""))
    rows = Handover.objects.visible_to(request.user).filter(unit=unit).listed()
    now = timezone.now()
    context = {
        "unit": unit,
        "units": units_read(request.user),
        "waiting": handing.waiting(unit.pk),
        "left": [_shown(matter) for matter in left_over(unit.pk)],
        "notes": rows.filter(signed_at__isnull=False).order_by("-pk")[:SHOWN],
        "on_duty": duty.on_duty([unit.pk], now).get(unit.pk, []),
        "hands_over": can_hand_over(request.user, unit.pk),
    }
    return render(request, "workflow/roster/handovers.html", context)


@require_safe
@staff_view
@never_cache
def line(request: AuthedRequest) -> HttpResponse:
    """The line above a desk: who is on duty there, and what waits to be taken over."""
    units = units_handed(request.user)
    if not units:
        raise NotFound
    unit = units[0]
    context = {
        "unit": unit,
        "on_duty": duty.on_duty([unit.pk], timezone.now()).get(unit.pk, []),
        "waiting": handing.waiting(unit.pk),
        "left": len(left_over(unit.pk)),
    }
    return render(request, "workflow/roster/_line.html", context)


@require_http_methods(GET_OR_POST)
@staff_view
@never_cache
def new(request: AuthedRequest) -> HttpResponse:
    """What would be named, room for remarks, and the note itself."""
    sent = request.POST if request.method == "POST" else request.GET
    unit = _unit(request, sent.get("unit", ""))
    if not can_hand_over(request.user, unit.pk):
        raise NotAllowed
    context: dict[str, Any] = {"unit": unit, "uuid": uuid4(), "remarks": ""}
    if request.method == "POST":
        try:
            note = handing.write(
                unit,
                request.user,
                uuid=UUID(sent.get("uuid", "")),
                remarks=sent.get("remarks", ""),
            )
        except ValueError as error:
            raise BadInput from error
        except handing.TooLong as error:
            context |= {"error": error.text, "remarks": sent.get("remarks", "")}
        else:
            messages.success(
                request, _("Handed over. The next shift signs for it here.")
            )
            return redirect("roster:handover", note.uuid)
    now = timezone.now()
    until = duty.next_ends(unit.pk, now)
    found, unnamed = open_matters(Looking(unit, request.user, now, until))
    context |= {
        "groups": grouped([_shown(matter) for matter in found]),
        "unnamed": unnamed,
        "until": until,
        "waiting": handing.waiting(unit.pk),
    }
    status = 400 if "error" in context else 200
    return render(request, "workflow/roster/handover_new.html", context, status=status)


def _note(request: AuthedRequest, uuid: UUID) -> Handover:
    rows = Handover.objects.visible_to(request.user).listed()
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@staff_view
@never_cache
def handover(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _note(request, uuid), "workflow/roster/handover.html")


@require_safe
@staff_view
@never_cache
def paper(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The note as it is printed and kept on paper."""
    return _page(request, _note(request, uuid), "workflow/roster/handover_paper.html")


def _page(request: AuthedRequest, note: Handover, template: str) -> HttpResponse:
    rows = list(note.matters.select_related("taken_by"))
    still = still_open({(row.kind, row.subject_uuid) for row in rows})
    shown = [_shown(row, still) for row in rows]
    may = can_hand_over(request.user, note.unit_id)
    is_own = note.written_by_id == request.user.pk
    context = {
        "note": note,
        "groups": grouped(shown),
        "count": len(rows),
        "red": sum(one["red"] for one in shown) if note.signed_at else 0,
        "may_sign": may and not note.signed_at and not is_own,
        "may_withdraw": may and not note.signed_at and is_own,
        "may_take": may and bool(note.signed_at),
        "now": timezone.now(),
    }
    return render(request, template, context)


def _shown(
    row: Matter | HandoverMatter, still: set[tuple[str, UUID]] | None = None
) -> dict[str, Any]:
    """One matter with its link; red is what nobody took over and is open still."""
    is_kept = isinstance(row, HandoverMatter)
    uuid = row.subject_uuid if isinstance(row, HandoverMatter) else row.uuid
    is_open = still is None or (row.kind, uuid) in still
    taken = row.taken_by if isinstance(row, HandoverMatter) else None
    return {
        "row": row,
        "pk": row.pk if isinstance(row, HandoverMatter) else None,
        "url": page_of(row.kind, uuid),
        "source": row.source,
        "is_open": is_open,
        "taken_by": taken,
        "red": is_open and (not taken if is_kept else row.source == LEFT),
    }


def grouped(shown: list[dict[str, Any]]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """By why they are named, the most pressing first: (code, words, matters)."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in shown:
        found.setdefault(one["source"], []).append(one)
    codes = sorted(found, key=lambda code: (code != LEFT, order_of(code)))
    return [(code, title_of(code), found[code]) for code in codes]


def _chosen(request: AuthedRequest) -> set[int]:
    texts = request.POST.getlist("matter")
    return {int(text) for text in texts if text.isdecimal() and len(text) < 19}


@require_POST
@staff_view
def sign(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    note = _note(request, uuid)
    handing.sign(note, request.user, _chosen(request))
    messages.success(request, _("The shift is yours. What was left out stays red."))
    return redirect("roster:handover", uuid)


@require_POST
@staff_view
def take_over(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Matters of a signed note that nobody had taken."""
    count = handing.take(_note(request, uuid), request.user, _chosen(request))
    messages.success(request, _("Taken over: %(count)s.") % {"count": count})
    return redirect("roster:handover", uuid)


@require_POST
@staff_view
def withdraw(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    note = _note(request, uuid)
    code = note.unit.code
    handing.withdraw(note, request.user)
    messages.success(request, _("The note is taken back. Write it anew."))
    return redirect(f"{reverse('roster:handovers')}?unit={code}")
