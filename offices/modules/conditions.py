"""Conditions over the values of a record: when a field is asked, what a figure counts.

``{"field": name, "is": value}``, ``"in": [values]``, ``"filled": true``, ``"before"``
and ``"after"`` (days; ``today`` is today), ``{"all": […]}``, ``{"any": […]}``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

TODAY = "today"
TESTS = ("is", "in", "filled", "before", "after")
# What figures may ask of a record besides its fields.
STANDS = ("phase", "ended", "late", "overdue")
EMPTY: tuple[Any, ...] = (None, "", [], {})


def holds(condition: Mapping[str, Any] | None, values: Mapping[str, Any]) -> bool:
    """Whether it is so of these values. What `STANDS` names is read from ``values``
    under ``:phase`` and so on; nothing at all holds always.
    """
    if not condition:
        return True
    if "all" in condition:
        return all(holds(one, values) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, values) for one in condition["any"])
    for name in STANDS:
        if name in condition:
            return bool(values.get(f":{name}") == condition[name])
    return _test(condition, values.get(condition["field"]))


def _test(condition: Mapping[str, Any], value: Any) -> bool:
    if "filled" in condition:
        return (value not in EMPTY) is bool(condition["filled"])
    if "in" in condition:
        wanted = condition["in"]
        if isinstance(value, list):
            return any(one in wanted for one in value)
        return value in wanted
    if "before" in condition:
        return value not in EMPTY and str(value) < _day(condition["before"])
    if "after" in condition:
        return value not in EMPTY and str(value) > _day(condition["after"])
    wanted = condition.get("is")
    return wanted in value if isinstance(value, list) else value == wanted


def _day(text: Any) -> str:
    return timezone.localdate().isoformat() if text == TODAY else str(text)


def fields_of(condition: Mapping[str, Any] | None) -> Iterator[str]:
    """The fields that it asks for."""
    if not condition:
        return
    for name in ("all", "any"):
        for one in condition.get(name, ()):
            yield from fields_of(one)
    if "field" in condition:
        yield str(condition["field"])
