"""How a record holds its values: by sensitivity, sealed where they are personal.

`values_of` puts them together again; whoever calls it for a reader logs the reading.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models.signals import post_save
from django.dispatch import receiver

from govmap.lib.geo import SRID
from govmap.lib.sealed import Sealed, keyed_hash
from layers.finding.search import COURT, PUNCTUATION
from offices.models.record import Record, RecordKey, RecordLink
from offices.modules import refs
from offices.modules.conditions import EMPTY
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    LONG,
    REF,
    ROWS,
    S1,
    S2,
    S3,
    TEXT,
    Definition,
    Field,
    definition_of,
)
from offices.modules.reminders import set_dues
from offices.modules.showing import plain_text

# Where the values of a sensitivity lie sealed.
SEALED = {S2: "personal", S3: "sensitive"}
COLUMNS = ("data", "personal", "sensitive", "words", "place", "address")
WORDS_MOST = 1000  # signs that a record is found by
SEARCHED = {TEXT, LONG, CHOICE, CHOICES, CODES}


def sealed_text(values: Mapping[str, Any]) -> Sealed:
    """Of nothing nothing: whether there is something shows."""
    text = json.dumps(values, ensure_ascii=False) if values else ""
    return Sealed.of(text)


def opened(sealed: Sealed | str) -> dict[str, Any]:
    text = sealed.open() if isinstance(sealed, Sealed) else str(sealed or "")
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def values_of(record: Record, *levels: str) -> dict[str, Any]:
    """The values of these sensitivities; all of them where none is named."""
    wanted = levels or (S1, S2, S3)
    found = dict(record.data) if S1 in wanted else {}
    for level, column in SEALED.items():
        if level in wanted:
            found |= opened(getattr(record, column))
    return found


def not_shown(
    definition: Definition, names: Iterable[str], values: Mapping[str, Any]
) -> list[str]:
    """Of a step's fields those that are filled in already and lie sealed: a step shows
    nobody what it takes a purpose to open, and left empty they stay as they are."""
    return [
        name
        for name in names
        if not definition.fields[name].is_open and values.get(name) not in EMPTY
    ]


def put(record: Record, definition: Definition, values: Mapping[str, Any]) -> None:
    """Divide the values over the columns of the row, unsaved."""
    by_level: dict[str, dict[str, Any]] = {S1: {}, S2: {}, S3: {}}
    for name, value in values.items():
        if one := definition.fields.get(name):
            by_level[one.level][name] = value
    record.data = by_level[S1]
    for level, column in SEALED.items():
        setattr(record, column, sealed_text(by_level[level]))
    record.words = words_of(definition, by_level[S1])
    one = definition.place_field
    if one and one.is_open and (spot := values.get(one.name)):
        record.place = Point(spot[0], spot[1], srid=SRID)


def words_of(definition: Definition, values: Mapping[str, Any]) -> str:
    """What it is found by in part, as `search_form` of the database makes it."""
    texts = [
        plain_text(one, values[one.name])
        for one in definition.searched
        if one.is_open and one.kind in SEARCHED and one.name in values
    ]
    return "|".join(stored_form(text) for text in texts)[:WORDS_MOST]


def stored_form(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    return COURT.sub("号", PUNCTUATION.sub("", plain))


@receiver(post_save, sender=Record)
def keys_anew(
    sender: type[Record],
    instance: Record,
    update_fields: frozenset[str] | None = None,
    **said: Any,
) -> None:
    """Sealed with another key, its values are also found by another hash.

    Nothing but `govmap.lib.sealed.reseal` writes the sealed columns alone.
    """
    if update_fields and set(update_fields) <= set(SEALED.values()):
        definition = definition_of(instance.version_id)
        _set_keys(instance, definition, values_of(instance))


def index(record: Record, definition: Definition, values: Mapping[str, Any]) -> None:
    """The rows by which it is found and reminded of, as its values now are."""
    _set_keys(record, definition, values)
    _set_links(record, definition, values)
    set_dues(record, definition, values)


def _set_keys(
    record: Record, definition: Definition, values: Mapping[str, Any]
) -> None:
    wanted = {
        (one.name, keyed_hash(text))
        for one in definition.searched
        if not one.is_open
        for text in _texts(values.get(one.name))
    }
    there = {(row.field, row.hash): row for row in record.keys.all()}
    gone = [row.pk for key, row in there.items() if key not in wanted]
    if gone:
        RecordKey.objects.filter(pk__in=gone).delete()
    RecordKey.objects.bulk_create(
        [
            RecordKey(record=record, module=record.module, field=name, hash=hash_)
            for name, hash_ in sorted(wanted - set(there))
        ],
        ignore_conflicts=True,
    )


def _texts(value: Any) -> list[str]:
    """What of a value is searched exactly: itself, or each cell of its rows."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [] if value in EMPTY else [str(value)]


def links_in(
    definition: Definition, values: Mapping[str, Any]
) -> list[tuple[Field, str]]:
    """Each field that refers to something, with the key of what it refers to."""
    found: list[tuple[Field, str]] = []
    for one in definition.fields.values():
        value = values.get(one.name)
        if one.kind == REF and value:
            found.append((one, str(value)))
        if one.kind == ROWS:
            found += [
                (column, str(row[column.name]))
                for row in value or ()
                for column in one.columns.values()
                if column.kind == REF and row.get(column.name)
            ]
    return found


def _set_links(
    record: Record, definition: Definition, values: Mapping[str, Any]
) -> None:
    wanted = {
        (one.path, one.ref, key)
        for one, key in links_in(definition, values)
        if (target := refs.target_of(one.ref)) and target.key == "uuid"
    }
    there = {(row.field, row.kind, str(row.target)): row for row in record.links.all()}
    gone = [row.pk for key, row in there.items() if key not in wanted]
    if gone:
        RecordLink.objects.filter(pk__in=gone).delete()
    RecordLink.objects.bulk_create(
        [
            RecordLink(record=record, field=path, kind=kind, target=key)
            for path, kind, key in sorted(wanted - set(there))
        ],
        ignore_conflicts=True,
    )
