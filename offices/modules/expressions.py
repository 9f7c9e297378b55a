"""Computed fields: a small language of sums, read by Python's own grammar.

``(standard - income / count(members)) * 12``. Only what is named here is let through;
nothing is ever handed to Python to be run. What is missing makes the result missing,
but ``sum`` and ``count`` of nothing are 0.
"""

import ast
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST, DEEPEST = 500, 24
DAY_MINUTES = 24 * 60
MOST = 1e15  # beyond this a number is a mistake
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
# How many arguments each function takes: least and most.
FUNCTIONS = {
    **{"min": (1, 9), "max": (1, 9), "round": (1, 2), "sum": (1, 1), "count": (1, 1)},
    **{"days": (2, 2), "minutes": (2, 2), "today": (0, 0), "when": (3, 3)},
}
# "if" is a word of Python's; the language has it all the same.
IF = "when"


class BadExpression(ValueError):
    """The text is no expression; the message says where and what to do."""


@lru_cache(maxsize=512)
def parse(text: str) -> ast.expr:
    """Raises BadExpression."""
    if len(text) > LONGEST:
        raise BadExpression(_("it is too long: at most 500 characters"))
    try:
        tree = ast.parse(_readable(text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadExpression(_("it cannot be read: check brackets and signs")) from error
    _check(tree, 0)
    return tree


def _readable(text: str) -> str:
    """With the language's own ``if(…)`` under the name that Python can read."""
    found = text.strip()
    for blank in ("if (", "if("):
        found = found.replace(blank, f"{IF}(")
    return found


def _check(node: ast.AST, depth: int) -> None:
    if depth > DEEPEST:
        raise BadExpression(_("it is nested too deep"))
    match node:
        case ast.Constant(value=bool()) | ast.Name() | ast.Attribute(value=ast.Name()):
            return
        case ast.Constant(value=int() | float() as number) if abs(number) < MOST:
            return
        case ast.Constant(value=str()):
            return
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            _check(inner, depth + 1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            _check(left, depth + 1)
            _check(right, depth + 1)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if (
            type(op) in COMPARE
        ):
            _check(left, depth + 1)
            _check(right, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            _check_call(name, args, depth)
        case _:
            raise BadExpression(
                _("only + - * / ( ), comparisons, numbers, fields and %(names)s")
                % {"names": ", ".join(sorted({*FUNCTIONS, "if"} - {IF}))}
            )


def _check_call(name: str, args: list[ast.expr], depth: int) -> None:
    if name not in FUNCTIONS:
        raise BadExpression(_("there is no function “%(name)s”") % {"name": name})
    least, most = FUNCTIONS[name]
    if not least <= len(args) <= most:
        shown = "if" if name == IF else name
        raise BadExpression(
            _("“%(name)s” takes another number of values") % {"name": shown}
        )
    for one in args:
        _check(one, depth + 1)


def names_in(text: str) -> set[str]:
    """The fields that it reads: ``field``, ``group.field``. Raises BadExpression."""
    found = set()
    functions = set()
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            functions.add(id(node.func))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{node.value.id}.{node.attr}")
            functions.add(id(node.value))
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Name) and id(node) not in functions:
            found.add(node.id)
    return found


def value_of(text: str, values: Mapping[str, Any]) -> Any:
    """What it comes to of these values; None where something is missing or absurd.

    Dates are ISO texts. Raises BadExpression where the text is none.
    """
    try:
        found = _value(parse(text), values)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if isinstance(found, date):
        return found.isoformat()
    if isinstance(found, float):
        if not math.isfinite(found) or abs(found) > MOST:
            return None
        found = round(found, 6)
        return int(found) if found.is_integer() else found
    return found


class _Missing(ValueError):
    """A value that is not there."""


def _value(node: ast.AST, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            if (found := values.get(name)) in (None, ""):
                raise _Missing
            return found
        case ast.Attribute(value=ast.Name(id=group), attr=name):
            rows = values.get(group) or []
            return [row.get(name) for row in rows if isinstance(row, dict)]
        case ast.UnaryOp(op=op, operand=inner):
            found = _number(_value(inner, values))
            return -found if isinstance(op, ast.USub) else found
        case ast.BinOp(left=left, op=op, right=right):
            pair = _number(_value(left, values)), _number(_value(right, values))
            return OPERATORS[type(op)](*pair)
        case ast.Compare(left=left, ops=[compare], comparators=[right]):
            return COMPARE[type(compare)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _call(name, args, values)
    raise BadExpression(ast.dump(node))


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def _call(name: str, args: list[ast.expr], values: Mapping[str, Any]) -> Any:
    if name == "today":
        return timezone.localdate().isoformat()
    if name in ("sum", "count"):
        rows = _rows(args[0], values)
        if name == "count":
            return len([row for row in rows if row not in (None, "")])
        return sum(_number(row) for row in rows if row not in (None, ""))
    if name == IF:
        return _value(args[1] if _value(args[0], values) else args[2], values)
    found = [_value(one, values) for one in args]
    if name == "days":
        return (_day(found[1]) - _day(found[0])).days
    if name == "minutes":
        return _minutes(str(found[0]), str(found[1]))
    if name == "round":
        digits = int(_number(found[1])) if len(found) > 1 else 0
        return round(_number(found[0]), max(0, min(6, digits)))
    return {"min": min, "max": max}[name](map(_number, found))


def _rows(node: ast.expr, values: Mapping[str, Any]) -> list[Any]:
    if isinstance(node, ast.Name):
        found = values.get(node.id)
        return found if isinstance(found, list) else []
    found = _value(node, values)
    return found if isinstance(found, list) else [found]


def _minutes(start: str, end: str) -> int:
    """From one to the other: of two times of day the second is within a day after the
    first, so that a night shift counts; of two moments what lies between them.
    """
    if "-" in start or "-" in end:
        span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
        return int(span.total_seconds() // 60)
    first, last = (_of_day(text) for text in (start, end))
    return (last - first) % DAY_MINUTES


def _of_day(text: str) -> int:
    """Minutes since midnight."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])
