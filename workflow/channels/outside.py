"""Asking a server outside: only listed ones, bounded in time and size.

Whom an administrator's address may name is not the administrator's to say, but who
runs the server (``GOVMAP_CHANNEL_HOSTS``): without an entry nothing leaves. Whom any
person's browser may name is said apart from that (``GOVMAP_PUSH_HOSTS``), or everybody
could have a gateway asked what he likes. No redirect is followed and no proxy asked,
and the address that was checked is the one connected to, so that a name cannot mean
something else a moment later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException, HTTPResponse
from urllib.parse import SplitResult

from django.conf import settings

from govmap.lib import outside
from workflow.channels.errors import (
    Gone,
    HostNotAllowed,
    NotSent,
    PushNotAllowed,
    Refused,
    Unreachable,
)

SECONDS = 10.0  # for all of it: connecting, sending, the whole answer
ANSWER_MOST = 16 * 1024  # bytes that are read; the rest is left
SENT_MOST = 64 * 1024
LONGEST_WAIT = timedelta(hours=1)  # that a receiver may ask for
# Statuses after which the same message may be taken later (RFC 9110, RFC 6585).
LATER = {408, 425, 429}
GONE = {404, 410}


@dataclass(frozen=True)
class Answer:
    """What a receiver said to a message that it took."""

    status: int | None = None
    text: str = ""


def check(url: str) -> SplitResult:
    """The parts of an address that messages may go to. Raises HostNotAllowed."""
    parts = parts_of(url)
    if not outside.is_listed(parts, settings.CHANNEL_HOSTS):
        raise HostNotAllowed
    return parts


def check_push(url: str) -> SplitResult:
    """As `check`, of a push service, which is spoken to over TLS only (RFC 8030, 8).

    Raises HostNotAllowed.
    """
    parts = parts_of(url)
    is_safe = parts.scheme == "https" or settings.CHANNEL_LOOPBACK
    if not is_safe or not outside.is_listed(parts, settings.PUSH_HOSTS):
        raise PushNotAllowed
    return parts


def parts_of(url: str) -> SplitResult:
    """Of an address of HTTP with a host and nobody's name. Raises HostNotAllowed."""
    try:
        return outside.parts_of(url)
    except outside.NoAddress as error:
        raise HostNotAllowed from error


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    push: bool = False,
) -> Answer:
    """Send it and read the answer. Raises NotSent where it was not taken.

    ``push``: to a push service, of which a person's browser gave the address.
    """
    parts = check_push(url) if push else check(url)
    if len(body) > SENT_MOST:
        raise Refused
    connection = outside.Connection(parts, may_reach=_is_open, seconds=SECONDS)
    try:
        connection.connect()
        with outside.EndsInTime(connection):
            connection.secure()
            path = outside.target(parts)
            connection.request(method, path, body=body or None, headers=dict(headers))
            response = connection.getresponse()
            text = response.read(ANSWER_MOST).decode("utf-8", "replace")
    except outside.ClosedHost as error:
        raise HostNotAllowed from error
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable from error
    finally:
        connection.close()
    if 200 <= response.status < 300:
        return Answer(response.status, text)
    raise _refusal(response, text)


def _refusal(response: HTTPResponse, text: str) -> NotSent:
    """A redirect is a refusal: the receiver's address is the administrator's to say."""
    code = response.status
    if code in LATER or code >= 500:
        return NotSent(code=code, answer=text, after=_asked_wait(response))
    kind = Gone if code in GONE else Refused
    return kind(code=code, answer=text)


def _asked_wait(response: HTTPResponse) -> timedelta | None:
    seconds = response.getheader("Retry-After", "").strip()
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 7):
        return None
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT)


def _is_open(address: str) -> bool:
    """Offices' gateways stand in private networks; nothing of this machine, and no
    address that only the machine's own segment knows."""
    ip = outside.ip_of(address)
    if ip.is_loopback:
        return bool(settings.CHANNEL_LOOPBACK)
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)
