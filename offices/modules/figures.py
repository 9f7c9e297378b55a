"""A module's figures, over what the reader sees, so that each count opens to its
records.
"""

from typing import Any

from django.db.models import Count, F, FloatField, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from accounts.models import User
from offices.models.module import Module
from offices.models.record import Record
from offices.modules.asked import where
from offices.modules.definition import Definition, definition_of
from offices.modules.indicators import Figure, Spec, figure


def figures_of(module: Module, user: User) -> list[Figure]:
    """One or two queries each."""
    assert module.published_id
    definition = definition_of(module.published_id)
    seen = Record.objects.of_module(module, user)
    return [
        _figure(spec, seen.filter(where(spec["denominator"], definition)), definition)
        for spec in definition.indicators
    ]


def _figure(spec: Spec, base: QuerySet[Any], definition: Definition) -> Figure:
    if "numerator" in spec:
        part = base.filter(where(spec["numerator"], definition))
        return figure(spec, part.count(), base.count())
    if name := spec.get("mean"):
        rows = base.annotate(value=_number(name))
        found = rows.aggregate(total=Sum("value"), count=Count("value"))
        return figure(spec, found["total"] or 0, found["count"])
    rows = base.annotate(
        added=_number(spec["sums"]["part"]), to=_number(spec["sums"]["whole"])
    )
    there = rows.filter(added__isnull=False, to__isnull=False)
    found = there.aggregate(part=Sum(F("added")), whole=Sum(F("to")))
    return figure(spec, found["part"] or 0, found["whole"] or 0)


def _number(name: str) -> Cast:
    """The checker sees to it that the field holds numbers."""
    return Cast(KeyTextTransform(name, "data"), FloatField())
