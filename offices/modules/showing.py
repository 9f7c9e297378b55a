"""Values as people read them: in words, masked where they are personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from govmap.lib.sealed import HIDDEN, mask_name, mask_phone
from offices.modules import codes
from offices.modules.conditions import EMPTY
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    FILE,
    IDENTITY,
    MOMENT,
    PHONE,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    TEXT,
    TRUTH,
    Definition,
    Field,
)
from offices.modules.refs import Option, named


@dataclass(frozen=True)
class Shown:
    """A field of a record as a page shows it. ``is_masked``: there is more to see."""

    field: Field
    text: str = ""
    is_masked: bool = False
    options: tuple[Option, ...] = ()
    # uuids of photos and files
    keys: tuple[str, ...] = ()
    rows: tuple[tuple["Shown", ...], ...] = ()
    spot: tuple[float, float] | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.options or self.keys or self.rows or self.spot)


def plain_text(one: Field, value: Any) -> str:
    """The value in words, whole; references and files are none."""
    if value in EMPTY:
        return ""
    if one.kind == CHOICE:
        return one.label_of(value)
    if one.kind == CHOICES:
        return "、".join(one.label_of(code) for code in value)
    if one.kind == CODES:
        return codes.label_of(one.codes, str(value))
    if one.kind == TRUTH or isinstance(value, bool):
        return _("yes") if value else _("no")
    if one.kind == MOMENT:
        return str(value).replace("T", " ")
    if one.kind == PLACE:
        return f"{value[0]:.6f}, {value[1]:.6f}"
    if one.kind == ROWS:
        return "；".join(
            "，".join(
                f"{column.label} {plain_text(column, row[name])}"
                for name, column in one.columns.items()
                if row.get(name) not in EMPTY
            )
            for row in value
        )
    if isinstance(value, list):
        return str(len(value))
    text = str(value)
    return f"{text} {one.unit}" if one.unit else text


def masked(one: Field, value: Any) -> str:
    """What whoever may not open it sees: that there is something, or its shape."""
    if value in EMPTY:
        return ""
    if one.kind == PHONE:
        return mask_phone(str(value))
    if one.kind == IDENTITY:
        return f"{'*' * 14}{str(value)[-4:]}"
    is_name = one.kind == TEXT and one.label.endswith(("姓名", "人", "方"))
    return mask_name(str(value)) if is_name else HIDDEN


class Showing:
    """Records of one definition for one reader; references are fetched once."""

    def __init__(self, definition: Definition, reader: Any) -> None:
        self.definition, self.reader = definition, reader
        self.options: Mapping[tuple[str, str], Option] = {}

    def fetch(self, wanted: Any) -> None:
        """Fetch what these ``(kind, key)`` mean, of what the reader sees."""
        self.options = {**self.options, **named(set(wanted), self.reader)}

    def refs_in(self, one: Field, value: Any) -> list[tuple[str, str]]:
        if value in EMPTY:
            return []
        if one.kind == REF:
            return [(one.ref, str(value))]
        if one.kind == ROWS:
            return [
                pair
                for row in value
                for column in one.columns.values()
                for pair in self.refs_in(column, row.get(column.name))
            ]
        return []

    def show(self, one: Field, value: Any, *, is_open: bool) -> Shown:
        """``is_open``: whether the reader has the value itself before him."""
        if value in EMPTY:
            return Shown(one)
        if not is_open:
            return Shown(one, text=masked(one, value), is_masked=True)
        if one.kind == REF:
            found = self.options.get((one.ref, str(value)))
            if found is None:
                return Shown(one, text=_("not for you to see"), is_masked=False)
            return Shown(one, options=(found,))
        if one.kind in (PHOTO, FILE):
            return Shown(one, keys=tuple(map(str, value)))
        if one.kind == PLACE:
            return Shown(one, text=plain_text(one, value), spot=(value[0], value[1]))
        if one.kind == ROWS:
            rows = tuple(
                tuple(
                    self.show(column, row.get(name), is_open=True)
                    for name, column in one.columns.items()
                )
                for row in value
            )
            return Shown(one, rows=rows)
        return Shown(one, text=plain_text(one, value))
