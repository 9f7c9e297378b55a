"""CQL2 text (OGC 21-065r2, annex B) as a tree. Knows no table.

Read: comparisons, ``AND OR NOT``, ``LIKE BETWEEN IN IS NULL``, ``CASEI``, dates and
moments, and the spatial predicates with well-known text, ``BBOX`` included. Not read:
arithmetic, arrays and the temporal predicates, which say so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NoReturn

LONGEST = 4000  # signs
DEEPEST = 24  # brackets within each other
MOST_IN = 500  # values of one IN
TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[^\W\d][\w.:-]*)
  | (?P<sign><=|>=|<>|[<>=(),*/+-])
    )""",
    re.VERBOSE,
)
COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
SPATIAL = {
    *("s_intersects", "s_within", "s_contains", "s_disjoint", "s_equals"),
    *("s_touches", "s_crosses", "s_overlaps"),
}
TURNED_SPATIAL = {"s_within": "s_contains", "s_contains": "s_within"}
SHAPES = {
    *("point", "linestring", "polygon", "multipoint", "multilinestring"),
    *("multipolygon", "geometrycollection"),
}
WORDS = {"and", "or", "not", "like", "between", "in", "is", "null", "true", "false"}


class BadFilter(ValueError):
    """The text is no filter that is read here; says where and why, in English."""


@dataclass(frozen=True)
class Name:
    name: str
    lower: bool = False  # CASEI


@dataclass(frozen=True)
class Text:
    text: str
    lower: bool = False


@dataclass(frozen=True)
class Shape:
    wkt: str = ""
    box: tuple[float, ...] = ()


Value = Text | float | bool | date | datetime


@dataclass(frozen=True)
class Compare:
    name: Name
    sign: str
    value: Value


@dataclass(frozen=True)
class Between:
    name: Name
    low: Value
    high: Value


@dataclass(frozen=True)
class Among:
    name: Name
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Like:
    name: Name
    pattern: Text


@dataclass(frozen=True)
class IsNull:
    name: Name


@dataclass(frozen=True)
class Spatial:
    """``geometry`` stands first: what is written the other way round is turned."""

    predicate: str
    geometry: str
    shape: Shape


@dataclass(frozen=True)
class Always:
    holds: bool


@dataclass(frozen=True)
class Not:
    what: "Tree"


@dataclass(frozen=True)
class Join:
    sign: str  # and, or
    parts: tuple["Tree", ...]


Tree = Compare | Between | Among | Like | IsNull | Spatial | Always | Not | Join


def parse(text: str) -> Tree:
    """Raises BadFilter."""
    if len(text) > LONGEST:
        raise BadFilter(f"A filter has at most {LONGEST} signs.")
    reader = _Reader(_tokens(text))
    tree = reader.either()
    if not reader.is_at_end():
        reader.fail("the end")
    return tree


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise BadFilter(f"At sign {at + 1}: “{text[at : at + 12]}” is not read.")
        found.append(_Token(match.lastgroup, match[match.lastgroup], at))
        at = match.end()
    return found


