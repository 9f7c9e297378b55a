"""All that a template of a paper may say: three tags and a few filters.

Loaded by `workflow.papers.language` in place of Django's own tags and filters.
"""

import re
from typing import Any

from django.template import Context, Library, Node, TemplateSyntaxError
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.defaultfilters import date, default, length, linebreaksbr
from django.template.defaulttags import ForNode, comment, do_for, do_if
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

from govmap.lib.errors import BadInput

PICTURE = "picture:"  # stands before the uuid in the ``src`` of a photo
TALLY = "_tally"  # no template can name what begins with a line
MOST_STEPS = 200_000  # pieces of a template that are gone through
MOST_TEXT = 4_000_000  # characters that loops write
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

register = Library()


class TooLong(BadInput):
    """The paper would be too long."""

    message = gettext_noop("The paper gets too long: repeat less in its template.")


class Tally:
    """What filling one paper has cost so far."""

    def __init__(self) -> None:
        self.steps = self.text = 0

    def step(self, count: int) -> None:
        self.steps += count
        if self.steps > MOST_STEPS:
            raise TooLong

    def write(self, count: int) -> None:
        self.text += count
        if self.text > MOST_TEXT:
            raise TooLong


class Repeat(ForNode):
    """``for``, which stops before it becomes too much."""

    def render(self, context: Context) -> SafeString:
        tally: Tally = context[TALLY]
        assert isinstance(self.sequence, FilterExpression)
        assert isinstance(self.nodelist_loop, NodeList)
        rows = self.sequence.resolve(context, ignore_failures=True) or ()
        tally.step(len(rows) * len(self.nodelist_loop.get_nodes_by_type(Node)))
        text = super().render(context)
        tally.write(len(text))
        return SafeString(text)


@register.tag("for")
def repeat(parser: Parser, token: Token) -> Repeat:
    node = do_for(parser, token)
    if len(node.loopvars) != 1:
        raise TemplateSyntaxError("one name behind for")
    return Repeat(
        node.loopvars,
        node.sequence,
        node.is_reversed,
        node.nodelist_loop,
        node.nodelist_empty,
    )


register.tag("if", do_if)
register.tag("comment", comment)
register.filter("date", date, expects_localtime=True, is_safe=False)
register.filter("default", default, is_safe=False)
register.filter("length", length, is_safe=False)
register.filter("linebreaksbr", linebreaksbr, is_safe=True, needs_autoescape=True)


@register.filter("picture", is_safe=True)
def picture(value: Any) -> str:
    """The photo of that uuid; nothing for any other text."""
    if not UUID.fullmatch(str(value)):
        return ""
    return format_html('<img class="p-picture" alt="" src="{}{}">', PICTURE, value)
