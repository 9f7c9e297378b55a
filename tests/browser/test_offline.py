"""The phone without a network: opened, written on, killed; and all is sent, once."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from cases.models import Case
from tests.browser.conftest import _cookies
from tests.sites import package
from workflow.models import Attachment

HERE = (*package.inside(1, 1, 1), 12)
SEND = "[data-send]"
ITEM = ".outbox-item"
STATE = ".outbox-item [data-state]"
PARTS = "**/attachments/parts/**"
# Whether both pages are on the phone, and the worker that answers for them is at work.
KEPT = """async () => {
  const pages = ['/report/', '/my/']
  for (let turn = 0; turn < 600; turn += 1) {
    const kept = await Promise.all(pages.map((page) => caches.match(page)))
    if (navigator.serviceWorker.controller && kept.every(Boolean)) return true
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return false
}"""
# What a browser does whose disk is full.
FULL = """() => {
  window.kept = IDBObjectStore.prototype.put
  const full = new DOMException('', 'QuotaExceededError')
  IDBObjectStore.prototype.put = () => { throw full }
}"""

# A microphone that hears one tone.
VOICE = """() => {
  navigator.mediaDevices.getUserMedia = async () => {
    const audio = new AudioContext()
    const [tone, out] = [audio.createOscillator(), audio.createMediaStreamDestination()]
    tone.connect(out)
    tone.start()
    return out.stream
  }
}"""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """More than one part of an upload."""
    path = tmp_path / "photo.jpg"
    Image.effect_noise((800, 600), 60).convert("RGB").save(path, quality=88)
    assert path.stat().st_size > 150_000
    return path


@pytest.fixture
def phone(open_page, people) -> Callable[..., Page]:
    def open_(path: str = "/report/", **more: Any) -> Page:
        worker = people["grid_worker"]
        return open_page(worker, path, mobile=True, place=HERE, **more)

    return open_


def write(page: Page, picture: Path | None = None) -> None:
    found = re.compile("社区|位置已记下")  # with a network, and without
    expect(page.locator("[data-place-words]")).to_contain_text(found)
    if picture:
        page.locator("photo-picker input[type=file]").first.set_input_files(picture)
        expect(page.locator(".photo-item img[src]")).to_have_count(1)
    page.locator("[data-category]").first.tap()


def sign_in(context: BrowserContext, server: str, user: Any) -> None:
    context.clear_cookies(name="sessionid")
    context.add_cookies(_cookies(server, user, "zh-hans", "light"))


def test_it_opens_without_a_network_and_a_killed_page_loses_nothing(phone, picture):
    page = phone(service_workers="allow")
    assert page.evaluate(KEPT)
    write(page, picture)
    page.context.set_offline(True)
    page.locator(SEND).tap()
    expect(page.locator(STATE)).to_have_text("等待网络")
    again = page.context.new_page()
    page.close()
    again.goto("/report/")
    expect(again.locator(".offline-line")).to_contain_text("没有网络")
    expect(again.locator(STATE)).to_have_text("等待网络")
    # What waits is no draft any more.
    expect(again.locator("[data-draft]")).to_be_hidden()
    expect(again.locator(".photo-item")).to_have_count(0)
    again.goto("/my/")
    expect(again.locator(f"{ITEM} [data-line]")).to_contain_text("1")
    again.goto("/map/")
    expect(again.locator("h1")).to_have_text("没有网络")
    again.goto("/my/")
    again.context.set_offline(False)
    expect(again.locator(f'{ITEM}[data-state="sent"]')).to_be_visible()
    assert Case.objects.get().events().get().attachments.count() == 1


def test_signing_out_wipes_the_pages_and_keeps_what_is_not_sent(phone):
    page = phone(service_workers="allow")
    assert page.evaluate(KEPT)
    write(page)
    page.context.set_offline(True)
    page.locator(SEND).tap()
    expect(page.locator(STATE)).to_have_text("等待网络")
    page.context.set_offline(False)
    page.route("**/report/", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("details.menu > summary").last.tap()
    page.locator('form[action$="/logout/"] button').tap()
    page.wait_for_url("**/login/**")
    names = page.evaluate("caches.keys()")
    assert not [name for name in names if name.startswith("govmap-pages-")]
    page.unroute("**/report/")
    page.context.set_offline(True)
    page.goto("/report/")
    expect(page.locator("h1")).to_have_text("没有网络")


def sign_out(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("details.menu > summary").last.tap()
    page.locator('form[action$="/logout/"] button').tap()


def test_signing_out_without_a_network_holds(phone, people, server):
    page = phone("/field/", service_workers="allow")
    assert page.evaluate(KEPT)
    page.locator("[data-load]").tap()
    expect(page.locator("[data-remove]")).to_be_visible()
    page.context.set_offline(True)
    page.goto("/report/")
    # The map that is kept is drawn.
    page.locator("[data-change]").tap()
    expect(page.locator("[data-map][data-drawn=true]")).to_be_visible()
    write(page)
    page.locator(SEND).tap()
    expect(page.locator(STATE)).to_have_text("等待网络")
    sign_out(page)
    expect(page.locator("h1")).to_have_text("已在本机退出登录")
    names = page.evaluate("caches.keys()")
    assert not [name for name in names if re.match("govmap-(pages|map)-", name)]
    page.goto("/report/")
    expect(page.locator("h1")).to_have_text("已在本机退出登录")
    # The server is told before anything else is opened.
    page.context.set_offline(False)
    page.goto("/report/")
    expect(page).to_have_url(re.compile("/login/"))
    assert page.request.get("/field/me/").status == 401
    for user, count in (("other_worker", 0), ("grid_worker", 1)):
        sign_in(page.context, server, people[user])
        page.goto("/my/")
        expect(page.locator("h1")).to_have_text("我的上报")
        expect(page.locator(f'{ITEM}[data-state="sent"]')).to_have_count(count)
    assert Case.objects.get().reporter == people["grid_worker"]


def test_a_full_disk_keeps_no_page_from_opening(phone, picture, server):
    page = phone(service_workers="allow")
    assert page.evaluate(KEPT)
    tools = page.context.new_cdp_session(page)
    full = {"origin": server, "quotaSize": 1}
    tools.send("Storage.overrideQuotaForOrigin", full)
    page.goto("/my/")
    expect(page.locator("h1")).to_have_text("我的上报")
    page.goto("/report/")
    write(page, picture)
    page.locator(SEND).tap()
    expect(page.locator(".report-done")).to_be_visible()
    assert Case.objects.get().events().get().attachments.count() == 1


class Restarted:
    """The whole application on a port of its own, stopped and started at will."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.start()

    def start(self) -> None:
        # Only here do the settings of the tests hold.
        from govmap.asgi import application

        config = uvicorn.Config(
            application,
            port=self.port,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=0,
        )
        self.web = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.web.run, daemon=True)
        self.thread.start()
        while not self.web.started:
            self.thread.join(0.02)

    def stop(self) -> None:
        self.web.should_exit = self.web.force_exit = True
        self.thread.join(5)


