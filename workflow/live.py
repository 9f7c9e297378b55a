"""The live stream: server-sent events out of the event log, over LISTEN/NOTIFY.

A watcher holds no database connection: one LISTEN connection per process fans out to
all of them. A message only names what changed; whoever hears it reads the row again
through his scope. A client resumes by Last-Event-ID, and begins by ``?after=`` with the
last event its page knew, so none is missed between the page and the stream.
"""

import asyncio
import hashlib
import json
import logging
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.signals import user_logged_out
from django.db import Error as DatabaseError
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest, parse_cookie

from accounts.models import User
from workflow.models import Event
from workflow.record import CHANNEL
from workflow.scope import EVERYBODY

log = logging.getLogger(__name__)

SIGNED_OUT = "govmap_signed_out"  # the channel of sessions that ended
LISTENER = "govmap live"  # what the database calls the connection that listens
KEEP_ALIVE = 25  # seconds between two comments on a silent stream
LIFETIME = 300  # seconds after which a client must come again and be asked who it is
BACKLOG = 256  # messages that a slow reader may be behind before it is dropped
MOST_MISSED = 500  # more than so many missed events, and the page reads all again
LOOK_EVERY = 20  # seconds between two looks whether the database still tells us all
ANSWERS_IN = 10  # seconds in which it must answer then
TAKES_IN = 30  # seconds in which a reader must take what was sent to him
LAST_EVENT = f"SELECT coalesce(max(id), 0) FROM {Event._meta.db_table}"


@dataclass(frozen=True)
class Message:
    """One event as the stream tells it; without an id, word of a person's notices.

    The latter has no place in the event log, so nobody resumes after it.
    """

    id: int
    kind: str
    uuid: str
    holders: frozenset[int] = frozenset()

    @property
    def said(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.kind, "uuid": self.uuid}

    @cached_property
    def encoded(self) -> bytes:
        """Written once for all who hear it."""
        place = f"id: {self.id}\n" if self.id else ""
        data = json.dumps(self.said)
        return f"{place}event: {self.kind}\ndata: {data}\n\n".encode()


@dataclass(eq=False)
class Watcher:
    """One open stream: whose rows it may hear of, and what it has not sent yet."""

    holders: frozenset[int]
    sees_all: bool
    session: str
    queue: asyncio.Queue[Message | None] = field(
        default_factory=lambda: asyncio.Queue(BACKLOG)
    )

    def hears(self, message: Message) -> bool:
        # Another's notices are nobody's business, also of who sees all events.
        if message.id and (self.sees_all or EVERYBODY in message.holders):
            return True
        return not self.holders.isdisjoint(message.holders)

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
        self.heard = 0  # the last event that the database told us of

    async def join(self, watcher: Watcher) -> None:
        """From now on the watcher hears everything that commits."""
        if self.task is None or self.task.done():
            self.listening = asyncio.Event()
            self.task = asyncio.create_task(self._listen_for_ever())
        assert self.listening is not None
        async with asyncio.timeout(10):
            # Once more, for it may have been lost again before we were woken.
            while not self.listening.is_set():
                await self.listening.wait()
        self.watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        self.watchers.discard(watcher)

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("live: lost the database, trying again: %s", error)
            finally:
                self._lose()
            await asyncio.sleep(0.5)

    def _lose(self) -> None:
        """What is committed from now on is not heard: everybody resumes."""
        assert self.listening is not None
        self.listening.clear()
        for watcher in self.watchers:
            watcher.drop()

    async def _listen(self) -> None:
        database = connection.get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        parameters = {key: database[key] for key in names if database.get(key)}
        link = await psycopg.AsyncConnection.connect(
            **parameters, application_name=LISTENER, autocommit=True
        )
        async with link:
            await link.execute(f"LISTEN {CHANNEL}; LISTEN {SIGNED_OUT}")
            self.heard = due = await self._last_event(link)
            assert self.listening is not None
            self.listening.set()
            while True:
                async for notice in link.notifies(timeout=LOOK_EVERY):
                    self._take(notice)
                # A link that is gone without a word fails here. What was there at the
                # last look has been told meanwhile, or the word of it is lost.
                if self.heard < due:
                    raise OSError(f"event {due} was never told")
                due = await self._last_event(link)

    async def _last_event(self, link: psycopg.AsyncConnection[Any]) -> int:
        async with asyncio.timeout(ANSWERS_IN):
            row = await (await link.execute(LAST_EVENT)).fetchone()
        return int(row[0]) if row else 0

    def _take(self, notice: psycopg.Notify) -> None:
        if notice.channel == SIGNED_OUT:
            self.end(notice.payload)
        else:
            self.tell(notice.payload)

    def end(self, session: str) -> None:
        for watcher in self.watchers:
            if watcher.session == session:
                watcher.drop()

    def tell(self, payload: str) -> None:
        try:
            fields = json.loads(payload)
            holders = frozenset(fields.pop("holders"))
            message = Message(**fields, holders=holders)
        except (AttributeError, KeyError, TypeError, ValueError):
            log.exception("live: no notice of ours: %s", payload)
            return
        self.heard = max(self.heard, message.id)
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
    session: str  # digest of its key


