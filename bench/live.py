"""A thousand desks of 15 streets listen while cases come in: how soon each sees them.

The server is a process of its own, as in production, and so is the crowd
(`bench.watchers`), over loopback. A case is written here; its moment is the one before
its commit. A frame is the event as it reaches a desk's stream; the row is what the desk
asks for then, through its session and scope, as far as it takes to be read to the end.
Each street's desks must hear of their own cases and of no others. The CPU of the server
is told for a thousand streams on which nothing happens, and for each change.
"""

import argparse
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from uuid import uuid4

from bench import lib

lib.set_up("live")

from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.db import connection, transaction  # noqa: E402

from accounts.models import User  # noqa: E402
from bench import crowd  # noqa: E402
from cases.intake import report  # noqa: E402
from tests import databases  # noqa: E402
from workflow.models import Category  # noqa: E402

WATCHERS, STREETS, CASES = 1000, 15, 10_000
EVENTS, EVERY = 45, 1.0  # cases that come in, and seconds between two
IDLE = 10.0  # seconds
FRAME_P99, ROW_P95, MOST_BYTES = 0.5, 1.5, 1000  # s, s, bytes
WEST, SOUTH, STEP = 116.4, 39.9, 0.001
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"

# Street n has one community of 2 x 2 cells and a worker; its desks take turns.
MAKE = """
INSERT INTO accounts_unit (code, name, name_en, kind, parent_id)
SELECT 'ls' || lpad(n::text, 2, '0'), '街道' || n, '', 'street',
    (SELECT id FROM accounts_unit WHERE kind = 'district' LIMIT 1)
FROM generate_series(1, %(streets)s) n;
INSERT INTO accounts_unit (code, name, name_en, kind, parent_id)
SELECT s.code || '001', s.name || '社区', '', 'community', s.id
FROM accounts_unit s WHERE s.code LIKE 'ls__';
INSERT INTO layers_gridcell (code, name, community_id, geometry, valid, area)
SELECT '9' || lpad((c.n * 4 + i)::text, 14, '0'), '', c.id, ST_MakeEnvelope(
    %(west)s + (c.n * 2 + i %% 2) * %(step)s, %(south)s + i / 2 * %(step)s,
    %(west)s + (c.n * 2 + i %% 2 + 1) * %(step)s, %(south)s + (i / 2 + 1) * %(step)s,
    4490), tstzrange('2020-01-01', NULL), 9500
FROM (SELECT id, row_number() OVER (ORDER BY code) - 1 AS n FROM accounts_unit
      WHERE code LIKE 'ls_____') c, generate_series(0, 3) i;
WITH people AS (
    INSERT INTO accounts_user (uuid, username, name, password, first_name, last_name,
        email, is_active, is_staff, is_superuser, date_joined)
    SELECT gen_random_uuid(), 'watcher' || lpad(n::text, 4, '0'), '', '!', '', '', '',
        true, false, false, now()
    FROM generate_series(0, %(watchers)s + %(streets)s - 1) n
    RETURNING id, username
), placed AS (
    SELECT id, right(username, 4)::int AS n FROM people
), posts AS (
    SELECT placed.id, 'ls' || lpad((n %% %(streets)s + 1)::text, 2, '0') AS street,
        n >= %(watchers)s AS works
    FROM placed
)
INSERT INTO accounts_membership (user_id, unit_id, role, valid, team)
SELECT posts.id, u.id, roles.role, tstzrange('2020-01-01', NULL), ''
FROM posts, LATERAL (SELECT unnest(CASE WHEN works THEN ARRAY['grid_worker']
    ELSE ARRAY['acceptor', 'filer', 'dispatcher'] END) AS role) roles
JOIN accounts_unit u ON true
WHERE u.code = CASE WHEN works THEN street || '001' ELSE street END
"""


def make() -> list[str]:
    """The site, its streets and people; the cookie of each watcher's session."""
    lib.make_site()
    with connection.cursor() as cursor:
        cursor.execute(
            MAKE,
            {"streets": STREETS, "watchers": WATCHERS, "west": WEST, "south": SOUTH,
             "step": STEP},
        )  # fmt: skip
    crowd.fill(databases.NAME, 1, CASES)
    databases.use(settings.SERVING_URL, databases.NAME)
    people = User.objects.filter(username__startswith="watcher").order_by("username")
    with transaction.atomic():
        return [cookie_of(user) for user in people[:WATCHERS]]


def cookie_of(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = MODEL_BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The whole application on the scratch database, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = settings.SERVING_URL.replace("/govmap?", f"/{databases.NAME}?")
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "govmap.asgi:application", "--port",
         str(port), "--log-level", "error", "--no-access-log", "--backlog", "2048",
         "--timeout-graceful-shutdown", "1"],
        cwd=lib.ROOT,
        env={**os.environ, "DATABASE_URL": url,
             "GOVMAP_SECRET_KEY": settings.SECRET_KEY,
             "GOVMAP_PERSONAL_KEYS": ",".join(settings.PERSONAL_KEYS)},
    )  # fmt: skip
    try:
        for _ in range(300):
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield server, port
    finally:
        server.terminate()
        server.wait(20)


