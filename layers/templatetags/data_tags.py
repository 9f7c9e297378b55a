"""What the pages of the catalogue draw with."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.formats import number_format

from layers.catalogue.entries import days_late, due_of, is_late, told
from layers.downloads.asked import streets, systems
from layers.downloads.register import NAME
from layers.models import Layer, Version
from layers.permissions import can_edit
from layers.versions import quality as figures
from workflow.exporting import right_of

register = template.Library()
SHOWN_CHANGES = 20
# Soon: so many days ahead a steward should know.
SOON_DAYS = 14


@register.inclusion_tag("layers/_quality.html")
def quality(version: Version | None) -> dict[str, Any]:
    """How many of a version's values are there, and what is odd about its rows."""
    said = version.quality if version else {}
    share = figures.overall(said)
    odd = [(name, said[name]) for name in figures.COUNTS if said.get(name)]
    return {
        "known": bool(said.get("rows")),
        "share": share,
        "shown": number_format(share, decimal_pos=0 if share == 100 else 1),
        "odd": odd,
    }


@register.inclusion_tag("layers/_due.html")
def due(when: datetime | None) -> dict[str, Any]:
    """The day on which the next version is due, marked where it has passed."""
    late = is_late(when)
    soon = when is not None and not late and is_late_in(when, SOON_DAYS)
    return {"due": when, "late": late, "days": days_late(when), "soon": soon}


def is_late_in(when: datetime, days: int) -> bool:
    return (when - datetime.now(when.tzinfo)).days < days


@register.inclusion_tag("layers/_layer_about.html", takes_context=True)
def layer_about(context: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """Whose the layer is and how it is kept, with the ways to change it."""
    user = context["request"].user
    return {"layer": layer, "due": due_of(layer), "may_edit": can_edit(user, layer)}


@register.inclusion_tag("layers/_layer_fields.html")
def layer_fields(layer: Layer) -> dict[str, Any]:
    return {"layer": layer}


@register.inclusion_tag("layers/_layer_quality.html")
def layer_quality(layer: Layer) -> dict[str, Any]:
    """The published version's figures against those of the one before."""
    now = layer.published
    if now is None:
        return {"layer": layer, "quality": None}
    older = layer.versions.filter(number__lt=now.number).order_by("-number")
    compared = figures.compare(now, older.first())
    return {"layer": layer, "version": now, "quality": compared}


@register.inclusion_tag("layers/_layer_history.html")
def layer_history(layer: Layer) -> dict[str, Any]:
    """Who changed the entry, when, and what."""
    changes = layer.changes.select_related("by")[:SHOWN_CHANGES]
    return {"changes": [(change, told(change)) for change in changes]}


@register.inclusion_tag("layers/_download.html", takes_context=True)
def download(context: dict[str, Any], layer: Layer) -> dict[str, Any]:
    """Asking for the layer as a file, for who may have one."""
    may = layer.published_id and right_of(context["request"].user, NAME) is not None
    if not may:
        return {"may_download": False}
    said = {"layer": layer, "streets": streets(), "systems": systems()}
    return {"may_download": True, **said}


@register.filter
def of(found: dict[str, str], name: str) -> str:
    """What a table says of a name."""
    return found.get(name, "")
