"""What became of a record's fields: kept beside the events, sealed where personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offices.models.module import ModuleVersion
from offices.models.record import Record
from offices.models.record_trace import RecordChange
from offices.modules.definition import Definition
from offices.modules.keeping import opened, sealed_text
from offices.modules.showing import masked, plain_text


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """``{field: [before, after]}`` of what is otherwise."""
    names = sorted({*before, *after})
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }


def keep_change(
    record: Record,
    definition: Definition,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    version: ModuleVersion | None = None,
    was: Definition | None = None,
) -> list[str]:
    """Keep it under the number of the act that is being done; names of the fields.

    ``was``: the definition before, where the record is carried to another version.
    """
    changed = difference(before, after)
    fields = {**(was.fields if was else {}), **definition.fields}
    plain = {
        name: pair
        for name, pair in changed.items()
        if name in fields and fields[name].is_open
    }
    hidden = {name: pair for name, pair in changed.items() if name not in plain}
    if changed or version:
        RecordChange.objects.create(
            record=record,
            seq=record.events_count,
            data=plain,
            names=sorted(changed),
            sealed=sealed_text(hidden),
            version=version,
        )
    return sorted(changed)


@dataclass(frozen=True)
class Line:
    """One field of a change, as people read it."""

    label: str
    before: str
    after: str


def lines_of(
    change: RecordChange, definition: Definition, levels: set[str]
) -> list[Line]:
    """``levels``: those that the reader has open before him; others are masked."""
    found = []
    pairs = {**change.data}
    if change.sealed:
        pairs |= opened(change.sealed)
    for name in change.names:
        one = definition.fields.get(name)
        old, new = pairs.get(name, [None, None])
        if one is None:
            # Of an earlier version; what was internal then is shown as it was kept.
            found.append(Line(name, str(change.data.get(name, [""])[0] or ""), ""))
        elif one.level in levels:
            found.append(Line(one.label, plain_text(one, old), plain_text(one, new)))
        else:
            found.append(Line(one.label, masked(one, old), masked(one, new)))
    return found
