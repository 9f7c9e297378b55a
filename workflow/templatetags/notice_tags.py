"""The bell of the top bar."""

from typing import Any

from django import template

from workflow.notice_views import bell_of

register = template.Library()


@register.inclusion_tag("workflow/_bell.html", takes_context=True)
def bell(context: template.Context) -> dict[str, Any]:
    """No query where the page knows its site: the number came with it."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return {"shown": False}
    nonce = {"CSP_NONCE": context.get("CSP_NONCE", "")}
    count = getattr(context.get("site"), "unread_notices", None)
    return {"shown": True, **bell_of(user, count), **nonce}