class Crowd:
    """The watchers' process."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.watchers"], cwd=lib.ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._say(json.dumps({"port": port, "cookies": cookies}))
        self._wait_for(len(cookies))

    def _say(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{text}\n".encode())
        self.process.stdin.flush()

    def _wait_for(self, count: int, seconds: float = 60) -> None:
        """Each says by a dot that its stream is open."""
        assert self.process.stdout
        end = time.monotonic() + seconds
        while count and time.monotonic() < end:
            ready, _, _ = select.select([self.process.stdout], [], [], 1)
            if ready:
                count -= len(os.read(self.process.stdout.fileno(), count))
        if count:
            raise SystemExit(f"{count} of the watchers found no stream")

    def end(self) -> dict[str, Any]:
        self._say("")
        assert self.process.stdout
        text = self.process.stdout.read()
        self.process.wait(20)
        found: dict[str, Any] = json.loads(text)
        return found


def cpu_of(process: subprocess.Popen[bytes]) -> float:
    """Seconds of CPU that it has used."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def write(events: int) -> dict[int, tuple[int, float]]:
    """Cases street by street: of each event its street and the moment of its commit."""
    category = Category.objects.get(code="06010", kind="event").pk
    workers = list(
        User.objects.filter(username__gte=f"watcher{WATCHERS:04d}").order_by("username")
    )
    told, began = {}, time.monotonic()
    for number in range(events):
        street = number % STREETS
        # The workers' numbers go on after the watchers': so do their streets.
        worker = workers[(street - WATCHERS) % STREETS]
        place = [WEST + (street * 2 + 0.5) * STEP, SOUTH + 0.5 * STEP]
        evidence = {"category": category, "place": place}
        with transaction.atomic():
            _case, event = report(by=worker, uuid=uuid4(), evidence=evidence)
            moment = time.monotonic()
        told[event.pk] = (street, moment)
        time.sleep(max(0.0, began + (number + 1) * EVERY - time.monotonic()))
    return told


def delays(
    heard: list[list[float]], told: dict[int, tuple[int, float]], what: str
) -> list[float]:
    """Seconds, in order. Raises SystemExit where a desk heard what is not its own."""
    found = []
    for event, watcher, moment in heard:
        street, written = told[int(event)]
        if int(watcher) % STREETS != street:
            raise SystemExit(f"{what}: a desk heard of a case of another street")
        found.append(moment - written)
    desks = [len(range(street, WATCHERS, STREETS)) for street, _ in told.values()]
    if len(found) != sum(desks):
        raise SystemExit(f"{what}: {len(found):,} of {sum(desks):,} arrived")
    return sorted(found)


def share(found: list[float], part: float) -> float:
    return found[min(len(found) - 1, int(len(found) * part))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    options = parser.parse_args()
    cookies = make()
    print(lib.describe_machine())
    with serving() as (server, port):
        began = time.monotonic()
        everybody = Crowd(port, cookies)
        opened = time.monotonic() - began
        before = cpu_of(server)
        time.sleep(IDLE)
        idle = (cpu_of(server) - before) / IDLE
        before = cpu_of(server)
        told = write(options.events)
        time.sleep(3)
        busy = (cpu_of(server) - before) / len(told)
        heard = everybody.end()
    databases.drop()
    if heard["wrong"]:
        raise SystemExit(f"went wrong: {heard['wrong'][:5]}")
    frames = delays(heard["frames"], told, "frames")
    rows = delays(heard["rows"], told, "rows")
    size = max(heard["sizes"])
    print(
        f"{WATCHERS:,} streams opened in {opened:.1f} s; idle {idle:.1%} of a core; a"
        f" change costs {busy * 1000:.0f} ms of CPU, its {len(rows) // len(told)} rows"
        f" among it\nframe: median {share(frames, 0.5) * 1000:.0f} ms, most"
        f" {frames[-1] * 1000:.0f} ms; row: median {share(rows, 0.5) * 1000:.0f} ms,"
        f" p99 {share(rows, 0.99) * 1000:.0f} ms"
    )
    frame, row = share(frames, 0.99), share(rows, 0.95)
    lib.conclude(
        "live",
        f"frame p99 {frame * 1000:.0f} ms; row p95 {row * 1000:.0f} ms; {size} bytes;"
        f" idle {idle:.1%} of a core",
        f"{FRAME_P99 * 1000:.0f} ms; {ROW_P95 * 1000:.0f} ms; {MOST_BYTES} bytes",
        within=frame <= FRAME_P99 and row <= ROW_P95 and size < MOST_BYTES,
    )


if __name__ == "__main__":
    main()
