"""Is an overlay rule sound? What is wrong is said in a sentence, by its part."""

import math
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from layers.conflicts.overlay.comparison import OPS
from layers.models import Layer, OverlayRule
from layers.models.conflict import RESULT, type_of

Entry = dict[str, Any]
Trouble = tuple[str, str]  # part of the entry, sentence

KNOWN = {
    *("code", "title", "left", "right", "relation"),
    *("tolerance", "compare", "only", "active"),
}
TOLERANCES = ("metres", "area", "share")
COMPARED = {"left", "op", "right", "value", "factor", "slack", "mapping"}
RELATION = OverlayRule.Relation
# Which tolerances a relation of polygons has; points and lines have fewer.
USES: dict[str, tuple[str, ...]] = {
    RELATION.OUTSIDE: ("metres", "area", "share"),
    RELATION.INSIDE: ("metres", "area", "share"),
    RELATION.OVERLAPS: ("metres", "area", "share"),
    RELATION.TWICE: ("share",),
    RELATION.COMPARE: ("share",),
}
MOST_METRES = 1000
PAGES = ("new", "take")
MOST_FIELDS, MOST_VALUES = 10, 500


def troubles(entry: Any, layers: dict[str, Layer]) -> list[Trouble]:
    """Everything wrong with a rule's data; ``layers`` it may name, by code."""
    if not isinstance(entry, dict):
        return [("", _("A rule is an object with code, title, left, right, relation."))]
    return list(_troubles(entry, layers))


def _troubles(entry: Entry, layers: dict[str, Layer]) -> Iterator[Trouble]:
    for name in sorted(set(entry) - KNOWN):
        yield "", _("A rule has no part “%(name)s”. Leave it out.") % {"name": name}
    yield from _names(entry)
    left, right = layers.get(_text(entry, "left")), layers.get(_text(entry, "right"))
    for side, layer in (("left", left), ("right", right)):
        if layer is None or layer.code.startswith(RESULT):
            yield side, _("There is no such layer. Choose one of the catalogue.")
    relation = entry.get("relation")
    if relation not in RELATION.values:
        choices = ", ".join(RELATION.values)
        yield "relation", _("The relation is one of: %(list)s.") % {"list": choices}
    if left is None or right is None or relation not in RELATION.values:
        return
    yield from _shapes(relation, left, right)
    yield from _tolerance(entry.get("tolerance") or {}, relation, left)
    yield from _compare(entry.get("compare") or {}, relation, left, right)
    yield from _only(entry.get("only") or {}, left, right)


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _names(entry: Entry) -> Iterator[Trouble]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,30}", _text(entry, "code")):
        yield (
            "code",
            _("The code is 1 to 31 small letters, digits, - or _: %(example)s.")
            % {"example": "height-limit"},
        )
    elif entry["code"] in PAGES:
        yield "code", _("A page has this name. Choose another code.")
    titles = entry.get("title")
    if not isinstance(titles, dict) or not _text(titles, "zh-hans").strip():
        yield "title", _("The rule needs a Chinese title.")
    elif any(not isinstance(text, str) or len(text) > 80 for text in titles.values()):
        yield "title", _("A title has at most 80 signs.")
    if not isinstance(entry.get("active", True), bool):
        yield "active", _("“active” is true or false.")


def _shapes(relation: str, left: Layer, right: Layer) -> Iterator[Trouble]:
    """Which kinds of shapes can lie so to each other."""
    kinds = (left.geometry, right.geometry)
    if relation == RELATION.OVERLAPS and kinds != ("polygon", "polygon"):
        yield "relation", _("Only areas overlap: both layers must be of areas.")
    elif relation == RELATION.TWICE and kinds not in (
        ("polygon", "polygon"),
        ("point", "point"),
    ):
        yield (
            "relation",
            _("The same thing twice is found among areas, or among points."),
        )
    elif relation not in (RELATION.OVERLAPS, RELATION.TWICE):
        if right.geometry != "polygon":
            yield "right", _("Only an area has an inside: the right layer must be one.")
        if left.pk == right.pk:
            yield (
                "right",
                _("Within one layer, only overlaps and things twice can be found."),
            )


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _tolerance(tolerance: Any, relation: str, left: Layer) -> Iterator[Trouble]:
    if not isinstance(tolerance, dict) or set(tolerance) - set(TOLERANCES):
        yield "tolerance", _("A tolerance has metres, area and share, no more.")
        return
    used = ("metres",) if left.geometry == "point" else USES[relation]
    if left.geometry == "point" and relation in (RELATION.INSIDE, RELATION.COMPARE):
        used = ()
    for name, raw in tolerance.items():
        value = _number(raw)
        if value is None or value < 0:
            yield name, _("A tolerance is a number, 0 or more.")
        elif value and name not in used:
            yield name, _("This relation does not use this tolerance: leave it at 0.")
        elif name == "share" and value > 1:
            yield name, _("A share lies between 0 and 1.")
        elif name == "metres" and value > MOST_METRES:
            yield name, _("At most %(most)s metres.") % {"most": MOST_METRES}
    if relation == RELATION.TWICE and not tolerance.get(used[0]):
        yield (
            used[0],
            _("Say how alike two things may be: without a tolerance nothing is found."),
        )


