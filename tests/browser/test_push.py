"""Web push in the browser: what the worker shows; words where there is no worker."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from workflow.channels import pushing
from workflow.models import Channel

SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready
  const [one] = await worker.getNotifications()
  return one && [one.title, one.body, one.data.url]
}"""


@pytest.fixture
def channel(transactional_db):
    key = pushing.new_key()
    fields = {"kind": "push", "in_use": True, "secret": key}
    return Channel.objects.create(code="push", titles={"zh-hans": "推送"}, **fields)


def test_a_push_is_shown_and_leads_to_no_other_site(open_page, people, channel):
    page = open_page(
        people["handler"],
        "/notices/",
        service_workers="allow",
        permissions=["notifications"],
    )
    expect(page.locator("[data-subscribe]")).to_be_visible()
    told = {
        "title": "请尽快处置",
        "body": "C-1",
        "url": "https://evil.example/",
        "key": "k",
    }
    session, found = page.context.new_cdp_session(page), []
    heard = "ServiceWorker.workerRegistrationUpdated"
    session.on(heard, lambda said: found.extend(said["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.ready")
    here = urlsplit(page.url)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": f"{here.scheme}://{here.netloc}/",
            "registrationId": found[-1]["registrationId"],
            "data": json.dumps(told),
        },
    )
    title, body, url = page.wait_for_function(SHOWN).json_value()
    assert (title, body, urlsplit(url).path) == ("请尽快处置", "C-1", "/notices/")
    assert urlsplit(url).netloc == here.netloc


def test_without_a_worker_the_page_says_so(open_page, people, channel):
    page = open_page(people["handler"], "/notices/channels/", mobile=True)
    expect(page.get_by_text("此浏览器不支持页面关闭后的提醒")).to_be_visible()
    expect(page.locator("[data-subscribe]")).to_be_hidden()
