"""Where two entries of a register become one, records refer to the one that stays."""

from typing import Any

from django.db.models import Q

from govmap.lib.sealed import Sealed
from offices.models import Record, RecordLink
from offices.modules.entry_uses import COLUMNS
from offices.modules.keeping import opened, sealed_text
from offices.registers.merging import follows

VALUES = ("data", "personal", "sensitive")
AT_ONCE = 500


@follows
def records_follow(register: str, stays: Any, goes: Any) -> None:
    """Columns, links and the values themselves, sealed ones too."""
    links = RecordLink.objects.filter(kind=register, target=goes.uuid)
    about = Q(pk__in=links.values("record"))
    if register in COLUMNS:
        about |= Q(**{register: goes.pk})
    rows = Record.objects.filter(about).select_for_update(of=("self",)).order_by("pk")
    changed = []
    for row in rows:
        if register in COLUMNS and getattr(row, f"{register}_id") == goes.pk:
            setattr(row, register, stays)
        _values(row, str(goes.uuid), str(stays.uuid))
        changed.append(row)
    fields = [*VALUES, *({register} & COLUMNS)]
    Record.objects.bulk_update(changed, fields, batch_size=AT_ONCE)
    _links(links, stays)


def _values(row: Record, old: str, new: str) -> None:
    row.data = moved(row.data, old, new)
    for column in VALUES[1:]:
        sealed: Sealed = getattr(row, column)
        if sealed:
            setattr(row, column, sealed_text(moved(opened(sealed), old, new)))


def moved(values: Any, old: str, new: str) -> Any:
    """The same values with one reference exchanged for another, however deep."""
    if isinstance(values, dict):
        return {name: moved(value, old, new) for name, value in values.items()}
    if isinstance(values, list):
        return [moved(value, old, new) for value in values]
    return new if values == old else values


def _links(links: Any, stays: Any) -> None:
    """A record that referred to both refers to one, once a field."""
    there = set(
        RecordLink.objects.filter(target=stays.uuid).values_list("record", "field")
    )
    for link in links:
        if (link.record_id, link.field) in there:
            link.delete()
        else:
            link.target = stays.uuid
            link.save(update_fields=["target"])
