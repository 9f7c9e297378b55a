"""What is wrong with the totals that a module takes from others."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from offices.models.module import Module
from offices.modules.conditions import fields_of
from offices.modules.definition import (
    DAY,
    MOMENT,
    NUMBER,
    WHOLE,
    Definition,
    Field,
    definitions_of,
)
from offices.modules.field_soundness import name_of

NUMERIC = ("number", "integer")


def check_totals(definition: Definition) -> Iterator[str]:
    """The other module is there, with the fields that are added up and asked for."""
    specs = definition.totals
    rows = Module.objects.published().filter(code__in=[one["module"] for one in specs])
    versions = {row.code: row.published_id for row in rows}
    others = definitions_of([pk for pk in versions.values() if pk])
    for spec in specs:
        told = {"title": spec["title"]["zh-hans"], "name": spec["module"]}
        other = others.get(versions.get(spec["module"]) or 0)
        if other is None:
            yield _("Total “%(title)s”: there is no module “%(name)s” in use.") % told
            continue
        yield from _own(definition, spec)
        yield from _others(other, spec)
        if not _is_tied(definition, other, str(spec.get("by", "record"))):
            yield (
                _("Total “%(title)s”: nothing ties entries of “%(name)s” to these.")
                % told
            )


def _is_tied(definition: Definition, other: Definition, by: str) -> bool:
    wanted = f"record:{definition.code}" if by == "record" else by
    refers = any(one.ref == wanted for one in other.every_field())
    if by == "record":
        return refers
    return refers and any(one.ref == by for one in definition.every_field())


def _own(definition: Definition, spec: Mapping[str, Any]) -> Iterator[str]:
    name = spec.get("left_of")
    if not name:
        return
    one = definition.fields.get(name)
    told = {"title": spec["title"]["zh-hans"], "field": name_of(one) if one else name}
    if one is None or not one.is_open or one.spec.get("type") not in NUMERIC:
        yield _("Total “%(title)s”: %(field)s is no internal number.") % told


def _is_of(one: Field, kinds: tuple[str, ...]) -> bool:
    """A number that is worked out is one, too."""
    is_number = NUMBER in kinds and one.spec.get("type") in NUMERIC
    return one.kind in kinds or is_number


def _others(other: Definition, spec: Mapping[str, Any]) -> Iterator[str]:
    asked = [(spec.get("sum"), (NUMBER, WHOLE)), (spec.get("of_year"), (DAY, MOMENT))]
    for name, kinds in asked:
        if not name:
            continue
        one = other.fields.get(name)
        told = {"title": spec["title"]["zh-hans"], "name": one.label if one else name}
        if one is None or not one.is_open or not _is_of(one, kinds):
            yield _("Total “%(title)s”: “%(name)s” cannot be used.") % told
    for name in fields_of(spec.get("when")):
        one = other.fields.get(name)
        if one is None or not one.is_open:
            told = {"title": spec["title"]["zh-hans"]}
            told["name"] = one.label if one else name
            yield _("Total “%(title)s”: “%(name)s” cannot be used.") % told
