"""The form of a record, made from its definition: for desk and phone, with or without
scripts.

It only turns what a browser sends into raw values and draws them again; whether they
are good is said by `offices.modules.values`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from offices.models.record_trace import RecordFile
from offices.modules import codes, refs
from offices.modules.conditions import EMPTY
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    FILE,
    MOMENT,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    TRUTH,
    Definition,
    Field,
)
from offices.modules.showing import plain_text
from offices.modules.values import compute

PREFIX = "f-"  # before the names of fields: a module may call one "uuid"
ROW = re.compile(r"-(\d{1,3})-([a-z][a-z0-9_]*)$")
SPARE = 1  # empty rows of a group that has none
FEW = 6  # choices that are all shown at once

INPUTS = {
    **{"whole": "number", "number": "number", "day": "date", "email": "email"},
    **{"moment": "datetime-local", "time": "time", "phone": "tel"},
}


@dataclass
class FormField:
    """One field as the form draws it."""

    field: Field
    name: str  # in the HTML
    value: Any = None
    errors: list[str] = made(default_factory=list)
    options: list[refs.Option] = made(default_factory=list)
    chosen: refs.Option | None = None
    find: str = ""
    rows: list[list["FormField"]] = made(default_factory=list)
    blank: list["FormField"] = made(default_factory=list)
    files: list[RecordFile] = made(default_factory=list)

    @property
    def id(self) -> str:
        return f"id-{self.name}"

    @property
    def kind(self) -> str:
        return self.field.kind

    @property
    def input_type(self) -> str:
        return INPUTS.get(self.kind, "text")

    @property
    def step(self) -> str:
        return "1" if self.kind == "whole" else "any"

    @property
    def when(self) -> str:
        return (
            json.dumps(self.field.when, ensure_ascii=False) if self.field.when else ""
        )

    @property
    def text(self) -> str:
        """The value as the input holds it."""
        if self.value in EMPTY:
            return ""
        if self.kind == PLACE and isinstance(self.value, list):
            return ",".join(map(str, self.value))
        return str(self.value)

    @property
    def said(self) -> str:
        """What a computed field comes to."""
        return plain_text(self.field, self.value) if self.kind == COMPUTED else ""

    @cached_property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Value, label, whether it is chosen."""
        if self.kind == CODES:
            pairs = codes.find(self.field.codes) or []
        elif self.kind == TRUTH:
            pairs = [("true", _("yes")), ("false", _("no"))]
        else:
            pairs = [(str(one.code), one.label) for one in self.field.choices]
        chosen = self.value if isinstance(self.value, list) else [self.value]
        texts = {
            str(one).lower() if isinstance(one, bool) else str(one) for one in chosen
        }
        return [(code, label, code in texts) for code, label in pairs]

    @property
    def shows_all(self) -> bool:
        """Whether its choices stand open, as chips; else in a list."""
        return self.kind in (TRUTH, CHOICES) or (
            self.kind == CHOICE and len(self.choices) <= FEW
        )

    @property
    def keys(self) -> list[str]:
        return list(map(str, self.value)) if isinstance(self.value, list) else []


@dataclass
class FormGroup:
    title: str
    fields: list[FormField]
    when: str = ""


class RecordForm:
    """``values``: what is there; ``raw``: what was sent; ``names``: only these fields.

    ``errors`` by field, "" for the whole form.
    """

    def __init__(
        self,
        definition: Definition,
        user: User,
        *,
        values: Mapping[str, Any] | None = None,
        raw: Mapping[str, Any] | None = None,
        errors: Mapping[str, list[str]] | None = None,
        names: list[str] | None = None,
        finds: Mapping[str, str] | None = None,
    ) -> None:
        self.definition, self.user = definition, user
        self.values = dict(raw if raw is not None else values or {})
        if raw is not None:
            kept = {**(values or {}), **self.values}
            compute(definition, kept)
            self.values |= {one.name: kept.get(one.name) for one in definition.computed}
        self.errors = dict(errors or {})
        self.names = names
        self.finds = dict(finds or {})

    @cached_property
    def groups(self) -> list[FormGroup]:
        options = refs.named(self._refs(), self.user)
        found = []
        for group in self.definition.groups:
            fields = [
                self._field(one, options)
                for one in group.fields
                if self.names is None or one.name in self.names
            ]
            if fields:
                when = json.dumps(group.when, ensure_ascii=False) if group.when else ""
                found.append(FormGroup(group.title, fields, when))
        return found

    @property
    def other_errors(self) -> list[str]:
        """Sentences that belong to no field of the form."""
        shown = {one.field.name for group in self.groups for one in group.fields}
        return [
            sentence
            for name, said in self.errors.items()
            if name not in shown
            for sentence in said
        ]

    def _refs(self) -> list[tuple[str, str]]:
        found = []
        for one in self.definition.fields.values():
            value = self.values.get(one.name)
            if one.kind == REF and value:
                found.append((one.ref, str(value)))
            if one.kind == ROWS and isinstance(value, list):
                found += [
                    (column.ref, str(row[column.name]))
                    for row in value
                    for column in one.columns.values()
                    if column.kind == REF and row.get(column.name)
                ]
        return found

    def _field(
        self, one: Field, options: Mapping[tuple[str, str], refs.Option]
    ) -> FormField:
        name, value = f"{PREFIX}{one.name}", self.values.get(one.name)
        drawn = FormField(one, name, value, self.errors.get(one.name, []))
        if one.kind == REF:
            drawn.chosen = options.get((one.ref, str(value)))
            drawn.find = self.finds.get(name, "")
            if drawn.find and not drawn.chosen:
                drawn.options = refs.search(one.ref, drawn.find, self.user)
        if one.kind == ROWS:
            rows = value if isinstance(value, list) and value else [{}] * SPARE
            drawn.rows = [
                self._row(one, number, row, options) for number, row in enumerate(rows)
            ]
            drawn.blank = self._row(one, "__", {}, options)
        if one.kind == FILE and drawn.keys:
            drawn.files = list(RecordFile.objects.filter(uuid__in=drawn.keys))
        return drawn

    def _row(
        self,
        one: Field,
        number: object,
        row: Mapping[str, Any],
        options: Mapping[tuple[str, str], refs.Option],
    ) -> list[FormField]:
        found = []
        for column in one.columns.values():
            value = row.get(column.name)
            name = f"{PREFIX}{one.name}-{number}-{column.name}"
            cell = FormField(column, name, value)
            if column.kind == REF:
                cell.chosen = options.get((column.ref, str(value)))
                cell.find = self.finds.get(name, "")
                if cell.find and not cell.chosen:
                    cell.options = refs.search(column.ref, cell.find, self.user)
            found.append(cell)
        return found


