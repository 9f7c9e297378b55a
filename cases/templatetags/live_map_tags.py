"""What the one map draws of cases."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils import timezone

from accounts.models import User
from cases.live_map.wanted import AGES, OPEN, can_see_live_map
from cases.whistles.permissions import can_use_whistles
from workflow.lights import light_names
from workflow.models import Category, Event, Phase

register = template.Library()


@register.filter
def sees_live_map(user: User) -> bool:
    return can_see_live_map(user)


@register.inclusion_tag("cases/live_map/_controls.html", takes_context=True)
def live_map_controls(context: RequestContext) -> dict[str, Any]:
    """What to draw of the cases; asked before the tiles: where the page begins to
    listen."""
    words = dict(Phase.choices)
    return {
        "last_event": Event.objects.last_id(),
        "phases": [(phase, words[phase]) for phase in OPEN],
        "lights": list(light_names().items()),
        "kinds": Category.Kind.choices,
        "ages": list(AGES),
        "has_whistles": can_use_whistles(context["user"]),
        "CSP_NONCE": str(context.get("CSP_NONCE", "")),
    }


@register.inclusion_tag("cases/live_map/_replay.html")
def live_map_replay() -> dict[str, Any]:
    return {"today": timezone.localdate()}
