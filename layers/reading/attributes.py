"""Attributes of a row, as the layer's schema wants them."""

import datetime
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layers.reading.trouble import Trouble

MAX_KEY = 80
# A shapefile keeps ten bytes of a field's name.
NAME_BYTES = 10
# A long code that a spreadsheet took for a number: its last digits are lost.
ROUNDED = re.compile(r"\d([.,]\d+)?[eE]\+\d+")
# Columns of a file of refused rows (`extracting`), which comes back corrected.
ROW, REASON = "行号", "原因"
OURS = {ROW, REASON}


class Refused(Exception):
    """One row cannot be taken: the reason's code and what fills its sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True)
class Attribute:
    """A field of the schema, where it was found in the file."""

    name: str
    column: str | None
    required: bool
    convert: Callable[[Any], Any]


def find(
    schema: Sequence[dict[str, Any]],
    columns: Sequence[str],
    *,
    key: str,
    mapping: Mapping[str, str],
    short: bool,
) -> tuple[list[Attribute], str]:
    """The schema's fields in a file's ``columns``, and the column of the ``key``.

    Without a schema every column is a field. ``mapping`` (field to column, "" for one
    that the file does not have) wins over names; ``short``: names may have been cut to
    ten bytes. Raises Trouble that names all missing fields at once.
    """

    def column(name: str) -> str | None:
        told = mapping.get(name)
        if told == "" or told in columns:
            return told or None
        # What was chosen for another file may be missing here.
        return column_of(name, columns, short=short)

    known = schema or [
        {"name": name} for name in columns if name not in OURS and name != "fid"
    ]
    found = [
        Attribute(
            entry["name"],
            column(entry["name"]),
            bool(entry.get("required")),
            CONVERTERS.get(entry.get("type", ""), as_text) if schema else as_found,
        )
        for entry in known
    ]
    missing = [item.name for item in found if item.required and item.column is None]
    key_column = column(key)
    if key_column is None and key not in missing:
        missing.insert(0, key)
    if missing:
        raise _missing(missing, columns)
    assert key_column is not None
    return found, key_column


def _missing(names: Sequence[str], columns: Sequence[str]) -> Trouble:
    return Trouble(
        "no_such_field",
        field=", ".join(names)[:300],
        fields=", ".join(columns)[:300],
        missing=list(names),
    )


def column_of(name: str, columns: Sequence[str], *, short: bool) -> str | None:
    """The column of that name, else by case, else by its first ten bytes."""
    if name in columns:
        return name
    folded = {column.casefold(): column for column in columns}
    names = [name.casefold()]
    if short:
        for encoding in ("utf-8", "gb18030"):
            names.append(
                name.encode(encoding)[:NAME_BYTES].decode(encoding, "ignore").casefold()
            )
    return next((folded[item] for item in names if item in folded), None)


def value_of(attribute: Attribute, value: Any) -> Any:
    """The value as the schema wants it, None of nothing. Raises Refused."""
    if isinstance(value, str):
        value = value.replace("\x00", "").strip() or None
    if value is None or value != value:  # a number that is none
        if attribute.required:
            raise Refused("missing_attribute", field=attribute.name)
        return None
    try:
        return attribute.convert(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Refused(
            "wrong_attribute", field=attribute.name, value=str(value)[:60]
        ) from error


def key_of(value: Any) -> str:
    """The row's key as text; a number without its ``.0``. Raises Refused."""
    text = "" if value is None else as_text(value).replace("\x00", "").strip()
    if not text:
        raise Refused("no_key")
    if len(text) > MAX_KEY:
        raise Refused("long_key", value=text[:MAX_KEY])
    if ROUNDED.fullmatch(text):
        raise Refused("rounded_key", value=text)
    return text


def as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bytes):
        raise ValueError("bytes")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def as_integer(value: Any) -> int:
    if isinstance(value, str):
        return int(value)
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(value)
    return int(value)


def as_number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def as_date(value: Any) -> str:
    """A day as YYYY-MM-DD, of a date or of 20240501, 2024/5/1, 2024-05-01."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = as_text(value)
    if match := re.fullmatch(
        r"(\d{4})(?:(\d\d)(\d\d)|[-/.年](\d{1,2})[-/.月](\d{1,2})日?)", text
    ):
        year, *rest = match.groups()
        month, day = [part for part in rest if part]
        return datetime.date(int(year), int(month), int(day)).isoformat()
    raise ValueError(value)


def as_found(value: Any) -> Any:
    """Of a layer without a schema: what JSON can hold."""
    if isinstance(value, bool | int | str):
        return value
    return as_number(value) if isinstance(value, float) else as_text(value)


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "string": as_text,
    "integer": as_integer,
    "number": as_number,
    "date": as_date,
}
