"""What a person keeps of his own: addresses, choices, quiet hours, browsers, leaves."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput, DomainError, NotFound
from govmap.lib.pages import AuthedRequest
from workflow.channels import addresses, choosing, leaves
from workflow.models import Leave, OwnAddress, PushSubscription

Way = OwnAddress.Way
OWN, LEAVES = "workflow:own-channels", "workflow:leaves"


@require_safe
@login_required
@never_cache
def own(request: AuthedRequest) -> HttpResponse:
    """How I am told: addresses, what I want over which channel, quiet hours."""
    return _own(request)


def _own(request: AuthedRequest, status: int = 200, **more: Any) -> HttpResponse:
    person = request.user
    offered = addresses.ways_offered()
    kept = {row.way: row for row in addresses.of(person)}
    ways = [
        {
            "way": way,
            "label": way.label,
            "row": kept.get(way),
            "offered": way in offered,
            "shown": addresses.masked(kept[way]) if way in kept else "",
        }
        for way in Way
        if way in offered or way in kept
    ]
    context = {
        "ways": ways,
        "choices": choosing.choices_of(person),
        "quiet": choosing.quiet_of(person),
        "browsers": PushSubscription.objects.filter(person=person).count(),
        "push_key": addresses.push_key(),
        **more,
    }
    return render(request, "workflow/channels/own.html", context, status=status)


@require_POST
@login_required
def address(request: AuthedRequest, way: str) -> HttpResponse:
    """Set an address: a code is sent there."""
    _known(way)
    try:
        addresses.ask(
            request.user, way, request.POST.get("address", ""), timezone.now()
        )
    except DomainError as error:
        # What was typed stays in its field, with what is wrong with it.
        wrong = {"way": way, "text": error.text}
        typed = request.POST.get("address", "")[:254]
        return _own(request, status=400, wrong=wrong, typed=typed)
    messages.success(request, _("A code was sent there. Type it in within 10 minutes."))
    return redirect(OWN)


@require_POST
@login_required
def address_confirm(request: AuthedRequest, way: str) -> HttpResponse:
    _known(way)
    try:
        addresses.confirm(
            request.user, way, request.POST.get("code", "")[:20], timezone.now()
        )
    except DomainError as error:
        wrong = {"way": way, "text": error.text}
        return _own(request, status=400, wrong=wrong)
    messages.success(request, _("Confirmed: you can be told there now."))
    return redirect(OWN)


@require_POST
@login_required
def address_remove(request: AuthedRequest, way: str) -> HttpResponse:
    _known(way)
    addresses.remove(request.user, way)
    return redirect(OWN)


def _known(way: str) -> None:
    if way not in Way.values:
        raise NotFound


@require_POST
@login_required
def choices(request: AuthedRequest) -> HttpResponse:
    """What I want over which channel, and my quiet hours."""
    wanted = request.POST.getlist("wanted")
    gathered = request.POST.getlist("gathered")
    try:
        quiet = choosing.quiet_from(
            request.POST.get("quiet_from", ""), request.POST.get("quiet_until", "")
        )
    except DomainError as error:
        return _own(request, status=400, wrong={"way": "quiet", "text": error.text})
    choosing.keep(request.user, wanted=wanted, gathered=gathered, quiet=quiet)
    messages.success(request, _("Your choice is kept."))
    return redirect(OWN)


@require_http_methods(["POST", "DELETE"])
@login_required
def push(request: AuthedRequest) -> HttpResponse:
    """This browser takes pushes, or takes none any more. JSON of its subscription."""
    try:
        sent = json.loads(request.body)
        endpoint = str(sent["endpoint"])
        keys = sent.get("keys") or {}
        key, auth = str(keys.get("p256dh", "")), str(keys.get("auth", ""))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadInput from error
    if request.method == "DELETE":
        addresses.unsubscribe(request.user, endpoint)
        return HttpResponse(status=204)
    addresses.subscribe(request.user, endpoint, key, auth)
    return JsonResponse({}, status=201)


class LeaveForm(forms.Form):
    """From which day to which, and who is told instead."""

    begins_on = forms.DateField(
        label=gettext_lazy("First day of the leave"),
        widget=forms.DateInput({"type": "date", "class": "form-control"}),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day of the leave"),
        widget=forms.DateInput({"type": "date", "class": "form-control"}),
    )
    stand_in = forms.CharField(
        label=gettext_lazy("Who stands in"),
        max_length=100,
        help_text=gettext_lazy("A name or a sign-in name of your own or a near unit."),
        widget=forms.TextInput(
            {"class": "form-control", "list": "colleagues", "autocomplete": "off"}
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def leave_list(request: AuthedRequest) -> HttpResponse:
    """My leaves; for whoever hands out work, who is away today."""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        sent = form.cleaned_data
        try:
            leaves.begin(
                request.user,
                leaves.meant(request.user, sent["stand_in"]),
                sent["begins_on"],
                sent["ends_on"],
                by=request.user,
            )
        except DomainError as error:
            form.add_error(None, error.text)
        else:
            messages.success(
                request, _("Kept: the stand-in is told what you are told.")
            )
            return redirect(LEAVES)
    today = timezone.localdate()
    sees = leaves.sees_who_is_away(request.user)
    context = {
        "form": form,
        "own": leaves.own(request.user),
        "sees": sees,
        "away": leaves.away_seen_by(request.user, today)[:200] if sees else [],
        "colleagues": leaves.colleagues(request.user)[:200],
        "today": today,
    }
    status = 400 if form.errors else 200
    return render(request, "workflow/channels/leaves.html", context, status=status)


@require_POST
@login_required
def leave_end(request: AuthedRequest, pk: int) -> HttpResponse:
    """Back already, or not gone after all."""
    row = Leave.objects.filter(person=request.user, pk=pk).first()
    if row is None:
        raise NotFound
    leaves.end(row)
    return redirect(LEAVES)
