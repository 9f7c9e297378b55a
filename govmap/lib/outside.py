"""What asking any server outside shares: listed hosts, no proxy, no redirect, an end.

Whom an address on a page may name is said by whoever runs the server. The address
that was checked is the one connected to, so that a name cannot mean something else a
moment later; `http.client` follows no redirect and asks no proxy.
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}


class NoAddress(Exception):
    """The text is no address of HTTP with a host and nobody's name."""


class ClosedHost(Exception):
    """The host has no network address that may be connected to."""


def parts_of(url: str) -> SplitResult:
    """Of an address of HTTP with a host and nobody's name. Raises NoAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise NoAddress from error
    if parts.username or parts.password or not parts.hostname or not port:
        raise NoAddress
    return parts


def is_listed(parts: SplitResult, listed: Iterable[str]) -> bool:
    """Whether an entry names it: ``host``, ``host:port``, ``*.domain``; https, and
    http only where the entry says so."""
    entries = [urlsplit(one if "//" in one else f"https://{one}") for one in listed]
    host, port = (
        (parts.hostname or "").casefold(),
        parts.port or PORTS.get(parts.scheme),
    )
    return any(_means(entry, parts.scheme, host, port) for entry in entries)


def _means(entry: SplitResult, scheme: str, host: str, port: int | None) -> bool:
    named = (entry.hostname or "").casefold()
    if entry.scheme != scheme or (entry.port or PORTS.get(scheme)) != port:
        return False
    if named.startswith("*."):
        return host.endswith(named[1:]) and len(host) > len(named) - 1
    return host == named


def ip_of(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Without the zone of a link; an IPv4 address that IPv6 wraps is what it means."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return getattr(ip, "ipv4_mapped", None) or ip


def target(parts: SplitResult) -> str:
    """Path and query, as a request line has them."""
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


class Connection(HTTPConnection):
    """Goes to one address of the name, checked, over TLS where the address says so."""

    def __init__(
        self, parts: SplitResult, *, may_reach: Callable[[str], bool], seconds: float
    ) -> None:
        self.tls = parts.scheme == "https"
        port = parts.port or PORTS[parts.scheme]
        super().__init__(parts.hostname or "", port, timeout=seconds)
        self.may_reach, self.seconds = may_reach, seconds
        # http.client leaves the port of its own scheme out of the Host header.
        self.default_port = PORTS[parts.scheme]

    def connect(self) -> None:
        """Raises ClosedHost, OSError."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = (str(one[4][0]) for one in found)
        address = next((one for one in addresses if self.may_reach(one)), None)
        if address is None:
            raise ClosedHost
        self.sock = socket.create_connection((address, self.port), self.seconds)

    def secure(self) -> None:
        """Apart from connecting, so that the handshake too ends in time."""
        if self.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()


class EndsInTime:
    """Breaks the connection when the time is up: a timeout of a socket counts anew
    with every byte, so a drop at a time would last for ever. ``is_over``: it was up,
    so what came may not be all."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.is_over = connection, False
        self.timer = threading.Timer(connection.seconds, self._break)
        self.timer.daemon = True

    def _break(self) -> None:
        self.is_over = True
        # Over already, where there is nothing to break.
        with contextlib.suppress(OSError, AttributeError):
            self.connection.sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *raised: object) -> None:
        self.timer.cancel()
