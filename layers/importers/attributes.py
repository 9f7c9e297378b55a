"""Attributes of a row, as the layer's schema wants them."""

import datetime
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from layers.importers.trouble import Trouble

MAX_KEY = 80
# A shapefile keeps ten bytes of a field's name.
NAME_BYTES = 10


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
    schema: Sequence[dict[str, Any]], columns: Sequence[str], *, short: bool
) -> list[Attribute]:
    """The schema's fields in a file's ``columns``; all columns where none is given.

    ``short``: names may have been cut to ten bytes. Raises Trouble for a required
    field that is not there.
    """
    if not schema:
        return [Attribute(name, name, False, as_found) for name in columns]
    found = []
    for entry in schema:
        column = column_of(entry["name"], columns, short=short)
        required = bool(entry.get("required"))
        if column is None and required:
            missing(entry["name"], columns)
        convert = CONVERTERS.get(entry.get("type", ""), as_text)
        found.append(Attribute(entry["name"], column, required, convert))
    return found


def missing(name: str, columns: Sequence[str]) -> NoReturn:
    raise Trouble("no_such_field", field=name, fields=", ".join(columns)[:300])


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


def properties(attributes: Sequence[Attribute], row: dict[str, Any]) -> dict[str, Any]:
    """The row's values by the schema's names, empty ones left out. Raises Refused."""
    values = {}
    for attribute in attributes:
        value = row.get(attribute.column) if attribute.column else None
        if isinstance(value, str):
            value = value.replace("\x00", "").strip() or None
        if value is None:
            if attribute.required:
                raise Refused("missing_attribute", field=attribute.name)
            continue
        try:
            values[attribute.name] = attribute.convert(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise Refused(
                "wrong_attribute", field=attribute.name, value=str(value)[:60]
            ) from error
    return values


def key_of(value: Any) -> str:
    """The row's key as text; a number without its ``.0``. Raises Refused."""
    text = "" if value is None else as_text(value).replace("\x00", "").strip()
    if not text:
        raise Refused("no_key")
    if len(text) > MAX_KEY:
        raise Refused("long_key", value=text[:MAX_KEY])
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
