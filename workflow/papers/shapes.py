"""What a template may name: the shape of the data, and data cut to that shape.

A shape is a dictionary of names; under each stands a text (what is there, in words), a
shape of its own, or a list of one shape (which may be repeated).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Shape = Mapping[str, Any]
MOST_ROWS = 500


def shaped(shape: Shape, data: Mapping[str, Any]) -> dict[str, Any]:
    """All that the shape names and nothing else, as plain values.

    What is missing is an empty text, an empty list, or a record of such.
    """
    return {name: _value(what, data.get(name)) for name, what in shape.items()}


def _value(what: Any, value: Any) -> Any:
    if isinstance(what, Mapping):
        return shaped(what, value if isinstance(value, Mapping) else {})
    if isinstance(what, list):
        rows = list(value or ())[:MOST_ROWS]
        return [_value(what[0], row) for row in rows]
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal | date):
        return value
    return str(value)


def told(shape: Shape, before: str = "") -> Iterator[tuple[str, Any]]:
    """Each name as a template writes it, and what stands there in words."""
    for name, what in shape.items():
        path = f"{before}{name}"
        if isinstance(what, Mapping):
            yield from told(what, f"{path}.")
        elif isinstance(what, list):
            inner = what[0]
            if isinstance(inner, Mapping):
                yield from told(inner, f"{path}[].")
            else:
                yield f"{path}[]", inner
        else:
            yield path, what
