"""The tabs of the rules, and the record of their changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext

from govmap.lib.history import Change
from workflow import setting_changes
from workflow.models import Category, SpecialPeriod
from workflow.permissions import can_read_rules
from workflow.process_words import LIMITS
from workflow.rules import rules_pages
from workflow.setting_changes import ToldChange

register = template.Library()


@register.filter
def told(changes: Iterable[Change]) -> list[ToldChange]:
    """What `changes_of` answers, in words."""
    return setting_changes.told(changes)


@register.inclusion_tag("workflow/_rules_tabs.html", takes_context=True)
def rules_tabs(context: template.Context) -> dict[str, Any]:
    match = context["request"].resolver_match
    here = context.get("rules_page") or match.view_name
    return {"pages": rules_pages(), "here": here}


@register.filter
def reads_rules(user: Any) -> bool:
    return user.is_authenticated and can_read_rules(user)


@register.simple_tag
def class_names(periods: Iterable[SpecialPeriod]) -> dict[str, str]:
    """What the classes that the periods name are called: one query for all."""
    told = {text.partition("/")[::2] for row in periods for text in row.classes}
    rows = Category.objects.filter(
        kind__in={kind for kind, _code in told}, code__in={code for _kind, code in told}
    )
    # Of two editions the one in force is read last, and stands.
    rows = rows.order_by("standard__is_default", "pk")
    return {f"{row.kind}/{row.code}": str(row) for row in rows}


@register.filter
def in_words(codes: Iterable[str], names: Mapping[str, str]) -> str:
    return gettext(", ").join(names.get(code, code) for code in codes)


@register.filter
def limit_word(name: str) -> str:
    """What a limit is called; one that only a process knows, by its own name."""
    return str(LIMITS.get(name, name))