@dataclass
class Sent:
    """What a browser sent of a form: raw values, and what was searched for."""

    raw: dict[str, Any]
    finds: dict[str, str]
    errors: dict[str, list[str]] = made(default_factory=dict)


def read(
    definition: Definition, data: QueryDict, user: User, names: list[str] | None = None
) -> Sent:
    """The raw values of a sent form."""
    sent = Sent({}, {})
    places = data.getlist("place")
    for one in definition.fields.values():
        if one.kind == COMPUTED or (names is not None and one.name not in names):
            continue
        name = f"{PREFIX}{one.name}"
        if one.kind == ROWS:
            value: Any = _rows(one, name, data, user, sent)
        elif one.kind in (CHOICES, PHOTO, FILE):
            value = [text for text in data.getlist(name) if text]
        elif one.kind == REF:
            value = _ref(one, name, data, user, sent)
        elif one.kind == PLACE and places:
            value = data.get(name) or places.pop(0)
        elif one.kind == MOMENT:
            value = data.get(name, "")[:16]
        else:
            value = data.get(name, "")
        if value not in EMPTY:
            sent.raw[one.name] = value
    return sent


def _ref(one: Field, name: str, data: QueryDict, user: User, sent: Sent) -> str:
    """What was chosen; without scripts, the one thing that a text means."""
    text = data.get(f"{name}-find", "").strip()[:60]
    if (chosen := data.get(name, "").strip()) or not text:
        return chosen
    sent.finds[name] = text
    found = refs.search(one.ref, text, user)
    if len(found) == 1:
        return found[0].uuid
    told = _("Several are meant: choose one.") if found else _("Nothing is found.")
    sent.errors.setdefault(one.within or one.name, []).append(told)
    return ""


def _rows(
    one: Field, name: str, data: QueryDict, user: User, sent: Sent
) -> list[dict[str, Any]]:
    numbers = {
        int(match[1])
        for key in data
        if key.startswith(f"{name}-") and (match := ROW.search(key[len(name) :]))
    }
    rows = []
    for number in sorted(numbers)[: one.most + SPARE]:
        row: dict[str, Any] = {}
        for column in one.columns.values():
            cell = f"{name}-{number}-{column.name}"
            if column.kind == CHOICES:
                row[column.name] = [text for text in data.getlist(cell) if text]
            elif column.kind == REF:
                row[column.name] = _ref(column, cell, data, user, sent)
            else:
                row[column.name] = data.get(cell, "")
        row = {key: value for key, value in row.items() if value not in EMPTY}
        if row:
            rows.append(row)
    return rows


WORDS = {
    "locating": gettext_lazy("Finding the place…"),
    "unnamed": gettext_lazy("The place is kept."),
    "no_map": gettext_lazy("The map cannot be shown now. Type the address."),
    "kept": gettext_lazy("Draft kept at %(time)s."),
    "not_kept": gettext_lazy("The draft could not be kept: the network is away."),
    "nothing": gettext_lazy("Nothing is found. Try the number, name or address."),
    "sending": gettext_lazy("Sending…"),
}


def words() -> dict[str, str]:
    """What the script of the form says."""
    found = {name: str(text) for name, text in WORDS.items()}
    denied = _("The device does not tell its place. Tap it on the map instead.")
    return found | dict.fromkeys(("denied", "insecure", "not_found"), denied)
