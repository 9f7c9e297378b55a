"""值班表: a unit's week, and writing it."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import Unit, User
from govmap.lib.errors import BadInput, NotAllowed, NotFound
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import csv_answer
from workflow.class_taking import take_table
from workflow.models import Shift, ShiftKind
from workflow.roster import sheet, writing
from workflow.roster.forms import SlotForm
from workflow.roster.permissions import can_keep, keeps_all, led_units, staff_view
from workflow.roster.week import monday_of, week_of

GET_OR_POST = ["GET", "HEAD", "POST"]


def unit_of(user: User, code: str) -> Unit:
    """The unit that an address names, else the person's own. Raises NotFound."""
    if code:
        unit = Unit.objects.filter(code=code.replace("\x00", "")).first()
        if unit is None:
            raise NotFound
        return unit
    own = sorted(led_units(user).values(), key=lambda unit: unit.code)
    if own:
        return own[0]
    if user.posts:
        return user.posts[0].unit
    raise NotFound


def units_offered(user: User, chosen: Unit) -> list[Unit]:
    """Those whose roster one looks at: the own ones, those around them, the chosen."""
    kinds = (Unit.Kind.COMMUNITY, Unit.Kind.CONTRACTOR)
    rows = list(Unit.objects.exclude(kind__in=kinds).order_by("code"))
    own = {post.unit_id: post.unit for post in user.posts}
    for unit in (*own.values(), chosen):
        if unit.pk not in {row.pk for row in rows}:
            rows.insert(0, unit)
    return sorted(rows, key=lambda unit: (unit.pk not in own, unit.code))


def address(unit: Unit, day: date) -> str:
    return f"{reverse('roster:week')}?unit={unit.code}&week={day.isoformat()}"


@require_safe
@staff_view
@never_cache
def week(request: AuthedRequest) -> HttpResponse:
    """``unit`` by its code, ``week`` by any of its days."""
    unit = unit_of(request.user, request.GET.get("unit", ""))
    shown = week_of(unit, monday_of(request.GET.get("week", "")))
    keeps = can_keep(request.user, unit)
    context = {
        "week": shown,
        "unit": unit,
        "units": units_offered(request.user, unit),
        "keeps": keeps,
        "sets_kinds": keeps_all(request.user),
        "changes": changes_of(Shift) if keeps_all(request.user) else [],
    }
    return render(request, "workflow/roster/week.html", context)


def _kept_unit(request: AuthedRequest, code: str) -> Unit:
    """Raises NotFound, NotAllowed."""
    unit = unit_of(request.user, code)
    if not can_keep(request.user, unit):
        raise NotAllowed
    return unit


@require_http_methods(GET_OR_POST)
@staff_view
@never_cache
def slot(request: AuthedRequest, unit: str, day: str, kind: str) -> HttpResponse:
    """Who is on duty in one shift of a day."""
    row = _kept_unit(request, unit)
    shift_kind = get_object_or_404(ShiftKind, code=kind)
    try:
        begins = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    now = Shift.objects.filter(unit=row, day=begins, kind=shift_kind).in_order()
    data = request.POST if request.method == "POST" else None
    form = SlotForm(row, begins, now, data)
    if form.is_bound and form.is_valid():
        try:
            with recorded(request.user, address=request.path):
                writing.put(row, begins, shift_kind, form.wanted())
        except BadInput as error:
            form.add_error(None, error.text)
        else:
            messages.success(request, _("The shift is written down."))
            return redirect(address(row, begins))
    context: dict[str, Any] = {
        "form": form,
        "unit": row,
        "day": begins,
        "kind": shift_kind,
        "back": address(row, begins),
    }
    status = 400 if form.is_bound else 200
    return render(request, "workflow/roster/slot.html", context, status=status)


@require_POST
@staff_view
def copy(request: AuthedRequest) -> HttpResponse:
    """The week that is named, where it is empty, as the one before it."""
    unit = _kept_unit(request, request.POST.get("unit", ""))
    monday = monday_of(request.POST.get("week", ""))
    with recorded(request.user, address=request.path):
        done = writing.copy_week(unit, monday)
    if done.added:
        said = _("Taken from the week before: %(added)s. Left out: %(left)s.")
        messages.success(request, said % {"added": done.added, "left": done.left})
    else:
        messages.warning(
            request,
            _(
                "Nothing was copied: the week before is empty, or this one is written"
                " already or over."
            ),
        )
    return redirect(address(unit, monday))


@require_safe
@staff_view
def file(request: AuthedRequest) -> HttpResponse:
    """A month from the Monday of the week, as Excel reads it."""
    unit = unit_of(request.user, request.GET.get("unit", ""))
    monday = monday_of(request.GET.get("week", ""))
    rows = sheet.lines(unit, monday, monday + timedelta(days=34))
    return csv_answer(f"roster-{unit.code}-{monday}", sheet.COLUMNS, rows)


@require_http_methods(GET_OR_POST)
@staff_view
def take(request: AuthedRequest) -> HttpResponse:
    """A table of shifts: first what it would change."""
    if not led_units(request.user) and not keeps_all(request.user):
        raise NotAllowed
    return take_table(request, sheet.table_for(request.user))
