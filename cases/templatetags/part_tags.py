"""How a city part is shown."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.parts.registry import SOUND

register = template.Library()


@register.filter
def class_name(names: Mapping[str, str], code: str) -> str:
    return names.get(code, code)


@register.simple_tag
def part_state(state: str) -> SafeString:
    """With a shape, and not by colour alone: what is not sound has a square."""
    kind = "sound" if state == SOUND else "broken"
    return format_html('<span class="part-state part-{}">{}</span>', kind, state)
