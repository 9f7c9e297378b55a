"""The tabs of the rules, and the record of their changes."""

from typing import Any

from django import template

from workflow.permissions import can_read_rules
from workflow.rules import rules_pages, tables

register = template.Library()


@register.filter
def table_name(model: str) -> str:
    """Of a change on record: the table in words, else its own name."""
    return str(tables().get(model.lower(), model))


@register.inclusion_tag("workflow/_rules_tabs.html", takes_context=True)
def rules_tabs(context: template.Context) -> dict[str, Any]:
    match = context["request"].resolver_match
    here = context.get("rules_page") or match.view_name
    return {"pages": rules_pages(), "here": here}


@register.filter
def reads_rules(user: Any) -> bool:
    return user.is_authenticated and can_read_rules(user)
