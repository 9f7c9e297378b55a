"""A real server on the test database, and Chromium pages signed in as somebody.

`open_page(user, …)` opens a page; at the end of the test every page must have asked
nobody but our own server and must have run into nothing that the policy forbids.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
import uvicorn
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from accounts.models import User

CHROMIUM = os.environ.get("GOVMAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Maps are drawn by the card's stand-in; that pages go through it too is half of
    # what a page costs.
    "--disable-gpu-compositing",
]
# A machine that does something else besides is slow, not wrong.
expect.set_options(timeout=20_000)
DESK = (1440, 900)
PHONE = (390, 844)
# Static files straight from where they lie: a test needs no collecting first.
STATIC = {"WHITENOISE_USE_FINDERS": True, "WHITENOISE_AUTOREFRESH": True}


@dataclass
class Watch:
    """What the pages of one test asked for, and what went wrong in them."""

    host: str
    requests: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pardoned: str = ""  # what a tool of the test does itself, however late it is told

    def follow(self, context: BrowserContext) -> None:
        context.on("request", lambda request: self.asked(request.url))
        context.on("console", lambda message: self.said(message.text))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def asked(self, url: str) -> None:
        parts = urlsplit(url)
        self.requests.append(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.outside.append(url)

    def said(self, text: str) -> None:
        if self.pardoned and self.pardoned in text:
            return
        if "Content Security Policy" in text or "violates the following" in text:
            self.forbidden.append(text)

    def check(self) -> None:
        assert not self.outside, f"asked another host: {self.outside}"
        assert not self.forbidden, f"against the policy: {self.forbidden}"
        assert not self.errors, f"errors in scripts: {self.errors}"


@pytest.fixture(scope="session")
def server(
    django_db_setup: None, var_folder: Path, static_files_as_they_lie: None
) -> Iterator[str]:
    """The address of the whole application, served as in production by uvicorn.

    It runs in a thread: so it follows the test database wherever `databases.use`
    points, and what a test patches holds in it too.
    """
    # Playwright keeps a loop in this thread; the rows that tests read are safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with override_settings(VAR=var_folder, MEDIA_ROOT=var_folder / "media", **STATIC):
        from govmap.asgi import application

        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        web = uvicorn.Server(
            uvicorn.Config(
                application,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(
            target=web.run, kwargs={"sockets": [listener]}, daemon=True
        )
        thread.start()
        _wait_until(lambda: web.started, seconds=20)
        yield f"http://127.0.0.1:{port}"
        web.should_exit = True
        thread.join(timeout=5)


def _wait_until(is_so: Callable[[], bool], *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each page has a context of its own."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watch(server: str) -> Watch:
    """What the pages of this test asked for, said and broke on."""
    return Watch(urlsplit(server).netloc)


@pytest.fixture
def open_page(
    server: str, chromium: Browser, transactional_db: None, watch: Watch
) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody; at the end no page may have asked another host.

    ``user``: None for a stranger. ``mobile``: a phone with touch. ``place``: lon, lat
    and optionally metres that the phone gives as its position; without it, it refuses.
    """
    contexts = []

    def open_(
        user: User | None,
        path: str = "",
        *,
        viewport: tuple[int, int] | None = None,
        mobile: bool = False,
        language: str = "zh-hans",
        theme: Literal["light", "dark"] = "light",
        place: tuple[float, ...] | None = None,
        **more: Any,
    ) -> Page:
        width, height = viewport or (PHONE if mobile else DESK)
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": height},
            is_mobile=mobile,
            has_touch=mobile,
            # Nothing is drawn twice as fine, nor on its way: software draws it all.
            device_scale_factor=1,
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            timezone_id="Asia/Shanghai",
            color_scheme=theme,
            **_position(place),
            # A worker would answer what a test wants to answer itself.
            **{"reduced_motion": "reduce", "service_workers": "block", **more},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        watch.follow(context)
        context.add_cookies(_cookies(server, user, language, theme))
        page = context.new_page()
        if path:
            page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    watch.check()


def _position(place: tuple[float, ...] | None) -> dict[str, Any]:
    if place is None:
        return {}
    lon, lat, *metres = place
    return {
        "geolocation": {
            "longitude": lon,
            "latitude": lat,
            "accuracy": metres[0] if metres else 8,
        },
        "permissions": ["geolocation"],
    }


def _cookies(server: str, user: User | None, language: str, theme: str) -> list[Any]:
    kept = {settings.LANGUAGE_COOKIE_NAME: language, "theme": theme}
    if user is not None:
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        kept[name] = client.cookies[name].value
    return [
        {"name": name, "value": value, "url": server} for name, value in kept.items()
    ]
