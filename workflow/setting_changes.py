"""Changes of a site's settings in words: which row, which column, what it says."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from govmap.lib.history import Change
from govmap.lib.localized import localized
from workflow.rules import tables
from workflow.setting_words import MACHINES, SETTINGS

LONGEST = 200  # characters of a value that are shown
Rows = dict[type[models.Model], dict[str, models.Model]]


@dataclass(frozen=True)
class ToldChange:
    at: datetime
    deed: str  # insert, update or delete
    by: User | None
    table: str
    row: str
    what: list[tuple[str, str, str]]  # column, before, after


def told(changes: Iterable[Change]) -> list[ToldChange]:
    """In the reader's language. One query for each table that the changes name."""
    changes = list(changes)
    rows = _rows(changes)
    return [_told(change, rows) for change in changes]


def _told(change: Change, rows: Rows) -> ToldChange:
    model = apps.get_model(change.model)
    row = rows[model].get(change.row_id)
    columns = (
        (field, pair)
        for field, pair in _columns(model, change)
        if field.name not in MACHINES
    )
    return ToldChange(
        at=change.at,
        deed=change.deed,
        by=change.by,
        table=str(tables().get(model._meta.label_lower, model._meta.verbose_name)),
        row=str(row) if row else change.row_id,
        what=[
            (
                str(SETTINGS.get(field.name, field.verbose_name)),
                _value(field, before, rows),
                _value(field, after, rows),
            )
            for field, (before, after) in columns
        ],
    )


def _columns(model: Any, change: Change) -> Iterable[tuple[Any, tuple[Any, Any]]]:
    named = {field.attname: field for field in model._meta.concrete_fields}
    # A column that is no more is not told: nobody knows what it meant.
    return ((named[name], pair) for name, pair in change.what.items() if name in named)


def _rows(changes: list[Change]) -> Rows:
    wanted: dict[Any, set[str]] = defaultdict(set)
    for change in changes:
        model = apps.get_model(change.model)
        wanted[model].add(change.row_id)
        for field, pair in _columns(model, change):
            if field.is_relation:
                wanted[field.related_model] |= {str(key) for key in pair if key}
    return {model: _read(model, keys) for model, keys in wanted.items()}


def _read(model: Any, keys: set[str]) -> dict[str, models.Model]:
    # With what they point at: a row may be called by it.
    points = [field.name for field in model._meta.concrete_fields if field.is_relation]
    found = model._base_manager.select_related(*points).in_bulk(list(keys))
    return {str(key): row for key, row in found.items()}


def _value(field: Any, value: Any, rows: Rows) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if field.is_relation:
        return str(rows[field.related_model].get(str(value), value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name == "titles" and isinstance(value, dict):
        return localized(value)
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    text = str(dict(field.flatchoices).get(value, value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
