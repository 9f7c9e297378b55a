"""A crowd that listens, in a process of its own: what each heard, and when.

Reads one line of JSON from its input: ``port`` and ``cookies``, one a watcher. Each
opens the stream, says so by a dot, and behaves as the desk's page: of a case that an
event names it asks for the row again, one at a time. At the end of its input it writes
one line of JSON: [event, watcher, moment] of frames and of rows, by the clock that all
processes share (CLOCK_MONOTONIC), the bytes of the frames, and what went wrong.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"


@dataclass
class Heard:
    """Of all watchers together."""

    frames: list[tuple[int, int, float]] = field(default_factory=list)
    rows: list[tuple[int, int, float]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Watcher:
    """One desk."""

    def __init__(self, number: int, port: int, cookie: str, heard: Heard) -> None:
        self.number, self.port, self.cookie, self.heard = number, port, cookie, heard
        self.asked: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self.link: Any = None

    async def listen(self, opened: asyncio.Semaphore) -> None:
        async with opened:
            reader, writer = await asyncio.open_connection(HOST, self.port)
            writer.write(self._request("/live/"))
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n")[0]:
                self.heard.wrong.append(head[:60].decode())
                return
            await reader.readuntil(b"\n\n")
            print(".", end="", flush=True)
        while True:
            self._take(await reader.readuntil(b"\n\n"))

    def _request(self, path: str) -> bytes:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n"
        return f"{head}X-Requested-With: fetch\r\n\r\n".encode()

    def _take(self, frame: bytes) -> None:
        """A chunk of the transfer coding, with one message in it or none."""
        moment = time.monotonic()
        for line in frame.splitlines():
            if line.startswith(b"data: "):
                said = json.loads(line[6:])
                self.heard.frames.append((said["id"], self.number, moment))
                self.heard.sizes.append(len(frame) + 2)
                self.asked.put_nowait((said["id"], said["uuid"]))

    async def read_rows(self) -> None:
        while True:
            event, uuid = await self.asked.get()
            status = await self._row(f"/cases/{uuid}/row/?view=all")
            if status != 200:
                self.heard.wrong.append(f"row: {status}")
            self.heard.rows.append((event, self.number, time.monotonic()))

    async def _row(self, path: str) -> int:
        """By a kept connection, as a browser has; a server ends those that rest."""
        if self.link is None or self.link[0].at_eof():
            self.link = await asyncio.open_connection(HOST, self.port)
        reader, writer = self.link
        writer.write(self._request(path))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        await reader.readexactly(length)
        return int(head.split()[1])


async def watch(port: int, cookies: list[str]) -> Heard:
    heard, opened = Heard(), asyncio.Semaphore(20)
    everybody = [Watcher(n, port, text, heard) for n, text in enumerate(cookies)]
    tasks = [asyncio.create_task(one.listen(opened)) for one in everybody]
    tasks += [asyncio.create_task(one.read_rows()) for one in everybody]
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        if task.done() and task.exception():
            heard.wrong.append(repr(task.exception()))
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
    return heard


def main() -> None:
    said = json.loads(sys.stdin.readline())
    heard = asyncio.run(watch(said["port"], said["cookies"]))
    print("\n" + json.dumps(vars(heard)), flush=True)


if __name__ == "__main__":
    main()
