"""规则 日历: the working calendar, its years, its special periods."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import calendar_changing, calendar_loading, calendar_moves, calendar_usual
from workflow.calendar_forms import WEEKDAYS, HoursForm, PeriodForm, slots_as_text
from workflow.calendar_year import EARLIEST, LATEST, Year
from workflow.models import Calendar, Day, SpecialPeriod
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file


def by(request: AuthedRequest) -> AbstractContextManager[None]:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


@require_safe
@rules_view
def calendar(request: AuthedRequest) -> HttpResponse:
    """A year; ``?preview=1`` with what working limits out anew would move."""
    context = _context(request, _year(request.GET.get("year", "")))
    if request.GET.get("preview"):
        context["preview"] = calendar_moves.preview()
    return render(request, "workflow/calendar.html", context)


def _year(text: str) -> int:
    """The year asked for, or this one where it is none."""
    if text.isascii() and text.isdigit() and EARLIEST <= int(text[:6]) <= LATEST:
        return int(text)
    return timezone.localdate().year


def _context(
    request: AuthedRequest, number: int, hours: HoursForm | None = None
) -> dict[str, Any]:
    row = calendar_changing.the_calendar()
    days = row.days.filter(date__year=number) if row.pk else Day.objects.none()
    told = {day.date: day for day in days}
    weekdays = frozenset(row.weekdays)
    complete = number in calendar_changing.complete_years(row) if row.pk else False
    return {
        "year": Year(number, weekdays, told, timezone.localdate()),
        "complete": complete,
        "published": bool(calendar_usual.of_year(number)),
        "earlier": number - 1 if number > EARLIEST else None,
        "later": number + 1 if number < LATEST else None,
        "hours": hours
        or HoursForm(
            initial={"slots": slots_as_text(row.slots), "weekdays": row.weekdays}
        ),
        "weekday_names": [name for _number, name in WEEKDAYS],
        "periods": SpecialPeriod.objects.select_related("area"),
        "today": timezone.localdate(),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Calendar, Day, SpecialPeriod),
    }


def _back(year: int) -> HttpResponse:
    return redirect(f"{reverse('workflow:calendar')}?year={year}")


@require_POST
@rules_change
def calendar_day(request: AuthedRequest) -> HttpResponse:
    """``day``: ``2026-10-01:off``, ``…:work``, or ``…:`` for what its weekday says.

    A script gets the year anew, a form is sent back to it.
    """
    text, _colon, word = request.POST.get("day", "").partition(":")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(_("Choose a day of the calendar.")) from error
    if word not in ("", *calendar_loading.WORDS) or not EARLIEST <= day.year <= LATEST:
        raise BadInput(_("Choose a day of the calendar."))
    with by(request):
        calendar_changing.set_day(day, word, request.POST.get("name", ""))
    if wants_fragment(request):
        context = _context(request, day.year)
        return render(request, "workflow/_calendar_year.html", context)
    return _back(day.year)


@require_POST
@rules_change
def calendar_hours(request: AuthedRequest) -> HttpResponse:
    """Slots and weekdays."""
    form, year = HoursForm(request.POST), _year(request.POST.get("year", ""))
    if form.is_valid():
        try:
            with by(request):
                sent = form.cleaned_data
                calendar_changing.set_hours(sent["slots"], sent["weekdays"])
            return _back(year)
        except BadInput:
            order = _("Slots must follow one another within one day.")
            form.add_error("slots", order)
    context = _context(request, year, form)
    return render(request, "workflow/calendar.html", context, status=400)


@require_POST
@rules_change
def calendar_complete(request: AuthedRequest) -> HttpResponse:
    """Whether the year's table is complete; with ``fill``, the State Council's."""
    year = _year(request.POST.get("year", ""))
    with by(request):
        if request.POST.get("fill"):
            if not calendar_changing.fill(year):
                raise BadInput(_("No table of that year is published here yet."))
        else:
            complete = request.POST.get("complete") == "1"
            calendar_changing.set_complete(year, complete)
    return _back(year)


@require_safe
@rules_view
def calendar_preview(request: AuthedRequest) -> HttpResponse:
    """How many open limits the present calendar would move."""
    context = {
        "preview": calendar_moves.preview(),
        "may_change": can_change_rules(request.user),
    }
    return render(request, "workflow/_calendar_preview.html", context)


@require_POST
@rules_change
def calendar_recompute(request: AuthedRequest) -> HttpResponse:
    """Let a job work out anew all limits that run."""
    calendar_moves.recompute_soon(provisional=False)
    messages.success(request, _("The time limits are being worked out anew."))
    return redirect("workflow:calendar")


@require_safe
@rules_view
def calendar_file(request: AuthedRequest) -> HttpResponse:
    """The calendar as a site package has it."""
    return file_of(
        calendar_loading.export(calendar_changing.the_calendar()), "calendar.json"
    )


@require_POST
@rules_change
def calendar_take(request: AuthedRequest) -> HttpResponse:
    """The calendar of a file, in place of the one that is."""
    data = sent_file(request, "calendar.json")
    with by(request):
        line = calendar_loading.load_data(data, name="calendar.json")
    messages.success(request, _("Calendar taken over: %(line)s") % {"line": line})
    return redirect("workflow:calendar")


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def period_new(request: AuthedRequest) -> HttpResponse:
    return _period(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def period(request: AuthedRequest, pk: int) -> HttpResponse:
    return _period(request, get_object_or_404(SpecialPeriod, pk=pk))


def _period(request: AuthedRequest, row: SpecialPeriod | None) -> HttpResponse:
    form = PeriodForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        with by(request):
            form.save()
            calendar_loading.touch(calendar_changing.held())
        return redirect("workflow:calendar")
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "row": row, "rules_page": "workflow:calendar"}
    return render(request, "workflow/calendar_period.html", context, status=status)


@require_POST
@rules_change
def period_remove(request: AuthedRequest, pk: int) -> HttpResponse:
    """Limits that began in it stay as they are."""
    row = get_object_or_404(SpecialPeriod, pk=pk)
    with by(request):
        row.delete()
        calendar_loading.touch(calendar_changing.held())
    return redirect("workflow:calendar")
