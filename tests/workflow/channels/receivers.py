"""Receivers that really receive: an HTTP and a mail server on this machine."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        found = parse_qs(self.body.decode(), keep_blank_values=True)
        return {name: texts[0] for name, texts in found.items()}

    @property
    def query(self) -> dict[str, str]:
        found = parse_qs(urlsplit(self.path).query)
        return {name: texts[0] for name, texts in found.items()}


@dataclass
class Gateway:
    """What it was sent, and what it answers: a status, a body, more headers."""

    url: str = ""
    got: list[Request] = field(default_factory=list)
    # One for each request; the last goes on for ever.
    answers: list[tuple[int, str, dict[str, str]]] = field(
        default_factory=lambda: [(200, '{"code": 0}', {})]
    )

    def says(self, *answers: Any) -> None:
        self.answers = [
            (*one, *(("", {})[len(one) - 1 :]))
            if isinstance(one, tuple)
            else (one, "", {})
            for one in answers
        ]


@contextmanager
def http() -> Iterator[Gateway]:
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            headers = dict(self.headers.items())
            gateway.got.append(Request(self.command, self.path, headers, body))
            answers = gateway.answers
            status, text, more = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = _take

        def log_message(self, *args: Any) -> None:
            """Nothing on the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.url = f"http://127.0.0.1:{server.server_port}"
    with _served(server):
        yield gateway


@dataclass
class Mailbox:
    port: int = 0
    mails: list[Message] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    refuses: bytes = b""  # what it says to a receiver


@contextmanager
def smtp() -> Iterator[Mailbox]:
    mailbox = Mailbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            for line in self.rfile:
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    text = b"".join(iter(self.rfile.readline, b".\r\n"))
                    mailbox.mails.append(message_from_string(text.decode()))
                elif word == b"RCPT" and mailbox.refuses:
                    self.wfile.write(mailbox.refuses + b"\r\n")
                    continue
                elif word == b"RCPT":
                    mailbox.to.append(line.decode().strip())
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 ok\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    mailbox.port = server.server_address[1]
    with _served(server):
        yield mailbox


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
