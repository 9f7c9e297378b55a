"""What pages show of versions: the timeline of a layer, and what waits for somebody."""

from typing import Any
from uuid import uuid4

from django import template
from django.db.models import Exists, OuterRef

from accounts.models import User
from layers.models import Layer, Version
from layers.permissions import can_import
from layers.versions.dossier import PUBLISHES
from workflow.engine import moves_open_to
from workflow.models import Phase, Transition

register = template.Library()

SHOWN_VERSIONS = 30
# Drafts that are looked at one by one for who may review them.
MOST_WAITING = 20


@register.simple_tag
def fresh_uuid() -> str:
    """The id of an act that a form without scripts is to do."""
    return str(uuid4())


@register.inclusion_tag("layers/_versions.html", takes_context=True)
def versions(context: template.Context, layer: Layer) -> dict[str, Any]:
    """The versions that this reader sees: drafts first, then the newest number."""
    user: User = context["request"].user
    seen = Version.objects.visible_to(user).filter(layer=layer)
    found = list(seen.select_related("made_by").order_by("-pk")[:SHOWN_VERSIONS])
    drafts = [version for version in found if version.state.phase != Phase.DONE]
    published = [version for version in found if version.number is not None]
    published.sort(key=lambda version: -(version.number or 0))
    return {
        "layer": layer,
        "drafts": drafts,
        "published": published,
        "may_restore": can_import(user, layer),
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("layers/_versions_waiting.html", takes_context=True)
def versions_waiting(context: template.Context) -> dict[str, Any]:
    """Drafts that this person may publish, and those that he made himself."""
    user: User = context["request"].user
    seen = Version.objects.filter(layer__in=Layer.objects.writable_by(user))
    open_ = seen.exclude(state__phase=Phase.DONE).select_related(
        "layer__provider", "made_by"
    )
    own = open_.filter(made_by=user)[:MOST_WAITING]
    publishing = Transition.objects.filter(
        from_state=OuterRef("state"), effects__contains=[PUBLISHES]
    )
    others = open_.exclude(made_by=user).filter(Exists(publishing))
    return {
        "to_review": [row for row in others[:MOST_WAITING] if _may_publish(row, user)],
        "own": list(own),
    }


def _may_publish(version: Version, user: User) -> bool:
    return any(PUBLISHES in move.effects for move in moves_open_to(version, user))
