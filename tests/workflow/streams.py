"""A real server in a thread, and clients that listen to its stream."""

import http.client
import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from django.conf import settings
from django.db import connection
from django.test import Client

from workflow import live


@dataclass
class Server:
    host: str
    port: int
    web: uvicorn.Server


@contextmanager
def serving() -> Iterator[Server]:
    """The live stream as a process of its own would serve it, on a free port."""
    live.hub = live.Hub()
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(
        live_only, log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    web = uvicorn.Server(config)
    thread = threading.Thread(target=web.run, kwargs={"sockets": [listener]})
    thread.start()
    wait_until(lambda: web.started)
    yield Server("127.0.0.1", listener.getsockname()[1], web)
    web.should_exit = True
    thread.join(timeout=10)
    live.hub = live.Hub()


async def live_only(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await live.application(scope, receive, send)


def wait_until(is_so: Callable[[], Any], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def cookie_of(client: Client) -> str:
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


@dataclass(frozen=True)
class Heard:
    """A message, and when it came."""

    id: int
    name: str
    data: Any
    at: float


class Stream:
    """One open stream, read by a thread; `next` gives message after message."""

    def __init__(
        self, server: Server, cookie: str, *, after: int | None = None, query: str = ""
    ) -> None:
        self.link = http.client.HTTPConnection(server.host, server.port, timeout=60)
        headers = {"Cookie": cookie}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        self.link.request("GET", f"/live/{query}", headers=headers)
        self.answer = self.link.getresponse()
        self.status = self.answer.status
        self.last = after or 0
        self.messages: queue.Queue[Heard | None] = queue.Queue()
        self.began = threading.Event()
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()
            assert self.began.wait(10)

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            for line in self.answer:
                if name_value := line.decode().rstrip("\n"):
                    name, _colon, value = name_value.partition(": ")
                    fields[name] = value
                elif fields:
                    self._take(fields)
                    fields = {}
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass
        self.messages.put(None)

    def _take(self, fields: dict[str, str]) -> None:
        self.last = int(fields.get("id") or self.last)
        self.began.set()
        if "data" in fields:
            data = json.loads(fields["data"])
            message = Heard(self.last, fields["event"], data, time.monotonic())
            self.messages.put(message)

    def next(self, seconds: float = 5) -> Heard | None:
        """The next message; None where the stream ended; queue.Empty for silence."""
        return self.messages.get(timeout=seconds)

    def take(self, count: int) -> list[Heard]:
        found = [self.next() for _ in range(count)]
        return [message for message in found if message]

    def is_silent(self, seconds: float = 0.4) -> bool:
        try:
            self.next(seconds)
        except queue.Empty:
            return True
        return False

    def close(self) -> None:
        if self.link.sock:
            self.link.sock.shutdown(socket.SHUT_RDWR)
        self.link.close()


def in_threads(*jobs: Callable[[], Any]) -> list[Any]:
    """Do all at once, each on a database connection of its own; answers or errors."""
    answers: list[Any] = [None] * len(jobs)
    gate = threading.Barrier(len(jobs))

    def work(index: int) -> None:
        gate.wait()
        try:
            answers[index] = jobs[index]()
        except Exception as error:
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers
