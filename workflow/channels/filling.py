"""Templates of HTTP gateways: names in braces, filled in as the place needs it.

A template is data of the site and runs nothing: `{phone}` is a name out of a list, and
what is put in can neither end a JSON text nor begin a second header.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from workflow.channels.errors import BadTemplate
from workflow.models import Channel

NAME = re.compile(r"\{([a-z_]+)\}")
NAMES = (
    *("text", "title", "number", "url", "count"),
    *("phone", "account", "key", "timestamp", "secret"),
)
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}")
# What carries the request itself is not a template's to say.
OURS = {"host", "content-length", "transfer-encoding", "connection", "content-type"}
LEVELS = 6


def fill(template: str, values: Mapping[str, str]) -> str:
    """Raises BadTemplate for a name that there is not."""

    def put(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in NAMES:
            raise BadTemplate
        return values.get(name, "")

    return NAME.sub(put, template)


def unknown(data: Any) -> list[str]:
    """Names in a template, or in all texts of one, that nothing can be put in for."""
    if isinstance(data, str):
        return [name for name in NAME.findall(data) if name not in NAMES]
    if isinstance(data, dict):
        return [
            name for item in data.items() for part in item for name in unknown(part)
        ]
    if isinstance(data, list):
        return [name for item in data for name in unknown(item)]
    return []


def url_of(channel: Channel, values: Mapping[str, str]) -> str:
    """Behind the host only, each value quoted: no value can be part of the host."""
    plain = {name: quote(value, safe="") for name, value in values.items()}
    return fill(channel.url, plain)


def headers_of(channel: Channel, values: Mapping[str, str]) -> dict[str, str]:
    """Latin letters in one line each, as HTTP has them."""
    found = {}
    for name, template in channel.headers.items():
        if not HEADER.fullmatch(name) or name.casefold() in OURS:
            raise BadTemplate
        text = fill(str(template), values)
        found[name] = "".join(sign for sign in text if " " <= sign <= "~")
    return found


def body_of(channel: Channel, values: Mapping[str, str]) -> tuple[bytes, str]:
    """(body, content type)."""
    if channel.method == Channel.Method.GET:
        return b"", ""
    filled = _filled(channel.body, values)
    if channel.shape == Channel.Shape.FORM:
        if not isinstance(filled, dict):
            raise BadTemplate
        form = urlencode({str(key): str(value) for key, value in filled.items()})
        return form.encode(), "application/x-www-form-urlencoded; charset=utf-8"
    text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
    return text.encode(), "application/json; charset=utf-8"


def _filled(data: Any, values: Mapping[str, str], level: int = 0) -> Any:
    if level > LEVELS:
        raise BadTemplate
    if isinstance(data, str):
        return fill(data, values)
    if isinstance(data, dict):
        return {key: _filled(item, values, level + 1) for key, item in data.items()}
    if isinstance(data, list):
        return [_filled(item, values, level + 1) for item in data]
    return data


def is_taken(channel: Channel, text: str) -> bool:
    """Whether the answer's own words say that the message was taken."""
    if not channel.answer_field:
        return True
    try:
        value: Any = json.loads(text)
        for name in channel.answer_field.split("."):
            value = value[int(name)] if isinstance(value, list) else value[name]
    except (LookupError, TypeError, ValueError, RecursionError):
        return False
    said = json.dumps(value) if isinstance(value, bool) else str(value)
    return said == channel.answer_value
