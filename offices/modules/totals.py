"""What an entry comes to in another module: leave taken, pieces given out, hours done.

``totals`` of a definition: ``{"code", "title", "module", "by", "sum", "when",
"of_year", "left_of", "unit"}``. Counted are the entries of ``module`` that refer to
this one (``by`` ``record``), or that are about the same person, household, dwelling or
organisation; ``sum`` adds up a number instead; ``when`` is a condition over them,
``of_year`` the day that must lie in this year; ``left_of`` a number of this entry, of
which the rest is told. A reader's totals hold what that reader sees of the other one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from govmap.lib.localized import localized
from offices.models.module import Module
from offices.models.record import Record, RecordLink
from offices.modules.asked import where
from offices.modules.conditions import fields_of
from offices.modules.definition import Definition, definition_of
from offices.modules.figures import number_in
from offices.modules.lists import ALL

RECORD = "record"
# What else two entries can be about alike, and the column that says so.
ALIKE = ("person", "household", "dwelling", "organization")
BY = (RECORD, *ALIKE)


@dataclass(frozen=True)
class Total:
    """One of them for one reader; ``left``: None where nothing is told of a rest."""

    code: str
    title: str
    value: float
    left: float | None
    unit: str
    url: str  # the list of what was counted

    @property
    def is_overdrawn(self) -> bool:
        return self.left is not None and self.left < 0


def totals_of(record: Record, reader: User) -> list[Total]:
    """A query each; nothing is asked where the module names none. What refers to a
    module or a field that is there no longer is left out.
    """
    specs = definition_of(record.version_id).totals
    if not specs:
        return []
    codes = {spec["module"] for spec in specs}
    rows = Module.objects.published().filter(code__in=codes)
    modules = {row.code: row for row in rows}
    found = [
        _total(record, spec, modules[spec["module"]], reader)
        for spec in specs
        if spec["module"] in modules
    ]
    return [one for one in found if one is not None]


def _total(
    record: Record, spec: Mapping[str, Any], module: Module, reader: User
) -> Total | None:
    assert module.published_id
    other = definition_of(module.published_id)
    by = str(spec.get("by", RECORD))
    key = record.uuid if by == RECORD else getattr(record, f"{by}_id")
    if key is None or not fits(spec, other):
        return None
    seen = Record.objects.of_module(module, reader)
    rows = _of_year(_tied(seen, record, by), spec).filter(
        where(spec.get("when") or {}, other)
    )
    value = _value(rows, spec)
    whole = record.data.get(spec.get("left_of", ""))
    is_number = isinstance(whole, int | float) and not isinstance(whole, bool)
    return Total(
        str(spec["code"]),
        localized(spec["title"]),
        value,
        _plain(whole - value) if is_number else None,
        str(spec.get("unit", "")),
        _address(record, module, by),
    )


def fits(spec: Mapping[str, Any], other: Definition) -> bool:
    """Whether the other module still has the fields that are asked for."""
    names = [spec[key] for key in ("sum", "of_year") if spec.get(key)]
    names += fields_of(spec.get("when"))
    fields = [other.fields.get(name) for name in names]
    return all(one is not None and one.is_open for one in fields)


def _tied(rows: QuerySet[Record], record: Record, by: str) -> QuerySet[Record]:
    if by in ALIKE:
        return rows.filter(**{by: getattr(record, f"{by}_id")})
    kind = f"{RECORD}:{record.module.code}"
    links = RecordLink.objects.filter(kind=kind, target=record.uuid)
    return rows.filter(pk__in=links.values("record"))


def _of_year(rows: QuerySet[Record], spec: Mapping[str, Any]) -> QuerySet[Record]:
    if not (name := spec.get("of_year")):
        return rows
    year = timezone.localdate().year
    # Days and moments are texts that sort as they follow one another.
    first, last = f"{year}-01-01", f"{year}-12-31T23:59"
    return rows.filter(**{f"data__{name}__gte": first, f"data__{name}__lte": last})


def _value(rows: QuerySet[Any], spec: Mapping[str, Any]) -> float:
    if not (name := spec.get("sum")):
        return int(rows.aggregate(count=Count("pk"))["count"])
    found = rows.annotate(added=number_in(name)).aggregate(total=Sum("added"))
    return _plain(found["total"] or 0)


def _plain(number: float) -> float:
    """4.0 is shown as 4."""
    return int(number) if number == int(number) else round(number, 2)


def _address(record: Record, module: Module, by: str) -> str:
    kind = f"{RECORD}:{record.module.code}" if by == RECORD else by
    key = record.uuid if by == RECORD else getattr(record, by).uuid
    asked = urlencode({"about": f"{kind}/{key}", "view": ALL})
    return f"{reverse('modules:list', args=[module.code])}?{asked}"
