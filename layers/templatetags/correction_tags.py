"""The way to corrections in the navigation of every page."""

from typing import Any

from django import template
from django.db.models import Expression, F, QuerySet
from django.urls import reverse

from accounts.models import User
from layers.corrections.sending import can_correct
from layers.models import Correction
from workflow.context import brings, how_many

register = template.Library()


@register.simple_tag
def may_correct(user: User) -> bool:
    """Whether the person may mark a feature as wrong."""
    return can_correct(user)


def _sent(user: User) -> "QuerySet[Correction, int]":
    return Correction.objects.filter(reporter=user).values_list("pk", flat=True)


@brings("corrections_sent")
def corrections_sent(user: User) -> Expression:
    """One, where there is any."""
    return how_many(_sent(user).order_by()[:1])


@brings("corrections_answered")
def corrections_answered(user: User) -> Expression:
    return how_many(_sent(user).filter(seen_events__lt=F("events_count")).order_by())


@register.inclusion_tag("layers/_corrections_nav.html", takes_context=True)
def corrections_nav(context: template.Context, user: User) -> dict[str, Any]:
    """For whoever has sent one: with how many were answered since he looked.

    No query: the numbers come with the site.
    """
    site = context.get("site")
    address = reverse("layers:corrections-own")
    request = context.get("request")
    return {
        "sent": getattr(site, "corrections_sent", 0),
        "news": getattr(site, "corrections_answered", 0),
        "address": address,
        "is_here": request is not None and request.path.startswith(address),
    }
