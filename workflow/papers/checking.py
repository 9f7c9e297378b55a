"""What is wrong with a template, each fault with its line and what to do."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.template import TemplateSyntaxError
from django.template.base import FilterExpression, TextNode, Variable, VariableNode
from django.template.defaulttags import CommentNode, IfNode, TemplateLiteral
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflow.papers.language import compiled
from workflow.papers.shapes import Shape
from workflow.papers.vocabulary import Repeat, register

LONGEST = 64_000  # characters
DEEPEST = 3  # loops within each other
LOOP = dict.fromkeys(("counter", "counter0", "first", "last", "revcounter"), "")
ELEMENTS = frozenset(
    {
        *("h1", "h2", "h3", "p", "div", "span", "section", "strong", "em", "u", "br"),
        *("hr", "ol", "ul", "li", "dl", "dt", "dd", "table", "caption", "colgroup"),
        *("col", "thead", "tbody", "tr", "th", "td"),
    }
)
EMPTY = frozenset({"br", "hr", "col"})
TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)"
    r'(?:\s+(?:class="(?P<classes>[a-z0-9\- ]*)"|(?:col|row)span="\d{1,2}"))*\s*/?>'
)
CLASS = re.compile(r"p-[a-z0-9-]+")
ANGLES = re.compile(r"<[^<>]*>|<")
MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def faults(source: str, shape: Shape) -> list[str]:
    """All that must be put right before papers are printed from it."""
    if len(source) > LONGEST:
        return [_("The template is longer than 64,000 characters. Shorten it.")]
    if "\x00" in source:
        return [_("The template holds a character that cannot be stored.")]
    found = [*_of_layout(source)]
    try:
        template = compiled(source)
    except (TemplateSyntaxError, RecursionError) as error:
        return [*found, _not_read(error)]
    names = _Names(shape)
    names.go(template.nodelist, dict(shape), 0)
    return [*found, *names.faults]


def _at(line: int, what: str) -> str:
    return _("Line %(line)s: %(what)s") % {"line": line, "what": what}


def _not_read(error: Exception) -> str:
    token = getattr(error, "token", None)
    if token is None:
        return _("The template cannot be read: it is nested too deep.")
    text = token.contents[:60]
    word = text.split(" ")[0]
    if token.token_type.name == "BLOCK" and word not in _TAGS:
        said = _("“%(text)s” is no section. There are if, for and comment.")
    elif "Invalid filter" in str(error):
        said = _(
            "“%(text)s” changes the value in a way that papers have not: %(ways)s."
        )
    else:
        said = _("“%(text)s” is not written right, or its end is missing.")
    ways = ", ".join(sorted(register.filters))
    return _at(token.lineno, said % {"text": text, "ways": ways})


_TAGS = {"if", "elif", "else", "endif", "for", "empty", "endfor", "comment"} | {
    "endcomment"
}


def _of_layout(source: str) -> Iterator[str]:
    """Faults of the HTML: known elements, known classes, each closed."""
    # What a template fills in is no layout, and may not stand within a tag.
    plain = MARKUP.sub(lambda found: "\x01" + "\n" * found[0].count("\n"), source)
    open_: list[tuple[str, int]] = []
    for piece in ANGLES.finditer(plain):
        line = plain.count("\n", 0, piece.start()) + 1
        tag = TAG.fullmatch(piece[0])
        if tag is None or tag["name"] not in ELEMENTS:
            known = ", ".join(sorted(ELEMENTS))
            shown = piece[0].replace("\x01", "…")[:40]
            what = _(
                "“%(tag)s” cannot stand on a paper. Elements are %(known)s,"
                " with class, colspan and rowspan only."
            )
            yield _at(line, what % {"tag": shown, "known": known})
        elif bad := [c for c in (tag["classes"] or "").split() if not CLASS.match(c)]:
            what = _("class “%(name)s” is none of papers: theirs begin with p-.")
            yield _at(line, what % {"name": bad[0]})
        elif fault := _nested(open_, tag["name"], bool(tag["end"]), line):
            yield fault
            return
    for mark in ("{{", "{%", "{#"):
        if (place := plain.find(mark)) >= 0:
            line = plain.count("\n", 0, place) + 1
            yield _at(line, _("“%(mark)s” is not closed.") % {"mark": mark})
    if open_:
        name, line = open_[-1]
        yield _at(line, _("<%(name)s> is not closed.") % {"name": name})


def _nested(
    open_: list[tuple[str, int]], name: str, is_end: bool, line: int
) -> str | None:
    if name in EMPTY:
        return None
    if not is_end:
        open_.append((name, line))
        return None
    if open_ and open_[-1][0] == name:
        open_.pop()
        return None
    return _at(line, _("</%(name)s> closes nothing.") % {"name": name})


class _Names:
    """Goes through a template and looks each name up in the shape."""

    def __init__(self, shape: Shape) -> None:
        self.shape, self.faults = shape, []  # type: tuple[Shape, list[str]]

    def go(self, nodes: Any, known: dict[str, Any], depth: int) -> None:
        for node in nodes:
            line = node.token.lineno if getattr(node, "token", None) else 0
            if isinstance(node, VariableNode):
                self._value(node.filter_expression, known, line)
            elif isinstance(node, Repeat):
                self._repeat(node, known, depth + 1, line)
            elif isinstance(node, IfNode):
                for condition, inner in node.conditions_nodelists:
                    self._condition(condition, known, line)
                    self.go(inner, known, depth)
            elif not isinstance(node, TextNode | CommentNode):
                self._say(line, _("this section is none of papers."))

    def _repeat(
        self, node: Repeat, known: dict[str, Any], depth: int, line: int
    ) -> None:
        if depth > DEEPEST:
            self._say(line, _("more than three repeats within each other."))
            return
        assert isinstance(node.sequence, FilterExpression)
        what = self._look_up(node.sequence, known, line)
        name = node.loopvars[0]
        if what is None:
            return
        if not isinstance(what, list) or node.sequence.filters:
            said = _("“%(name)s” cannot be repeated: it is no list.")
            self._say(line, said % {"name": node.sequence.token})
            return
        inner = {**known, name: what[0], "forloop": LOOP}
        self.go(node.nodelist_loop, inner, depth)
        self.go(node.nodelist_empty, known, depth)

    def _condition(self, condition: object, known: dict[str, Any], line: int) -> None:
        if isinstance(condition, TemplateLiteral):
            value = cast(FilterExpression, condition.value)
            if self._look_up(value, known, line) is not None:
                self._arguments(value, known, line)
            return
        for name in ("first", "second"):
            if (part := getattr(condition, name, None)) is not None:
                self._condition(part, known, line)

    def _value(
        self, expression: FilterExpression, known: dict[str, Any], line: int
    ) -> None:
        what = self._look_up(expression, known, line)
        names = [function.__name__ for function, _given in expression.filters]
        if isinstance(what, Mapping | list) and "length" not in names:
            said = _("“%(name)s” is no single value: name what is within it.")
            self._say(line, said % {"name": expression.token})
        self._arguments(expression, known, line)

    def _arguments(
        self, expression: FilterExpression, known: dict[str, Any], line: int
    ) -> None:
        for _function, given in expression.filters:
            for is_name, argument in given:
                if is_name:
                    self._variable(argument, known, line)
                else:
                    self._literal(argument, line)

    def _look_up(
        self, expression: FilterExpression, known: dict[str, Any], line: int
    ) -> Any:
        """The shape of what is named; None where there is none (then it is said)."""
        if isinstance(expression.var, Variable):
            return self._variable(expression.var, known, line)
        self._literal(expression.var, line)
        return ""

    def _variable(self, variable: Variable, known: dict[str, Any], line: int) -> Any:
        if variable.lookups is None:  # a number or a text
            self._literal(variable.literal, line)
            return ""
        here: Any = known
        for part in variable.lookups:
            if not isinstance(here, Mapping) or part not in here:
                said = _("there is no “%(name)s”. The list below names all there is.")
                self._say(line, said % {"name": variable.var})
                return None
            here = here[part]
        return here

    def _literal(self, text: Any, line: int) -> None:
        # A text in a template is not escaped, so it could open an element.
        if isinstance(text, str | SafeString) and set(text) & set("<>&"):
            self._say(line, _("a text in a placeholder may hold no <, > or &."))

    def _say(self, line: int, what: str) -> None:
        self.faults.append(_at(line, what))