def _compare(
    compare: Any, relation: str, left: Layer, right: Layer
) -> Iterator[Trouble]:
    if not compare:
        if relation == RELATION.COMPARE:
            yield "compare", _("Say which attributes are to agree, and how.")
        return
    if not isinstance(compare, dict) or set(compare) - COMPARED:
        names = ", ".join(sorted(COMPARED))
        yield "compare", _("A comparison has %(names)s.") % {"names": names}
        return
    if compare.get("op") not in OPS:
        yield "op", _("The comparison is one of: %(list)s.") % {"list": ", ".join(OPS)}
        return
    yield from _compared_fields(compare, relation, left, right)
    yield from _compared_how(compare, left, right)


def _compared_fields(
    compare: Entry, relation: str, left: Layer, right: Layer
) -> Iterator[Trouble]:
    has_value = compare.get("value") not in (None, "", [])
    if not type_of(left, _text(compare, "left")):
        yield "compare_left", _no_field(compare.get("left"), left)
    if bool(compare.get("right")) == has_value:
        yield (
            "compare_right",
            _("Compare with an attribute of the right layer, or with a value."),
        )
    elif not has_value and not type_of(right, _text(compare, "right")):
        yield "compare_right", _no_field(compare.get("right"), right)
    elif relation == RELATION.OUTSIDE and not has_value:
        yield (
            "compare_right",
            _("What lies outside has nothing under it: compare with a value."),
        )


def _no_field(name: Any, layer: Layer) -> str:
    said = {"name": str(name or ""), "layer": layer.title}
    return _("“%(layer)s” has no attribute “%(name)s”.") % said


def _compared_how(compare: Entry, left: Layer, right: Layer) -> Iterator[Trouble]:
    for name in ("factor", "slack"):
        value = _number(compare.get(name, 0))
        if value is None or value < 0 or (name == "factor" and compare.get(name) == 0):
            yield name, _("A number above 0.")
    value, mapping = compare.get("value"), compare.get("mapping") or {}
    if not _is_plain(value):
        yield "value", _("A value is a text, a number, or a list of them.")
    if not isinstance(mapping, dict) or not all(
        isinstance(key, str) and isinstance(values, list) and values
        and all(isinstance(one, str) for one in values)
        for key, values in mapping.items()
    ):  # fmt: skip
        yield "mapping", _("The mapping names, for a left value, a list of right ones.")
        return
    if compare["op"] in ("equal", "differs"):
        if mapping and not compare.get("right"):
            yield "mapping", _("A mapping needs an attribute of the right layer.")
        yield from _codes(mapping, compare, left, right)
        return
    if mapping:
        yield "mapping", _("Numbers are compared as they are: leave the mapping empty.")
    yield from _numeric(compare, left, right)


def _numeric(compare: Entry, left: Layer, right: Layer) -> Iterator[Trouble]:
    value = compare.get("value")
    if value is not None and _number(value) is None:
        yield "value", _("At most and at least compare with a number.")
    for part, layer, name in (
        ("compare_left", left, compare.get("left")),
        ("compare_right", right, compare.get("right")),
    ):
        if name and type_of(layer, name) == "date":
            yield part, _("“%(name)s” is a day, no number.") % {"name": name}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_VALUES and all(
            isinstance(one, str | int | float) for one in value
        )
    return value is None or isinstance(value, str | int | float)


def _codes(
    mapping: dict[str, list[str]], compare: Entry, left: Layer, right: Layer
) -> Iterator[Trouble]:
    """Values that no code list knows would never be met: a slip of the pen."""
    for layer, name, values in (
        (left, compare.get("left"), set(mapping)),
        (right, compare.get("right"), {v for many in mapping.values() for v in many}),
    ):
        known = _code_list(layer, str(name))
        unknown = ", ".join(sorted(values - known)) if known else ""
        if unknown:
            yield (
                "mapping",
                _("The code list of “%(name)s” does not know: %(values)s.")
                % {"name": name, "values": unknown},
            )


def _code_list(layer: Layer, name: str) -> set[str]:
    for row in layer.schema:
        if row["name"] == name:
            return {str(code) for code in row.get("codes") or {}}
    return set()


def _only(only: Any, left: Layer, right: Layer) -> Iterator[Trouble]:
    if not isinstance(only, dict) or set(only) - {"left", "right"}:
        yield "only", _("“only” has a left and a right side.")
        return
    for side, layer in (("left", left), ("right", right)):
        chosen = only.get(side) or {}
        if not isinstance(chosen, dict) or len(chosen) > MOST_FIELDS:
            yield f"only_{side}", _("Name attributes, each with a list of values.")
            continue
        for name, values in chosen.items():
            if not type_of(layer, name):
                yield f"only_{side}", _no_field(name, layer)
            elif not isinstance(values, list) or not values or not _is_plain(values):
                yield f"only_{side}", _("Name attributes, each with a list of values.")
