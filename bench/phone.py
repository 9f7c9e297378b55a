"""The grid worker's phone: what the first pages weigh, and how soon one can begin.

A real Chromium of a phone's size asks a server of one process, with the site's whole
classification and a full list of tasks. Bytes are packed as a server packs them; the
processor is four times slower than this machine's. Then the network is cut and the page
is opened from what the phone keeps.
"""

import argparse
import gzip
import os
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from bench import lib

lib.set_up("phone")

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, sync_playwright  # noqa: E402

from accounts.models import User  # noqa: E402
from cases.intake import report  # noqa: E402
from tests import databases  # noqa: E402
from tests.browser.conftest import CHROMIUM, FLAGS  # noqa: E402
from tests.sites import package  # noqa: E402
from workflow.models import Category  # noqa: E402

BYTES, INTERACTIVE, OFFLINE = 150_000, 2000.0, 1000.0  # bytes, ms, ms
SLOWER = 4
CLASSES, TASKS = 400, 40
ROUNDS = 5
# What one touches first is there, and its script has begun.
READY = {
    "/report/": "document.querySelector('report-form')?.ready === true",
    "/tasks/": "document.querySelector('task-list:defined .task, task-list:defined')",
}
KEPT = """async () => {
  const pages = ['/report/', '/tasks/']
  for (let turn = 0; turn < 1200; turn += 1) {
    const kept = await Promise.all(pages.map((page) => caches.match(page)))
    if (navigator.serviceWorker.controller && kept.every(Boolean)) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return false
}"""


def fill() -> None:
    """As many classes as the standard has, and reports that somebody must handle."""
    litter = Category.objects.get(code="06010", kind="event")
    Category.objects.bulk_create(
        Category(
            standard=litter.standard,
            kind=litter.kind,
            code=f"{number:05d}",
            parent=litter.parent,
            name=f"第{number}类街面秩序问题",
            initials=f"d{number}ljmzxwt",
        )
        for number in range(20_000, 20_000 + CLASSES)
    )
    worker = User.objects.get(username="grid_worker")
    for number in range(TASKS):
        place = list(package.inside(1, 1, 1 + number % 3))
        evidence = {"category": litter.pk, "place": place, "note": "满地都是"}
        report(by=worker, uuid=uuid4(), evidence=evidence)


@contextmanager
def serving(folder: str) -> Iterator[str]:
    """The application as in production, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": settings.SERVING_URL.replace("/govmap?", f"/{databases.NAME}?"),
        "GOVMAP_VAR": folder,
        "GOVMAP_SECRET_KEY": settings.SECRET_KEY,
        "GOVMAP_PERSONAL_KEYS": ",".join(settings.PERSONAL_KEYS),
    }
    python = str(lib.ROOT / ".venv" / "bin" / "python")
    collect = [python, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, env=environment, cwd=lib.ROOT, check=True)
    command = [python, "-m", "uvicorn", "govmap.asgi:application", "--port", str(port)]
    quiet = ["--no-access-log", "--log-level", "error"]
    server = subprocess.Popen([*command, *quiet], env=environment, cwd=lib.ROOT)
    try:
        for _turn in range(300):
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def phone(browser: Browser, address: str, *, worker: bool) -> BrowserContext:
    """A phone on which the grid worker is signed in."""
    lon, lat = package.inside(1, 1, 1)
    context = browser.new_context(
        base_url=address,
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        geolocation={"longitude": lon, "latitude": lat, "accuracy": 8},
        permissions=["geolocation"],
        service_workers="allow" if worker else "block",
        bypass_csp=True,  # what waits for a page evaluates its question in it
    )
    client = Client()
    user = User.objects.get(username="grid_worker")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": address}])
    return context


def first_visit(browser: Browser, address: str, path: str) -> tuple[int, float]:
    """Bytes, packed, and milliseconds until one can begin, on an empty cache."""
    context = phone(browser, address, worker=False)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    came: list[Any] = []
    page.on("response", lambda answer: came.append(answer))
    page.goto(path, wait_until="commit")
    page.wait_for_function(READY[path])
    ready = page.evaluate("performance.now()")
    page.wait_for_load_state("load")
    time.sleep(1)  # what comes later counts too
    whole = [one for one in came if one.status == 200 and "/live/" not in one.url]
    size = sum(len(gzip.compress(one.body())) for one in whole)
    context.close()
    return size, ready


def opened_offline(browser: Browser, address: str) -> list[float]:
    """Milliseconds to the first words of /report/ without a network."""
    context = phone(browser, address, worker=True)
    page = context.new_page()
    page.goto("/report/")
    assert page.evaluate(KEPT), "the worker keeps no pages"
    context.set_offline(True)
    page.close()
    found = []
    for _turn in range(ROUNDS):
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto("/report/", wait_until="commit")
        page.wait_for_function(READY["/report/"])
        found.append(page.evaluate("performance.now()"))
        page.close()
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    # Playwright keeps a loop in this thread; what is read meanwhile is safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    lib.make_site()
    fill()
    print(lib.describe_machine())
    print(
        f"data: {CLASSES} classes, {TASKS} reports; a processor {SLOWER} times slower"
    )
    weights, soon = {}, {}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(folder) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print("browser:", browser.version)
        for path in READY:
            visits = [
                first_visit(browser, address, path) for _turn in range(options.rounds)
            ]
            weights[path] = max(size for size, _ready in visits)
            soon[path] = statistics.median(ready for _size, ready in visits)
            print(f"{path:9} {weights[path] / 1000:6.1f} kB  {soon[path]:6.0f} ms")
        offline = statistics.median(opened_offline(browser, address))
        print(f"offline   {offline:6.0f} ms")
        browser.close()
    databases.drop()
    size, ready = max(weights.values()), max(soon.values())
    lib.conclude(
        "phone",
        f"{size / 1000:.0f} kB, {ready:.0f} ms, offline {offline:.0f} ms",
        f"{BYTES / 1000:.0f} kB, {INTERACTIVE:.0f} ms, {OFFLINE:.0f} ms",
        within=size <= BYTES and ready <= INTERACTIVE and offline <= OFFLINE,
    )


if __name__ == "__main__":
    main()
