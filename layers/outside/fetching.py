"""One picture of a source, over the network; see `govmap.lib.outside`.

Nothing here writes an address into a log or an error: it may hold a key.
"""

import ipaddress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import SplitResult

from django.conf import settings

from govmap.lib import outside
from layers.outside.trouble import (
    BROKEN,
    CLOSED,
    NO_PICTURE,
    REFUSED,
    UNREACHED,
    HostNotListed,
    NotFetched,
)

SECONDS = 6.0  # for all of it
MOST = 2 << 20  # bytes of a picture
SIGNS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
# What a server of tiles says where it has none: the sea, or behind its border.
NOTHING_THERE = {204, 404, 410}
REFUSES = {401, 403, 407, 418, 429}


@dataclass(frozen=True)
class Fetched:
    """``body`` is empty where the source has nothing there; ``unchanged``: what is
    kept is still so."""

    body: bytes = b""
    type: str = ""
    etag: str = ""
    changed: str = ""  # Last-Modified
    unchanged: bool = False


def check(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises HostNotListed (400)."""
    try:
        parts = outside.parts_of(url)
    except outside.NoAddress as error:
        raise HostNotListed from error
    if not outside.is_listed(parts, settings.OUTSIDE_HOSTS):
        raise HostNotListed
    return parts


def may_reach(address: str) -> bool:
    """A public address, or one in a network that whoever runs the server listed."""
    ip = outside.ip_of(address)
    networks = map(ipaddress.ip_network, settings.OUTSIDE_NETWORKS)
    if any(ip.version == network.version and ip in network for network in networks):
        return True
    return ip.is_global and not ip.is_multicast


def fetch(url: str, *, etag: str = "", changed: str = "") -> Fetched:
    """Raises NotFetched. ``etag``, ``changed``: of what is kept (RFC 9110, 13)."""
    headers = {"User-Agent": "govmap", "Accept": "image/*"}
    if etag:
        headers["If-None-Match"] = etag
    if changed:
        headers["If-Modified-Since"] = changed
    try:
        parts = check(url)
    except HostNotListed:
        raise NotFetched(CLOSED) from None
    connection = outside.Connection(parts, may_reach=may_reach, seconds=SECONDS)
    ending = outside.EndsInTime(connection)
    try:
        connection.connect()
        with ending:
            connection.secure()
            connection.request("GET", outside.target(parts), headers=headers)
            response = connection.getresponse()
            body = response.read(MOST + 1)
    except outside.ClosedHost:
        raise NotFetched(CLOSED) from None
    except (OSError, HTTPException, ValueError):
        raise NotFetched(UNREACHED) from None
    finally:
        connection.close()
    # What was broken off begins like a picture, and would be kept for one. (Nothing
    # of the standard library says that a body is shorter than its length.)
    if ending.is_over or (response.length and len(body) <= MOST):
        raise NotFetched(UNREACHED)
    return _taken(response, body, asked_again=bool(etag or changed))


def _taken(response: HTTPResponse, body: bytes, *, asked_again: bool) -> Fetched:
    """A redirect is an error: the address is the administrator's to say."""
    status = response.status
    if status == 304 and asked_again:
        return Fetched(unchanged=True)
    if status in NOTHING_THERE:
        return Fetched()
    if status in REFUSES:
        raise NotFetched(REFUSED, status)
    if status != 200:
        raise NotFetched(BROKEN, status)
    kind = kind_of(body)
    if not kind or len(body) > MOST:
        raise NotFetched(NO_PICTURE, status)
    etag, changed = response.getheader("ETag"), response.getheader("Last-Modified")
    return Fetched(body, kind, _line(etag), _line(changed))


def _line(text: str | None) -> str:
    """As it may be sent back in one header; else nothing."""
    text = text or ""
    return text if len(text) < 200 and text.isascii() and text.isprintable() else ""


def kind_of(body: bytes) -> str:
    """By its first bytes: what a server calls it is not believed."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in SIGNS.items() if body.startswith(sign)), "")
