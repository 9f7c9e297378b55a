"""Small formulas over named measures: ``disposals_in_time / due``.

Numbers, names, + - * / and brackets; parsed into a tree of those alone, never run as
Python, and worked out in exact fractions.
"""

import ast
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction

from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput

LONGEST, DEEPEST = 200, 30  # characters, brackets within brackets
SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "−",
    ast.Mult: "×",
    ast.Div: "÷",
}


class BadFormula(BadInput):
    """The formula “%(formula)s” cannot be read: only names of measures, whole numbers,
    + - * / and brackets."""

    message = gettext_noop(
        "The formula “%(formula)s” cannot be read: it may hold only names of measures,"
        " whole numbers, + - * / and brackets."
    )


class UnknownMeasure(BadInput):
    """The formula names a measure that is not there."""

    message = gettext_noop(
        "The formula “%(formula)s” names “%(name)s”, which is not counted. Known are:"
        " %(known)s."
    )


class Formula:
    """A formula that was read. Raises BadFormula where it cannot be."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        try:
            tree = ast.parse(self.text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadFormula(formula=self.text[:LONGEST]) from error
        if len(self.text) > LONGEST:
            raise BadFormula(formula=self.text[:LONGEST])
        self._check(tree)
        self.tree = tree

    def _check(self, node: ast.expr, depth: int = 0) -> None:
        match node:
            case ast.Name():
                return
            case ast.Constant(value=value) if type(value) is int:
                return
            case ast.BinOp(left=left, op=op, right=right) if (
                type(op) in SIGNS and depth < DEEPEST
            ):
                self._check(left, depth + 1)
                self._check(right, depth + 1)
            case _:
                raise BadFormula(formula=self.text)

    @property
    def names(self) -> list[str]:
        """The measures that it names, each once, in order."""
        found = [node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)]
        return list(dict.fromkeys(found))

    def check_names(self, known: Collection[str]) -> None:
        """Raises UnknownMeasure."""
        for name in self.names:
            if name not in known:
                raise UnknownMeasure(
                    formula=self.text, name=name, known=", ".join(sorted(known))
                )

    def value(self, measures: Mapping[str, int]) -> Fraction | None:
        """None where it would divide by nothing."""
        try:
            return _value(self.tree, measures)
        except ZeroDivisionError:
            return None

    def shown(self, title: Callable[[str], str]) -> str:
        """In words, as one reads it beside a figure."""
        return _shown(self.tree, title)


def _value(node: ast.expr, measures: Mapping[str, int]) -> Fraction:
    match node:
        case ast.Name(id=name):
            return Fraction(measures.get(name, 0))
        case ast.Constant(value=int(value)):
            return Fraction(value)
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _value(left, measures), _value(right, measures)
            match op:
                case ast.Add():
                    return one + other
                case ast.Sub():
                    return one - other
                case ast.Mult():
                    return one * other
            return one / other
    raise AssertionError(node)


def _shown(node: ast.expr, title: Callable[[str], str], within: str = "") -> str:
    """``within``: the sign before whose operand this is, to know who needs brackets."""
    match node:
        case ast.Name(id=name):
            return title(name)
        case ast.Constant(value=value):
            return str(value)
        case ast.BinOp(left=left, op=op, right=right):
            sign = SIGNS[type(op)]
            first = _shown(left, title, "×" if sign in "×÷" else "+")
            text = f"{first} {sign} {_shown(right, title, sign)}"
            needs = within in ("−", "÷") or (within == "×" and sign in "+−")
            return f"({text})" if needs else text
    raise AssertionError(node)
