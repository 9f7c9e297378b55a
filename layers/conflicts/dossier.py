"""A conflict as its page shows it: both features side by side, and where they lie."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON

from accounts.models import User
from govmap.lib.geojson import DIGITS
from layers.corrections import sending
from layers.finding.places import field_title, in_words
from layers.models import Conflict, Feature, Layer
from layers.permissions import can_settle, visible_fields
from workflow.models import Transition

GROUND = AsGeoJSON("geometry", precision=DIGITS)


@dataclass
class Side:
    """One of the two features."""

    name: str  # left or right
    layer: Layer
    key: str
    feature: Feature | None
    rows: list[dict[str, Any]]


def sides_of(conflict: Conflict, user: User) -> list[Side]:
    """The features as they are published now, with the attributes one may see."""
    rule = conflict.rule
    return [
        _side(conflict, "left", rule.left, conflict.left_key, user),
        _side(conflict, "right", rule.right, conflict.right_key, user),
    ]


def _side(conflict: Conflict, name: str, layer: Layer, key: str, user: User) -> Side:
    feature = None
    if key:
        rows = Feature.objects.filter(layer=layer, key=key).current()
        feature = rows.annotate(outline=GROUND).first()
    shown = visible_fields(layer, user)
    compared = conflict.rule.fields(name)
    rows_of_it = [
        {
            "title": field_title(entry),
            "text": _text(entry, feature.properties.get(entry["name"])),
            "compared": entry["name"] in compared,
        }
        for entry in layer.schema
        if feature and entry["name"] in shown
    ]
    return Side(name, layer, key, feature, rows_of_it)


def _text(entry: dict[str, Any], value: Any) -> str:
    return "" if value in (None, "") else in_words(entry, value)


def shapes_of(conflict: Conflict, sides: list[Side]) -> dict[str, Any]:
    """GeoJSON texts: left, right and the part that is in conflict."""
    part = Conflict.objects.filter(pk=conflict.pk).values_list(GROUND, flat=True)
    shapes: dict[str, Any] = {"part": part.first()}
    for side in sides:
        if side.feature:
            shapes[side.name] = side.feature.outline  # type: ignore[attr-defined]
    return shapes


def context_of(conflict: Conflict, user: User) -> dict[str, Any]:
    sides = sides_of(conflict, user)
    may = can_settle(user, conflict.rule)
    move = _move(user, conflict) if may and conflict.is_open else None
    return {
        "conflict": conflict,
        "rule": conflict.rule,
        "sides": sides,
        "shapes": shapes_of(conflict, sides),
        "may_settle": may,
        "addressees": [side for side in sides if side.feature] if move else [],
        "wrongs": list(move.reason_choices()) if move else [],
    }


def _move(user: User, conflict: Conflict) -> Transition | None:
    """How this person begins a correction of a feature; None where he may not.

    Its reasons say what can be wrong.
    """
    moves = sending.openings(user, conflict.rule.left)
    return next((move for move in moves if "feature" in move.evidence), None)