@pytest.fixture
def other_server(server: str, watch: Any) -> Iterator[Restarted]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = Restarted(port)
    watch.host = f"127.0.0.1:{made.port}"
    yield made
    made.stop()


def test_a_server_killed_between_two_parts_gets_the_rest(phone, picture, other_server):
    page = phone("")
    page.goto(f"http://127.0.0.1:{other_server.port}/report/")
    killed: list[str] = []

    def kill(route: Any) -> None:
        if route.request.method == "PUT" and "at=0" not in route.request.url:
            killed.append(route.request.url)
            other_server.stop()
        route.continue_()

    page.route(PARTS, kill)
    write(page, picture)
    page.locator(SEND).tap()
    expect(page.locator(STATE)).to_have_text("等待网络")
    page.unroute(PARTS)
    other_server.start()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(f'{ITEM}[data-state="sent"]')).to_be_visible()
    assert killed and not [url for url in sent if url.endswith("at=0")]
    assert Case.objects.count() == Attachment.objects.count() == 1


def test_only_the_account_that_wrote_it_sends_it(phone, people, server):
    page = phone()
    write(page)
    page.context.clear_cookies(name="sessionid")
    page.locator(SEND).tap()
    expect(page.locator(STATE)).to_have_text("等待您重新登录")
    sign_in(page.context, server, people["other_worker"])
    page.goto("/my/")
    expect(page.locator("h1")).to_have_text("我的上报")
    expect(page.locator(ITEM)).to_have_count(0)
    assert not Case.objects.exists()
    sign_in(page.context, server, people["grid_worker"])
    page.goto("/my/")
    expect(page.locator(f'{ITEM}[data-state="sent"]')).to_be_visible()
    assert Case.objects.get().reporter == people["grid_worker"]


def test_a_full_phone_says_what_to_do_and_loses_nothing(phone, picture):
    page = phone()
    write(page)
    page.context.set_offline(True)
    page.locator(SEND).tap()
    expect(page.locator(STATE)).to_have_text("等待网络")
    page.evaluate(FULL)
    write(page, picture)
    page.locator(SEND).tap()
    expect(page.locator("[data-status]")).to_contain_text("存储空间已满")
    expect(page.locator(ITEM)).to_have_count(1)
    expect(page.locator(".photo-item")).to_have_count(1)
    page.evaluate("() => { IDBObjectStore.prototype.put = window.kept }")
    page.context.set_offline(False)
    expect(page.locator(f'{ITEM}[data-state="sent"]')).to_be_visible()


def test_what_the_server_refused_is_said_and_can_be_corrected(phone):
    page = phone()
    write(page)
    page.locator("[name=note]").fill("满地都是")
    page.context.set_offline(True)
    page.locator(SEND).tap()
    expect(page.locator(STATE)).to_have_text("等待网络")
    refusal = (
        '<div><div data-for="note"><p class="field-error">写得太短</p></div></div>'
    )
    page.route("**/report/", lambda route: route.fulfill(status=422, body=refusal))
    page.context.set_offline(False)
    expect(page.locator(f"{ITEM} [data-said]")).to_contain_text("写得太短")
    page.unroute("**/report/")
    page.locator("[data-correct]").tap()
    expect(page.locator("[name=note]")).to_have_value("满地都是")
    expect(page.locator(ITEM)).to_have_count(0)
    page.locator(SEND).tap()
    expect(page.locator(".report-done")).to_be_visible()
    assert Case.objects.count() == 1


def test_refused_otherwise_it_comes_back_with_the_servers_words(phone):
    page = phone()
    write(page)
    refusal = "<div><p>您不负责这个网格</p></div>"
    page.route("**/report/", lambda route: route.fulfill(status=403, body=refusal))
    page.locator(SEND).tap()
    expect(page.locator("[data-status]")).to_contain_text("您不负责这个网格")
    expect(page.locator(ITEM)).to_have_count(0)
    page.unroute("**/report/")
    page.locator(SEND).tap()
    expect(page.locator(".report-done")).to_be_visible()
    assert Case.objects.count() == 1


def test_what_is_just_being_said_goes_with_the_report(phone):
    page = phone()
    write(page)
    page.evaluate(VOICE)
    page.locator(".voice-button").first.tap()
    expect(page.locator(".voice-button").first).to_contain_text("59")
    page.locator(SEND).tap()
    expect(page.locator(".report-done")).to_be_visible()
    assert Case.objects.get().events().get().attachments.count() == 1
