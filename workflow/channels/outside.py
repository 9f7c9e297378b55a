"""Asking a server outside: only listed ones, bounded in time and size.

Whom an administrator's address may name is not the administrator's to say, but who
runs the server (``GOVMAP_CHANNEL_HOSTS``): without an entry nothing leaves. Whom any
person's browser may name is said apart from that (``GOVMAP_PUSH_HOSTS``), or everybody
could have a gateway asked what he likes. No redirect is followed and no proxy asked,
and the address that was checked is the one connected to, so that a name cannot mean
something else a moment later.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

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
PORTS = {"http": 80, "https": 443}
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
    if not _is_listed(parts, settings.CHANNEL_HOSTS):
        raise HostNotAllowed
    return parts


def check_push(url: str) -> SplitResult:
    """As `check`, of a push service, which is spoken to over TLS only (RFC 8030, 8).

    Raises HostNotAllowed.
    """
    parts = parts_of(url)
    is_safe = parts.scheme == "https" or settings.CHANNEL_LOOPBACK
    if not is_safe or not _is_listed(parts, settings.PUSH_HOSTS):
        raise PushNotAllowed
    return parts


def parts_of(url: str) -> SplitResult:
    """Of an address of HTTP with a host and nobody's name. Raises HostNotAllowed."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise HostNotAllowed from error
    if parts.username or parts.password or not parts.hostname or not port:
        raise HostNotAllowed
    return parts


def _is_listed(parts: SplitResult, listed: Iterable[str]) -> bool:
    entries = [urlsplit(one if "//" in one else f"https://{one}") for one in listed]
    host, port = (
        (parts.hostname or "").casefold(),
        parts.port or PORTS.get(parts.scheme),
    )
    return any(_means(entry, parts.scheme, host, port) for entry in entries)


def _means(entry: SplitResult, scheme: str, host: str, port: int | None) -> bool:
    """``host``, ``host:port``, ``*.domain`` for https; http only where it is said."""
    named = (entry.hostname or "").casefold()
    if entry.scheme != scheme or (entry.port or PORTS.get(scheme)) != port:
        return False
    if named.startswith("*."):
        return host.endswith(named[1:]) and len(host) > len(named) - 1
    return host == named


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
    connection = _Connection(parts)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        connection.connect()
        with _EndsInTime(connection):
            connection.secure()
            connection.request(method, path, body=body or None, headers=dict(headers))
            response = connection.getresponse()
            text = response.read(ANSWER_MOST).decode("utf-8", "replace")
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


class _Connection(HTTPConnection):
    """Goes to one address of the name, checked, over TLS where the address says so."""

    def __init__(self, parts: SplitResult) -> None:
        self.tls = parts.scheme == "https"
        port = parts.port or PORTS[parts.scheme]
        super().__init__(parts.hostname or "", port, timeout=SECONDS)
        # http.client leaves the port of its own scheme out of the Host header.
        self.default_port = PORTS[parts.scheme]

    def connect(self) -> None:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        address = next((one[4][0] for one in found if _is_open(str(one[4][0]))), None)
        if address is None:
            raise HostNotAllowed
        self.sock = socket.create_connection((str(address), self.port), SECONDS)

    def secure(self) -> None:
        """Apart from connecting, so that the handshake too ends in time."""
        if self.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()


class _EndsInTime:
    """Breaks the connection when the time is up: a timeout of a socket counts anew
    with every byte, so a drop at a time would last for ever."""

    def __init__(self, connection: HTTPConnection) -> None:
        self.connection = connection
        self.timer = threading.Timer(SECONDS, self._break)
        self.timer.daemon = True

    def _break(self) -> None:
        # Over already, where there is nothing to break.
        with contextlib.suppress(OSError, AttributeError):
            self.connection.sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *raised: object) -> None:
        self.timer.cancel()


def _is_open(address: str) -> bool:
    """Offices' gateways stand in private networks; nothing of this machine, and no
    address that only the machine's own segment knows."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    if ip.is_loopback:
        return bool(settings.CHANNEL_LOOPBACK)
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)