@dataclass
class _Reader:
    tokens: Sequence[_Token]
    at: int = 0
    depth: int = field(default=0)

    def is_at_end(self) -> bool:
        return self.at >= len(self.tokens)

    def fail(self, wanted: str) -> NoReturn:
        if self.is_at_end():
            raise BadFilter(f"The filter ends where {wanted} should stand.")
        token = self.tokens[self.at]
        said = f"“{token.text[:20]}” stands where {wanted} should."
        raise BadFilter(f"At sign {token.at + 1}: {said}")

    def peek(self, more: int = 0) -> str:
        """The word or sign that comes, in small letters; nothing for a value."""
        place = self.at + more
        token = self.tokens[place] if place < len(self.tokens) else None
        is_word = token is not None and token.kind in {"name", "sign"}
        return token.text.lower() if token and is_word else ""

    def take(self, *words: str) -> bool:
        """Passes these over, if they come."""
        if all(self.peek(number) == word for number, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def need(self, word: str) -> None:
        if not self.take(word):
            self.fail(f"“{word.upper()}”")

    # Conditions, the loosest binding first.

    def either(self) -> Tree:
        return self._joined("or", self._both)

    def _both(self) -> Tree:
        return self._joined("and", self._factor)

    def _joined(self, sign: str, read: "object") -> Tree:
        assert callable(read)
        parts = [read()]
        while self.take(sign):
            parts.append(read())
        return parts[0] if len(parts) == 1 else Join(sign, tuple(parts))

    def _factor(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadFilter(f"Brackets lie at most {DEEPEST} deep.")
        try:
            if self.take("not"):
                return Not(self._factor())
            if self.take("("):
                tree = self.either()
                self.need(")")
                return tree
            return self._predicate()
        finally:
            self.depth -= 1

    def _predicate(self) -> Tree:
        word = self.peek()
        if word in SPATIAL and self.peek(1) == "(":
            return self._spatial()
        if word.startswith(("t_", "a_")) and self.peek(1) == "(":
            raise BadFilter(f"{word.upper()} is not read here.")
        if word in {"true", "false"} and self.peek(1) not in COMPARISONS:
            self.at += 1
            return Always(word == "true")
        left = self._operand()
        if isinstance(left, Name):
            return self._of_name(left)
        sign = self.peek()
        if sign not in COMPARISONS:
            self.fail("a comparison")
        self.at += 1
        right = self._operand()
        if not isinstance(right, Name):
            raise BadFilter("Compare a property with a value.")
        return Compare(right, TURNED.get(sign, sign), left)

    def _of_name(self, name: Name) -> Tree:
        sign = self.peek()
        if sign in COMPARISONS:
            self.at += 1
            return Compare(name, sign, self._value())
        if self.take("is"):
            negated = self.take("not")
            self.need("null")
            return _unless(negated, IsNull(name))
        negated = self.take("not")
        if self.take("like"):
            pattern = self._value()
            if not isinstance(pattern, Text):
                raise BadFilter("LIKE takes a text as its pattern.")
            return _unless(negated, Like(name, pattern))
        if self.take("between"):
            low = self._value()
            self.need("and")
            return _unless(negated, Between(name, low, self._value()))
        if self.take("in"):
            return _unless(negated, Among(name, self._values()))
        self.fail("a comparison")

    def _values(self) -> tuple[Value, ...]:
        self.need("(")
        values = [self._value()]
        while self.take(","):
            values.append(self._value())
        self.need(")")
        if len(values) > MOST_IN:
            raise BadFilter(f"IN takes at most {MOST_IN} values.")
        return tuple(values)

    # Names and values.

    def _value(self) -> Value:
        found = self._operand()
        if isinstance(found, Name):
            raise BadFilter("Compare a property with a value, not with another.")
        return found

    def _operand(self) -> Name | Value:
        word = self.peek()
        if word in {"casei", "date", "timestamp"} and self.peek(1) == "(":
            self.at += 2
            inner = self._operand()
            self.need(")")
            return _lowered(inner) if word == "casei" else _moment(word, inner)
        if word in {"true", "false"}:
            self.at += 1
            return word == "true"
        if self.is_at_end():
            self.fail("a property or a value")
        token = self.tokens[self.at]
        if token.kind == "sign" or (token.kind == "name" and word in WORDS):
            self.fail("a property or a value")
        self.at += 1
        if token.kind == "text":
            return Text(token.text[1:-1].replace("''", "'"))
        if token.kind == "number":
            return float(token.text)
        if token.kind == "quoted":
            return Name(token.text[1:-1].replace('""', '"'))
        return Name(token.text)

    # Shapes.

    def _spatial(self) -> Spatial:
        predicate = self.peek()
        self.at += 2
        first = self._place()
        self.need(",")
        second = self._place()
        self.need(")")
        if isinstance(first, Name) and isinstance(second, Shape):
            return Spatial(predicate, first.name, second)
        if isinstance(first, Shape) and isinstance(second, Name):
            turned = TURNED_SPATIAL.get(predicate, predicate)
            return Spatial(turned, second.name, first)
        raise BadFilter(f"{predicate.upper()} takes the geometry and a shape.")

    def _place(self) -> Name | Shape:
        word = self.peek()
        if word == "bbox" and self.peek(1) == "(":
            self.at += 1
            numbers = self._values()
            if len(numbers) != 4 or not all(type(one) is float for one in numbers):
                raise BadFilter("BBOX takes four numbers.")
            return Shape(box=tuple(float(one) for one in numbers))  # type: ignore[arg-type]
        if word in SHAPES:
            return Shape(self._wkt())
        found = self._operand()
        if not isinstance(found, Name):
            raise BadFilter("A geometry or a shape should stand here.")
        return found

    def _wkt(self) -> str:
        """The text of a shape, to the bracket that closes it."""
        parts = [self.tokens[self.at].text]
        self.at += 1
        depth = 0
        while not self.is_at_end():
            token = self.tokens[self.at]
            if token.kind not in {"number", "sign", "name"}:
                self.fail("a number or a bracket")
            parts.append(token.text)
            self.at += 1
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0 and token.text == ")":
                return " ".join(parts)
        self.fail("a bracket that closes")


def _unless(negated: bool, tree: Tree) -> Tree:
    return Not(tree) if negated else tree


def _lowered(value: Name | Value) -> Name | Value:
    if isinstance(value, Name):
        return Name(value.name, lower=True)
    if isinstance(value, Text):
        return Text(value.text, lower=True)
    raise BadFilter("CASEI takes a text or a property.")


def _moment(word: str, value: Name | Value) -> date | datetime:
    """As RFC 3339 writes it."""
    text = value.text if isinstance(value, Text) else ""
    try:
        if word == "date":
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadFilter(f"“{text[:40]}” is no {word}.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
