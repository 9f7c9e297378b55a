"""A condition in the words in which one would say it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from offices.modules.definition import Definition
from offices.modules.indicators import Spec, summed_in
from offices.modules.showing import plain_text


def condition_words(condition: Mapping[str, Any], definition: Definition) -> str:
    """“等级” 为 高、中; of what cannot be said so, that it is a condition."""
    one = definition.fields.get(str(condition.get("field", "")))
    if one is None:
        return _("all entries") if _is_all(condition) else _("under a condition")
    if "filled" in condition:
        word = (
            _("“%(field)s” is filled")
            if condition["filled"]
            else _("“%(field)s” is empty")
        )
        return word % {"field": one.label}
    values = condition.get("in", [condition["is"]] if "is" in condition else [])
    if not values:
        return _("by the day in “%(field)s”") % {"field": one.label}
    words = "、".join(_word(one, value) for value in values)
    return _("“%(field)s” is %(values)s") % {"field": one.label, "values": words}


def _word(one: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    found = [choice.label for choice in one.choices if choice.code == value]
    return found[0] if found else plain_text(one, value) if one.codes else str(value)


def _is_all(condition: Mapping[str, Any]) -> bool:
    rows = condition.get("any", [])
    return not condition or [row.get("ended") for row in rows] == [True, False]


def figure_words(spec: Spec, definition: Definition) -> str:
    """What a figure counts or adds up."""
    told = [definition.fields[one].label for one in summed_in(spec)]
    if "mean" in spec:
        return _("mean of “%(field)s”") % {"field": told[0]}
    if "sums" in spec:
        names = {"part": told[0], "whole": told[1]}
        return _("sum of “%(part)s” in that of “%(whole)s”") % names
    return condition_words(spec["numerator"], definition)
