"""A module's figures, over what the reader sees, so that each count opens to its
records.
"""

from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    Func,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

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
        rows = base.annotate(value=number_in(name))
        found = rows.aggregate(total=Sum("value"), count=Count("value"))
        return figure(spec, found["total"] or 0, found["count"])
    rows = base.annotate(
        added=number_in(spec["sums"]["part"]), to=number_in(spec["sums"]["whole"])
    )
    there = rows.filter(added__isnull=False, to__isnull=False)
    found = there.aggregate(part=Sum(F("added")), whole=Sum(F("to")))
    return figure(spec, found["part"] or 0, found["whole"] or 0)


def number_in(name: str) -> Case:
    """The number that a field holds: the checker sees to it that it is one. An entry of
    an older version, in which it was something else, has none."""
    kind = Func(
        KeyTransform(name, "data"), function="jsonb_typeof", output_field=TextField()
    )
    number = Cast(KeyTextTransform(name, "data"), FloatField())
    return Case(When(Exact(kind, Value("number")), then=number), default=None)
