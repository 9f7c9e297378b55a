"""What is asked or counted only where another field says so."""

from typing import Any

from django.utils.translation import gettext as _

from offices.builder.said import BadStep, Said
from offices.builder.work import Data, Work
from offices.modules.conditions import fields_of
from offices.modules.definition import CODES, TRUTH, Field


def say_when(work: Work, name: str, said: Said) -> None:
    """Asked only where another field says so: where it holds something, or one of."""
    asked = said.text("when_field", 40)
    if asked is None:
        return
    spec = work.properties[name]
    spec.pop("x-when", None)
    other = work.definition.fields.get(asked)
    if not asked or other is None:
        return
    if asked == name:
        raise BadStep(when_field=_("A field cannot wait for itself."))
    if name in _waits_for(work, asked):
        raise BadStep(when_field=_("These fields would wait for one another."))
    values = said.many("when_values") or []
    spec["x-when"] = condition(other, values)


def _waits_for(work: Work, name: str) -> set[str]:
    """The fields for which a field waits, and those for which these wait."""
    found: set[str] = set()
    left = [name]
    while left:
        spec = work.properties.get(left.pop(), {})
        more = set(fields_of(spec.get("x-when"))) - found
        found |= more
        left += more
    return found


def condition(other: Field, values: list[str]) -> Data:
    """That a field holds one of these values, or anything where none is named."""
    if other.kind == TRUTH:
        wanted: list[Any] = [value == "true" for value in values]
    else:
        wanted = [one.code for one in other.choices if str(one.code) in values]
        if other.kind == CODES:
            wanted = values
    if not wanted:
        return {"field": other.name, "filled": True}
    if len(wanted) == 1:
        return {"field": other.name, "is": wanted[0]}
    return {"field": other.name, "in": wanted}