def digest_of(session: str) -> str:
    """The key itself opens the door, so it does not travel."""
    return hashlib.sha256(session.encode()).hexdigest()


@receiver(user_logged_out)
def end_streams(request: HttpRequest | None, **kwargs: Any) -> None:
    """Whoever signs out hears no more, in whichever process he listens."""
    key = request.session.session_key if request else None
    if key:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [SIGNED_OUT, digest_of(key)])


def visitor_of(cookie: str) -> Visitor | None:
    """Who holds this session, or None. Runs in a thread; gives its connection back."""
    # Python's own parser gives up at the first cookie that is not to its taste.
    session = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if not session or "\x00" in session:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session)
    try:
        user: Any = get_user(request)
        if not user.is_authenticated:
            return None
        holders = frozenset(user.holders)
        return Visitor(user.pk, holders, user.sees_district, digest_of(session))
    finally:
        connection.close()


def latest() -> int:
    """The id of the last event. Runs in a thread; gives its connection back."""
    try:
        return Event.objects.last_id()
    finally:
        connection.close()


def missed(visitor: Visitor, after: int) -> list[Message] | None:
    """As `missed_by`, for a stream. Runs in a thread; gives its connection back."""
    try:
        return missed_by(User.objects.get(pk=visitor.user_id), after)
    finally:
        connection.close()


def missed_by(user: User, after: int) -> list[Message] | None:
    """What the person missed since event ``after``.

    None if it is too much, or if the log ends before that event: then another base was
    put in the place of this one, and what the page shows is of the old one.
    """
    rows = Event.objects.visible_to(user).filter(pk__gt=after).order_by("pk")
    found = list(rows.values_list("pk", "kind", "subject_uuid")[: MOST_MISSED + 1])
    if len(found) > MOST_MISSED or (not found and after > Event.objects.last_id()):
        return None
    return [Message(pk, kind, str(uuid)) for pk, kind, uuid in found]


async def stream(visitor: Visitor, after: int) -> AsyncGenerator[bytes, None]:
    """The bytes of one visitor's stream."""
    watcher = Watcher(visitor.holders, visitor.sees_all, visitor.session)
    await hub.join(watcher)
    try:
        # The id alone tells the client where to resume, were it cut off at once.
        yield f"retry: 1000\nid: {after}\n\n".encode()
        found = await asyncio.to_thread(missed, visitor, after)
        last = after
        if found is None:
            last = await asyncio.to_thread(latest)
            yield f"id: {last}\nevent: reload\ndata: {{}}\n\n".encode()
        for message in found or ():
            last = message.id
            yield message.encoded
        async with aclosing(_heard(watcher, last)) as heard:
            async for chunk in heard:
                yield chunk
    finally:
        hub.leave(watcher)


async def _heard(watcher: Watcher, last: int) -> AsyncGenerator[bytes, None]:
    clock = asyncio.get_running_loop().time
    # Not everybody at once: the streams of a morning's sign-in end apart.
    end = clock() + LIFETIME * random.uniform(0.8, 1.2)
    while clock() < end:
        try:
            async with asyncio.timeout(KEEP_ALIVE):
                message = await watcher.queue.get()
        except TimeoutError:
            yield b": still here\n\n"
            continue
        if message is None:
            return
        # Read from the log already, before it was heard.
        if message.id > last or not message.id:
            yield message.encoded


async def application(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI application behind ``/live/``: 200 with a stream, 401, 405, 503."""
    if scope["method"] != "GET":
        return await _answer(send, 405)
    headers = {key.decode(): value.decode("latin-1") for key, value in scope["headers"]}
    after = _after(headers, scope["query_string"].decode("latin-1"))
    try:
        visitor = await asyncio.to_thread(visitor_of, headers.get("cookie", ""))
        if visitor is None:
            return await _answer(send, 401)
        if after is None:
            # Before the answer begins: what commits from then on is heard.
            after = await asyncio.to_thread(latest)
    except DatabaseError:
        return await _answer(send, 503)  # it is away: come again
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
    return cursor_of(said)


def cursor_of(said: str) -> int | None:
    """The id of an event as whoever asks names it."""
    is_id = said.isascii() and said.isdigit() and len(said) < 19
    return int(said) if is_id else None


BODY = {"type": "http.response.body"}


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_all(send: Any, chunks: AsyncGenerator[bytes, None]) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        # nginx must hand each message on at once.
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async with aclosing(chunks):
        async for chunk in chunks:
            # Who takes nothing at all would keep what waits for him for ever.
            async with asyncio.timeout(TAKES_IN):
                await send({**BODY, "body": chunk, "more_body": True})
    await send({**BODY, "body": b"", "more_body": False})


async def _answer(send: Any, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
