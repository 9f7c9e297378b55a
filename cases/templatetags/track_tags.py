"""What pages show of tracks, where the site keeps any."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import TrackSettings
from cases.track.duty import can_have_track
from cases.track.reading import can_read_tracks, sees_workers
from cases.track.views import duty_now

register = template.Library()


@register.simple_tag(takes_context=True)
def own_track(context: RequestContext) -> dict[str, Any] | None:
    """Whether one's track runs now; None where the site keeps none: then no query."""
    user = context["user"]
    site = context.get("site")
    if not getattr(site, "track", 0) or not can_have_track(user):
        return None
    return {
        "duty": duty_now(user),
        "settings": TrackSettings.current(),
        "words": {
            "runs": _("The phone is telling its place. Last: %(time)s."),
            "waits": _("Waiting for the phone to find its place."),
            "denied": _(
                "The phone may not tell its place, so nothing is kept. That is allowed."
            ),
            "elsewhere": _("Another page of this phone is telling its place."),
            "kept": _("Kept on this phone until there is a network: %(count)s."),
            "over": _("Your time on duty is over: this phone tells nothing more."),
            "stopped": _(
                "Stopped on this phone: nothing is told any more. The system hears of"
                " it as soon as there is a network."
            ),
            "off": _("The site keeps no tracks any more. Nothing is told."),
        },
    }


@register.filter
def has_own_track(user: User) -> bool:
    """No query: the posts are known."""
    return can_have_track(user)


@register.filter
def sees_workers_on_duty(user: User) -> bool:
    return sees_workers(user)


@register.filter
def reads_tracks(user: User) -> bool:
    return can_read_tracks(user)
