"""A hundred thousand open cases on the one map: tiles by zoom, and frames in a browser.

Tiles are asked of the whole application in this process as a supervisor, who sees the
district, and as one street's desk; each cold, spread over the ground. Each zoom tells
the slowest and the largest. Then headless Chromium shows the map of a server of its own
and moves it: the time of a frame is told, for software draws what a screen's processor
would.
"""

import argparse
import math
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import lib

lib.set_up("live_map")

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from bench import crowd  # noqa: E402
from cases.live_map import kept  # noqa: E402
from tests import databases  # noqa: E402

CASES = 100_000
MOST_TIME, MOST_BYTES = 300.0, 500_000  # ms, bytes
ZOOMS = range(8, 18)
TILES = 6  # of a zoom
SECONDS = 5  # of moving the map
CHROMIUM = os.environ.get("GOVMAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# All open, each at a place of its own in its cell; one of seven is late.
OPEN = """
UPDATE cases_case c SET
    state_id = (SELECT s.id FROM workflow_state s WHERE s.process_id = c.process_id
        AND s.phase <> 'done' ORDER BY (c.id + s.id) %% 7, s.id LIMIT 1),
    place = ST_Translate(c.place, (random() - 0.5) * 0.0009, (random() - 0.5) * 0.0009);
UPDATE workflow_deadline SET met_at = NULL, due_at = now() + interval '1 day' *
        CASE WHEN subject_id %% 7 = 0 THEN -1 ELSE 1 END,
    yellow_at = now() - interval '2 days' + interval '3 days' *
        CASE WHEN subject_id %% 5 = 0 THEN 0 ELSE 1 END * CASE WHEN
        subject_id %% 7 = 0 THEN 0 ELSE 1 END,
    started_at = now() - interval '9 days' WHERE kind = 'case'
"""
FRAMES = """async (seconds) => {
  const map = document.querySelector('map-page').map
  const times = []
  const end = performance.now() + seconds * 1000
  let before = performance.now()
  while (performance.now() < end) {
    map.leaflet.panBy([Math.round(4 * Math.sin(before / 400)), 3], { animate: false })
    await new Promise(requestAnimationFrame)
    times.push(performance.now() - before)
    before = performance.now()
  }
  return times
}"""


def make() -> None:
    lib.make_site()
    with connection.cursor() as cursor:
        cursor.execute(crowd.CELLS, {"east": crowd.EAST, "row": crowd.ROW})
    crowd.fill(databases.NAME, 1, CASES)
    databases.use(settings.SERVING_URL, databases.NAME)
    with connection.cursor() as cursor:
        cursor.execute(OPEN.replace("%%", "%"))
    databases.use(settings.OWNER_URL, databases.NAME)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_case, workflow_deadline, workflow_scope")
    databases.use(settings.SERVING_URL, databases.NAME)


def places(zoom: int) -> list[tuple[int, int]]:
    """Tiles spread over the ground of the cases."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Extent(place) FROM cases_case")
        text = cursor.fetchone()[0]
    west, south, east, north = map(
        float, text.removeprefix("BOX(").rstrip(")").replace(",", " ").split()
    )

    def tile(lon: float, lat: float) -> tuple[int, int]:
        turned = math.asinh(math.tan(math.radians(lat))) / math.pi
        return int((lon + 180) / 360 * 2**zoom), int((1 - turned) / 2 * 2**zoom)

    (left, bottom), (right, top) = tile(west, south), tile(east, north)
    found = [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    return found[:: max(1, len(found) // TILES)][:TILES]


def measure(who: str) -> tuple[float, int]:
    """The slowest tile in milliseconds and the largest in bytes, of all zooms."""
    client, slow, large = crowd.client_of(who), 0.0, 0
    for zoom in ZOOMS:
        told = []
        for what in ("cases", "cells"):
            times, sizes = [], []
            for x, y in places(zoom):
                # Of three, so that another's work beside is not ours.
                turns = []
                for _ in range(3):
                    kept.forget()
                    began = time.perf_counter()
                    answer = client.get(f"/map/{what}/{zoom}/{x}/{y}.mvt")
                    turns.append((time.perf_counter() - began) * 1000)
                    assert answer.status_code == 200
                times.append(statistics.median(turns))
                sizes.append(len(answer.content))
            told.append(f"{what} {max(times):6.0f} ms {max(sizes) / 1000:6.1f} kB")
            slow, large = max(slow, *times), max(large, *sizes)
        print(f"  {who:10} zoom {zoom:2}: {'; '.join(told)}")
    return slow, large


@contextmanager
def serving() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = settings.SERVING_URL.replace("/govmap?", f"/{databases.NAME}?")
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "govmap.asgi:application", "--port",
         str(port), "--log-level", "error", "--timeout-graceful-shutdown", "1"],
        cwd=lib.ROOT,
        env={**os.environ, "DATABASE_URL": url, "GOVMAP_DEBUG": "1",
             "GOVMAP_SECRET_KEY": settings.SECRET_KEY,
             "GOVMAP_PERSONAL_KEYS": ",".join(settings.PERSONAL_KEYS)},
    )  # fmt: skip
    try:
        for _ in range(300):
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def frames() -> dict[str, list[float]]:
    """Milliseconds of the frames while the map moves, with the cases and without."""
    client: Any = crowd.client_of("supervisor")
    name = settings.SESSION_COOKIE_NAME
    with serving() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        value = client.cookies[name].value
        page.context.add_cookies([{"name": name, "value": value, "url": address}])
        page.goto(f"{address}/map/#14/39.92000/116.43000", timeout=90_000)
        page.wait_for_selector("live-map[data-shown]", timeout=90_000)
        found = {"with cases": moved(page)}
        page.uncheck("live-map [name=pins]")
        page.wait_for_timeout(1000)
        found["without"] = moved(page)
        browser.close()
    return found


def moved(page: Page) -> list[float]:
    return sorted(page.evaluate(FRAMES, SECONDS))


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    make()
    print(lib.describe_machine())
    found = [measure(who) for who in ("supervisor", "desk")]
    for what, times in frames().items():
        print(
            f"frames {what}: median {statistics.median(times):.0f} ms, p95"
            f" {times[int(len(times) * 0.95)]:.0f} ms of {len(times)}"
        )
    databases.drop()
    slow, large = max(row[0] for row in found), max(row[1] for row in found)
    lib.conclude(
        "live_map",
        f"slowest tile {slow:.0f} ms, largest {large / 1000:.0f} kB of {CASES:,} cases",
        f"{MOST_TIME:.0f} ms, {MOST_BYTES / 1000:.0f} kB",
        within=slow <= MOST_TIME and large <= MOST_BYTES,
    )


if __name__ == "__main__":
    main()
