"""Records as files: each module is a register of `workflow.exporting`.

What is personal (S2) is a personal column, with a right of its own; what is sensitive
(S3) is in no file. The module's own right ``export`` says of which records.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from govmap.lib.geojson import DIGITS
from offices.models.module import Module
from offices.models.record import Record
from offices.modules import refs
from offices.modules.definition import (
    FILE,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    S1,
    S3,
    Definition,
    Field,
    definition_of,
)
from offices.modules.keeping import values_of
from offices.modules.lists import Filters
from offices.modules.rights import EXPORT, ground_in
from offices.modules.showing import plain_text
from workflow import exporting
from workflow.exporting import Column, Register

NAME = re.compile(r"^module-(\d{1,9})$")
AT_ONCE = 500
LEFT_OUT = {PHOTO, FILE, PLACE}


def name_of(module: Module) -> str:
    return f"module-{module.pk}"


def register_of(module: Module) -> Register:
    """The register of one module, by its published version."""
    assert module.published_id
    definition = definition_of(module.published_id)
    return Register(
        name=name_of(module),
        title=str(module),
        columns=(*_own_columns(), *_columns(definition)),
        found=lambda user, query: _found(module, definition, user, query),
        rows=lambda rows, most: _rows(rows, most),
        words=lambda user, query: [
            chip["word"] for chip in Filters(QueryDict(query), definition).chips
        ],
        clean=lambda query: urlencode(Filters(QueryDict(query), definition).told),
        page=lambda query: f"{reverse('modules:list', args=[module.code])}?{query}",
        place=None if _has_personal(definition) else _point,
    )


def _has_personal(definition: Definition) -> bool:
    return any(level != S1 for level in definition.levels)


def _point(row: Any) -> str | None:
    return row.point if row.place else None


def _found(
    module: Module, definition: Definition, user: User, query: str
) -> QuerySet[Record]:
    rows = Record.objects.of_module(module, user, EXPORT)
    found: QuerySet[Record] = Filters(QueryDict(query), definition).apply(rows)
    return found.order_by("-pk")


def _rows(rows: QuerySet[Record], most: int) -> Iterator[Any]:
    """At most so many, read in portions; what is personal is opened row by row."""
    ids = list(rows.values_list("pk", flat=True)[:most])
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        read = Record.objects.filter(pk__in=some).select_related(
            "street", "community", "creator", "version"
        )
        read = read.defer("sensitive").annotate(
            point=AsGeoJSON("place", precision=DIGITS)
        )
        by_key: dict[int, Any] = {row.pk: row for row in read}
        for pk in some:
            row = by_key[pk]
            row.opened = values_of(row, "S1", "S2")
            yield row


def _own_columns() -> tuple[Column, ...]:
    return (
        Column("number", _("Number"), lambda row: row.number),
        Column("state", _("State"), lambda row: row.state.label),
        Column("street", _("Street"), lambda row: row.street),
        Column("community", _("Community"), lambda row: row.community or ""),
        Column("address", _("Address"), lambda row: row.address, usual=False),
        Column("created_at", _("Entered at"), lambda row: row.created_at),
        Column("ended_at", _("Ended at"), lambda row: row.ended_at, usual=False),
    )


def _columns(definition: Definition) -> tuple[Column, ...]:
    return tuple(
        Column(
            f"f_{one.name}",
            one.label,
            _reader(one),
            personal=one.level != S1,
            usual=one.kind != ROWS,
        )
        for one in definition.fields.values()
        if one.level != S3 and one.kind not in LEFT_OUT
    )


def _reader(one: Field) -> Callable[[Any], Any]:
    def read(row: Any) -> Any:
        value = row.opened.get(one.name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if one.kind == REF:
            return _ref(one, value)
        return plain_text(one, value)

    return read


def _ref(one: Field, value: Any) -> str:
    """Of what it refers to no more than its key: names are in the register's file."""
    target = refs.target_of(one.ref)
    return str(value or "") if target else ""


def find(name: str) -> Register | None:
    """The register of that name; None where it is none of ours."""
    found = NAME.match(name)
    module = Module.objects.published().filter(pk=found[1]).first() if found else None
    return register_of(module) if module else None


exporting.families(find)


def export_address(user: User, module: Module, filters: Filters) -> str:
    """Where a file of the list is asked for; "" for whoever may not."""
    if not ground_in(user, module, EXPORT):
        return ""
    if exporting.right_of(user, name_of(module)) is None:
        return ""
    query = urlencode({"register": name_of(module), **filters.values})
    return f"{reverse('workflow:export-new')}?{query}"
