"""轨迹 as pages: one's own, another's with a purpose, workers on the map, the rule."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.models import TrackPoint, TrackSettings
from cases.orders.views import as_file
from cases.track import keeping, loading, reading
from cases.track.duty import Span, can_have_track, duty_of
from cases.track.forms import LookForm, TrackSettingsForm
from cases.track.workers import as_geojson, on_duty_outdoors, pins_of
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from workflow.permissions import can_change_rules, rules_change, rules_view


@login_required
@require_safe
@never_cache
def mine(request: AuthedRequest) -> HttpResponse:
    """我的轨迹: whether it runs, a day's line, and who looked at it."""
    if not can_have_track(request.user):
        raise NotAllowed
    settings = TrackSettings.current()
    day = day_asked(request.GET.get("day", ""), settings.days)
    context = {
        "settings": settings,
        "day": day,
        "first": reading.first_day(settings.days),
        "today": timezone.localdate(),
        "readings": reading.readings_of(request.user),
        **_shown(request, reading.track_of(request.user, day), day),
    }
    return render(request, "cases/track/mine.html", context)


def _shown(request: HttpRequest, points: list[TrackPoint], day: date) -> dict[str, Any]:
    return {"points": points, "line": line_of(points), "day": day}


def line_of(points: list[TrackPoint]) -> list[list[Any]]:
    """``[lon, lat, "08:15", metres]`` of each position, for the page's map."""
    return [
        [
            round(row.place.x, 6),
            round(row.place.y, 6),
            f"{timezone.localtime(row.at):%H:%M}",
            row.accuracy,
        ]
        for row in points
    ]


def day_asked(text: str, days: int) -> date:
    """The day that is asked for, where positions of it may be kept; else today."""
    today = timezone.localdate()
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return today
    return asked if reading.first_day(days) <= asked <= today else today


@login_required
@require_POST
@never_cache
def duty(request: AuthedRequest) -> HttpResponse:
    """上岗 and 下岗: ``on`` is 1 or 0; back to the page it was tapped on."""
    on = request.POST.get("on") == "1"
    keeping.mark(request.user, on=on)
    messages.success(
        request,
        _("You are on duty: your track is kept until you stop it.")
        if on
        else _("Your track has stopped. Nothing more is kept."),
    )
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if ours else "track:mine")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def look(request: AuthedRequest) -> HttpResponse:
    """The track of somebody else: with a purpose, by whoever supervises him; logged."""
    if not reading.can_read_tracks(request.user):
        raise NotFound
    settings = TrackSettings.current()
    people = reading.workers_read_by(request.user)
    sent = request.POST if request.method == "POST" else None
    form = LookForm(people, settings.days, sent, person=request.GET.get("person", ""))
    context: dict[str, Any] = {"form": form, "settings": settings, "people": people}
    if sent is None or not form.is_valid():
        status = 200 if sent is None else 400
        return render(request, "cases/track/look.html", context, status=status)
    said = form.cleaned_data
    person, points = reading.read(
        request.user,
        said["person"],
        said["day"],
        purpose=said["purpose"],
        note=said["note"].strip(),
    )
    context |= {"person": person, **_shown(request, points, said["day"])}
    return render(request, "cases/track/look.html", context)


@login_required
@require_safe
@never_cache
def workers(request: AuthedRequest) -> HttpResponse:
    """Workers on duty as points for the one map."""
    return JsonResponse(as_geojson(pins_of(_seen(request))))


@login_required
@require_safe
@never_cache
def worker(request: AuthedRequest, key: str) -> HttpResponse:
    """A fragment: who is behind one of those points now."""
    pin = next((one for one in pins_of(_seen(request)) if one.key == key), None)
    context = {"pin": pin, "reads": reading.can_read_tracks(request.user)}
    return render(
        request, "cases/track/_worker.html", context, status=200 if pin else 404
    )


def _seen(request: AuthedRequest) -> list[Any]:
    if not reading.sees_workers(request.user):
        raise NotFound
    return on_duty_outdoors(request.user)


@require_safe
@rules_view
def rules(request: AuthedRequest) -> HttpResponse:
    """Whether tracks are kept, why, by whose word and for how long."""
    return _rules(request, TrackSettingsForm(instance=TrackSettings.current()))


def _rules(
    request: AuthedRequest, form: TrackSettingsForm, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "settings": TrackSettings.current(),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(TrackSettings),
        "rules_page": "track:rules",
    }
    return render(request, "cases/track/rules.html", context, status=status)


@require_POST
@rules_change
def change(request: AuthedRequest) -> HttpResponse:
    form = TrackSettingsForm(request.POST, instance=TrackSettings.current())
    if not form.is_valid():
        return _rules(request, form, 400)
    with recorded(request.user, address=request.path):
        form.save()
    messages.success(request, _("The setting is kept."))
    return redirect("track:rules")


@require_safe
@rules_view
def file(request: AuthedRequest) -> HttpResponse:
    """As a site package has it."""
    return as_file(loading.dumped().encode(), loading.NAME)


def duty_now(user: Any) -> Span | None:
    """The duty that lasts now, for the line on the phone's pages: two queries."""
    now = timezone.now()
    spans = duty_of(user, since=now, until=now).spans()
    return next((span for span in spans if span.holds(now)), None)
