"""The live stream: server-sent events out of the event log, over LISTEN/NOTIFY.

A watcher holds no database connection: one LISTEN connection per process fans out to
all of them. A message only names what changed; whoever hears it reads the row again
through his scope. A client resumes by Last-Event-ID, and begins by ``?after=`` with the
last event its page knew, so none is missed between the page and the stream.
"""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest

from accounts.models import User
from workflow.models import Event
from workflow.record import CHANNEL

log = logging.getLogger(__name__)

KEEP_ALIVE = 25  # seconds between two comments on a silent stream
LIFETIME = 300  # seconds after which a client must come again and be asked who it is
BACKLOG = 256  # messages that a slow reader may be behind before it is dropped
MOST_MISSED = 500  # more than so many missed events, and the page reads all again


@dataclass(frozen=True)
class Message:
    """One event as the stream tells it."""

    id: int
    kind: str
    uuid: str
    holders: frozenset[int] = frozenset()

    def encode(self) -> bytes:
        data = json.dumps({"id": self.id, "kind": self.kind, "uuid": self.uuid})
        return f"id: {self.id}\nevent: {self.kind}\ndata: {data}\n\n".encode()


@dataclass(eq=False)
class Watcher:
    """One open stream: whose rows it may hear of, and what it has not sent yet."""

    holders: frozenset[int]
    sees_all: bool
    queue: asyncio.Queue[Message | None] = field(
        default_factory=lambda: asyncio.Queue(BACKLOG)
    )

    def hears(self, message: Message) -> bool:
        return self.sees_all or not self.holders.isdisjoint(message.holders)

    def offer(self, message: Message) -> None:
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.drop()

    def drop(self) -> None:
        """End the stream; its client comes again and says what it saw last."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """The process's one LISTEN connection and those who hear it."""

    def __init__(self) -> None:
        self.watchers: set[Watcher] = set()
        self.listening: asyncio.Event | None = None
        self.task: asyncio.Task[None] | None = None

    async def join(self, watcher: Watcher) -> None:
        """From now on the watcher hears everything that commits."""
        if self.task is None or self.task.done():
            self.listening = asyncio.Event()
            self.task = asyncio.create_task(self._listen_for_ever())
        assert self.listening is not None
        await asyncio.wait_for(self.listening.wait(), timeout=10)
        self.watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        self.watchers.discard(watcher)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as error:
                log.warning("live: lost the database, trying again: %s", error)
            assert self.listening is not None
            self.listening.clear()
            # What was committed meanwhile was not heard: everybody resumes.
            for watcher in list(self.watchers):
                watcher.drop()
            await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        database = connection.get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        parameters = {key: database[key] for key in names if database.get(key)}
        link = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
        async with link:
            await link.execute(f"LISTEN {CHANNEL}")
            assert self.listening is not None
            self.listening.set()
            async for notice in link.notifies():
                self.tell(notice.payload)

    def tell(self, payload: str) -> None:
        fields = json.loads(payload)
        holders = frozenset(fields.pop("holders"))
        message = Message(**fields, holders=holders)
        for watcher in self.watchers:
            if watcher.hears(message):
                watcher.offer(message)


hub = Hub()


@dataclass(frozen=True)
class Visitor:
    """Whoever opens a stream, as read once from his session."""

    user_id: int
    holders: frozenset[int]
    sees_all: bool


def visitor_of(cookie: str) -> Visitor | None:
    """Who holds this session, or None. Runs in a thread; gives its connection back."""
    morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return None
    request = HttpRequest()
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(morsel.value)
    try:
        user: Any = get_user(request)
        if not user.is_authenticated:
            return None
        return Visitor(user.pk, frozenset(user.holders), user.sees_district)
    finally:
        connection.close()


def missed(visitor: Visitor, after: int) -> list[Message] | None:
    """What the visitor missed since event ``after``; None if it is too much."""
    try:
        events = Event.objects.visible_to(User.objects.get(pk=visitor.user_id))
        rows = events.filter(pk__gt=after).order_by("pk")
        found = list(rows.values_list("pk", "kind", "subject_uuid")[: MOST_MISSED + 1])
    finally:
        connection.close()
    if len(found) > MOST_MISSED:
        return None
    return [Message(pk, kind, str(uuid)) for pk, kind, uuid in found]


async def stream(visitor: Visitor, after: int | None) -> AsyncIterator[bytes]:
    """The bytes of one visitor's stream."""
    watcher = Watcher(visitor.holders, visitor.sees_all)
    await hub.join(watcher)
    try:
        yield b"retry: 1000\n\n"
        last = after or 0
        if after is not None:
            found = await asyncio.to_thread(missed, visitor, after)
            if found is None:
                yield b"event: reload\ndata: {}\n\n"
                return
            for message in found:
                last = message.id
                yield message.encode()
        async for chunk in _heard(watcher, last):
            yield chunk
    finally:
        hub.leave(watcher)


async def _heard(watcher: Watcher, last: int) -> AsyncIterator[bytes]:
    clock = asyncio.get_running_loop().time
    # Not everybody at once: the streams of a morning's sign-in end apart.
    end = clock() + LIFETIME * random.uniform(0.8, 1.2)
    while clock() < end:
        try:
            message = await asyncio.wait_for(watcher.queue.get(), KEEP_ALIVE)
        except TimeoutError:
            yield b": still here\n\n"
            continue
        if message is None:
            return
        # Read from the log already, before it was heard.
        if message.id > last:
            yield message.encode()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application behind ``/live/``: 200 with a stream, 401, 405."""
    if scope["method"] != "GET":
        return await _answer(send, 405)
    headers = {key.decode(): value.decode("latin-1") for key, value in scope["headers"]}
    visitor = await asyncio.to_thread(visitor_of, headers.get("cookie", ""))
    if visitor is None:
        return await _answer(send, 401)
    after = _after(headers, scope["query_string"].decode())
    sending = asyncio.create_task(_send_all(send, stream(visitor, after)))
    leaving = asyncio.create_task(_until_gone(receive))
    # The server cancels what is still open when it stops: an end like any other.
    with suppress(asyncio.CancelledError):
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    for task in (sending, leaving):
        task.cancel()
    await asyncio.gather(sending, leaving, return_exceptions=True)


def _after(headers: dict[str, str], query: str) -> int | None:
    said = headers.get("last-event-id") or parse_qs(query).get("after", [""])[0]
    return int(said) if said.isascii() and said.isdigit() else None


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_all(send: Any, chunks: AsyncIterator[bytes]) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        # nginx must hand each message on at once.
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _answer(send: Any, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
