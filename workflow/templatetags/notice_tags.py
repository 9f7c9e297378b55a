"""The bell of the top bar."""

from typing import Any

from django import template

from workflow.notice_views import bell_of

register = template.Library()


@register.inclusion_tag("workflow/_bell.html", takes_context=True)
def bell(context: template.Context) -> dict[str, Any]:
    """One cheap query where somebody is signed in, none otherwise."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return {"shown": False}
    nonce = {"CSP_NONCE": context.get("CSP_NONCE", "")}
    return {"shown": True, **bell_of(user), **nonce}
