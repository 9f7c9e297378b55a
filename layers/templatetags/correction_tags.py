"""The way to corrections in the navigation of every page."""

from typing import Any

from django import template
from django.db.models import Count, F, Q
from django.urls import reverse

from accounts.models import User
from layers.corrections.sending import can_correct
from layers.models import Correction

register = template.Library()


@register.simple_tag
def may_correct(user: User) -> bool:
    """Whether the person may mark a feature as wrong."""
    return can_correct(user)


def _counts(user: User) -> dict[str, int]:
    """Counted once for a page, which shows them in its bar and at its foot."""
    counts: dict[str, int] | None = getattr(user, "correction_counts", None)
    if counts is None:
        news = Q(seen_events__lt=F("events_count"))
        mine = Correction.objects.filter(reporter=user)
        counts = mine.aggregate(sent=Count("pk"), news=Count("pk", filter=news))
        user.correction_counts = counts  # type: ignore[attr-defined]
    return counts


@register.inclusion_tag("layers/_corrections_nav.html", takes_context=True)
def corrections_nav(context: template.Context, user: User) -> dict[str, Any]:
    """For whoever has sent one: with how many were answered since he looked.

    One query of one index on every page.
    """
    counts = _counts(user)
    address = reverse("layers:corrections-own")
    request = context.get("request")
    return {
        **counts,
        "address": address,
        "is_here": request is not None and request.path.startswith(address),
    }
