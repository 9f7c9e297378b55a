"""What every page has of the phone's app: the manifest, and whose phone it is."""

import json
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from cases.field.pages import own_pages
from cases.field.shell import module_names
from cases.field.words import list_words, page_words, queue_words

register = template.Library()
# What could end the script that the words stand in.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


@register.inclusion_tag("cases/field/_head.html", takes_context=True)
def field_head(context: template.Context) -> dict[str, Any]:
    """In the head; for who is signed in also his account and his pages."""
    user: Any = context.get("user")
    known = user is not None and user.is_authenticated
    return {
        "language": get_language(),
        "account": str(user.uuid) if known else "",
        "pages": " ".join(own_pages(user)) if known else "",
        "now": timezone.now(),
        "worker": reverse("field:worker"),
    }


@register.inclusion_tag("cases/field/_foot.html", takes_context=True)
def field_foot(context: template.Context) -> dict[str, Any]:
    """At the end of a page of somebody who is signed in."""
    user = context.get("user")
    return {
        "known": user is not None and user.is_authenticated,
        "words": page_words(),
        "CSP_NONCE": context.get("CSP_NONCE", ""),
    }


@register.simple_tag
def phone_modules(page: str) -> frozenset[str]:
    """What the import map of a phone's page needs: its own modules and the map's.

    ``page``: the name of its template.
    """
    return module_names(page)


@register.inclusion_tag("cases/field/_outbox.html")
def outbox(user: Any, *, whole: bool = False, queues: bool = False) -> dict[str, Any]:
    """The list of what waits on this phone; nothing is seen of it while it is empty.

    ``whole``: not folded, where it is the page's own matter. ``queues``: with the words
    of forms that the queue sends.
    """
    words = list_words() | (queue_words() if queues else {})
    return {"owner": user.uuid, "words": words, "whole": whole}


@register.filter
def words_script(words: dict[str, str], element_id: str) -> SafeString:
    """As `json_script`, with Chinese as it is: a third of the bytes."""
    text = json.dumps(words, ensure_ascii=False).translate(ESCAPES)
    return format_html(
        '<script id="{}" type="application/json">{}</script>',
        element_id,
        mark_safe(text),
    )
