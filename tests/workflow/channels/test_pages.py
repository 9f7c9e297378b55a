"""The pages and the API of channels: the rules, the log, the package."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from govmap import demo
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of, recorded
from workflow import notices
from workflow.channels import loading, pushing, routing, sending
from workflow.models import (
    Channel,
    Delivery,
    NoticeRule,
)

TODAY = timezone.localdate
DAY = timedelta(days=1)
PAGES = "/rules/channels/"


@pytest.fixture
def admin(people, signed_in):
    return signed_in(people["system"])


def filled(gateway, **more):
    return {
        **{"code": "sms-a", "kind": "sms", "title": "短信网关", "method": "POST"},
        **{"url": f"{gateway.url}/send", "shape": "json", "most_tries": "6"},
        **{"headers": "Authorization: Bearer {secret}", "secret": "geheim"},
        **{"body": '{"to": "{phone}", "say": "{text}"}', "digest_at": "08:30 17:00"},
        **more,
    }


def test_an_administrator_makes_a_channel_and_its_secret_is_never_shown(admin, gateway):
    admin.post(f"{PAGES}new/", filled(gateway))
    row = Channel.objects.get()
    assert row.secret.open() == "geheim" and not row.in_use
    for page in (PAGES, f"{PAGES}{row.pk}/", f"{PAGES}channels.json"):
        assert "geheim" not in admin.get(page).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM workflow_channelevent c")
        assert "geheim" not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "https://other.example/"}, "url"),
        ({"url": "http://{phone}/"}, "url"),
        ({"body": "{no json"}, "body"),
        ({"body": '{"a": "{password}"}'}, "body"),
        ({"headers": "Host: evil"}, "headers"),
        ({"headers": "no colon at all{"}, "headers"),
        ({"digest_at": "25:00"}, "digest_at"),
        ({"kind": "webhook", "secret": ""}, "secret"),
        ({"code": "Sms A"}, "code"),
        ({"kind": "push", "url": "https://x"}, "url"),
    ],
)
def test_a_form_says_what_is_wrong_with_a_channel(admin, gateway, wrong, field):
    answer = admin.post(f"{PAGES}new/", filled(gateway, **wrong))
    assert answer.status_code == 400 and field in answer.context["form"].errors


def test_an_empty_secret_leaves_the_one_there_is(admin, gateway, channel):
    row = channel(secret="old")
    admin.post(f"{PAGES}{row.pk}/", filled(gateway, secret="", title="新名"))
    row.refresh_from_db()
    assert (row.secret.open(), row.titles["zh-hans"]) == ("old", "新名")


@pytest.mark.parametrize(
    ("kind", "missing"),
    [("mail", {"url", "body", "secret"}), ("push", {"body"}), ("webhook", {"body"})],
)
def test_a_form_asks_only_for_what_the_kind_needs(
    admin, channel, gateway, kind, missing
):
    row = channel(kind, secret="old", url="mailto:a@b.cn" if kind == "push" else "")
    page = admin.get(f"{PAGES}{row.pk}/")
    assert not missing & set(page.context["form"].fields)
    url = "mailto:a@b.cn" if kind == "push" else f"{gateway.url}/x"
    admin.post(f"{PAGES}{row.pk}/", filled(gateway, title="新名", secret="", url=url))
    row.refresh_from_db()
    assert (row.titles["zh-hans"], row.secret.open()) == ("新名", "old")
    assert row.body  # what it has no use for is left as it is


def test_a_test_message_shows_what_the_receiver_said(
    admin, channel, people, reached, gateway
):
    reached(people["system"])
    gateway.says((200, '{"code": 0, "msg": "accepted"}'))
    text = admin.post(f"{PAGES}{channel().pk}/try/").content.decode()
    assert "接收方已受理测试消息" in text and "accepted" in text
    assert "测试" in gateway.got[0].json["content"]


def test_a_test_message_without_an_address_says_so(admin, channel, gateway):
    text = admin.post(f"{PAGES}{channel().pk}/try/").content.decode()
    assert "尚未设置并确认" in text and not gateway.got


def test_what_no_key_opens_breaks_no_page(admin, channel, people, reached, settings):
    rows = [channel(secret="old"), channel("push", secret=pushing.new_key(), url="")]
    reached(people["system"])
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode()]
    for row in rows:
        answer = admin.post(f"{PAGES}{row.pk}/try/")
        assert answer.status_code == 200 and not answer.context["tried"]["ok"]
    assert "••••" in admin.get("/notices/channels/").content.decode()
    sent = {"address": "13900001111"}
    assert admin.post("/notices/channels/phone/", sent).status_code == 400


def test_a_test_message_shows_no_secret(admin, channel, people, reached, gateway):
    reached(people["system"])
    gateway.says((200, "token=ge%20heim"))
    text = admin.post(f"{PAGES}{channel(secret='ge heim').pk}/try/").content.decode()
    assert "token=…" in text


def test_no_event_is_called_by_a_sentence_that_is_still_to_be_filled(admin):
    form = admin.get(f"{PAGES}rules/new/").context["form"]
    assert not [what for what, name in form["what"].field.choices if "%(" in name]


def test_a_channel_that_could_not_send_is_not_put_into_use(admin, channel, settings):
    row = channel()
    Channel.objects.update(in_use=False)
    settings.CHANNEL_HOSTS = []
    admin.post(f"{PAGES}{row.pk}/use/")
    assert not Channel.objects.get().in_use


def test_a_rule_is_made_changed_and_on_record(admin, channel):
    sent = {"what": "ladder", "role": "handler", "channel": channel().pk}
    admin.post(f"{PAGES}rules/new/", {**sent, "choice": "usual", "urgent": "on"})
    rule = NoticeRule.objects.get()
    admin.post(f"{PAGES}rules/{rule.pk}/", {**sent, "choice": "always"})
    rule.refresh_from_db()
    assert (rule.choice, rule.urgent) == ("always", False)
    assert changes_of(NoticeRule)[0].by.username == "system"
    assert "时限提醒与催督办" in admin.get(PAGES).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"urgent": "on", "gathered": "on"},
        {"quiet_from": "22:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"},
        {"choice": "perhaps"},
    ],
)
def test_a_rule_that_says_nothing_sensible_is_refused(admin, channel, wrong):
    sent = {"channel": channel().pk, "choice": "usual"}
    assert admin.post(f"{PAGES}rules/new/", {**sent, **wrong}).status_code == 400


def test_the_same_rule_is_said_once(admin, rule):
    sent = {"channel": rule().channel_id, "choice": "usual"}
    assert admin.post(f"{PAGES}rules/new/", sent).status_code == 400


def test_the_log_shows_filters_and_tries_again(admin, rule, people, reached, gateway):
    rule()
    reached(people["handler"])
    gateway.says((400, "no"))
    notices.notify(None, "x", people=[people["handler"].pk])
    routing.route_all(), sending.send_due()
    row = Delivery.objects.get()
    assert (
        str(people["handler"])
        in admin.get(f"{PAGES}log/?state=failed").content.decode()
    )
    assert not admin.get(f"{PAGES}log/?state=sent").context["page"].rows
    assert "400" in admin.get(f"{PAGES}log/{row.pk}/").content.decode()
    admin.post(f"{PAGES}log/{row.pk}/retry/")
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.parametrize(
    "query", ["state=x", "day=2026-13-40", "channel=%00", "after=x"]
)
def test_a_filter_that_means_nothing_asks_nothing(admin, query):
    assert admin.get(f"{PAGES}log/?{query}").status_code == 200


def test_the_pages_ask_no_more_for_more_rows(admin, channel, people):
    def queries() -> list[int]:
        found = []
        for page in (PAGES, f"{PAGES}log/"):
            with CaptureQueriesContext(connection) as seen:
                admin.get(page)
            found.append(len(seen.captured_queries))
        return found

    now = timezone.now()
    rows = [channel(code=f"c{number}") for number in range(3)]
    fields = {"person": people["desk"], "made_at": now, "due_at": now}
    make = Delivery.objects.create
    make(channel=rows[0], **fields), NoticeRule.objects.create(channel=rows[0])
    few = queries()
    for row in rows[1:]:
        make(channel=row, **fields), NoticeRule.objects.create(channel=row)
    assert queries() == few


DATA: dict[str, Any] = {
    "channels": [
        {"code": "sms", "title": {"zh-hans": "短信"}, "kind": "sms", "url": "https://x"}
    ],
    "rules": [{"what": "ladder", "channel": "sms", "choice": "usual", "urgent": True}],
}


def test_a_package_is_taken_twice_and_what_was_changed_here_stands(people):
    loading.load_data(DATA, name="channels.json")
    with recorded(people["system"]):
        Channel.objects.update(url="https://changed")
    loading.load_data(DATA, name="channels.json")
    assert Channel.objects.get().url == "https://changed"
    more = {**DATA["channels"][0], "url": "https://y"}
    loading.load_data({**DATA, "channels": [more]}, name="channels.json")
    assert Channel.objects.get().url == "https://y"


def test_what_is_exported_reads_back_the_same(admin, people):
    loading.load_data(DATA, name="channels.json")
    told = json.loads(admin.get(f"{PAGES}channels.json").content)
    Channel.objects.update(url=""), NoticeRule.objects.all().delete()
    file = SimpleUploadedFile("channels.json", json.dumps(told).encode())
    admin.post(f"{PAGES}take/", {"file": file})
    assert loading.export() == told and NoticeRule.objects.get().urgent


WRONG: list[dict[str, Any]] = [
    {"url": "https://{phone}/"},
    {"body": {"a": "{password}"}},
    {"headers": {"Host": "evil"}},
    {"headers": ["evil"]},
    {"tries": 99},
    {"title": {}},
]


def test_the_invented_sites_channels_are_right(db):
    path = Path(demo.__file__).with_name("channels.json")
    assert loading.load(path) == "5 channels, 5 rules"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"channels": [{}]},
        {"channels": [{"code": "a", "title": {}, "kind": "pigeon"}]},
        *({"channels": [{**DATA["channels"][0], **fields}]} for fields in WRONG),
        {"rules": [{"channel": "none"}]},
        {"rules": "all"},
    ],
)
def test_a_package_that_is_wrong_says_where(db, wrong):
    with pytest.raises(BadInput, match=r"channels\.json"):
        loading.load_data(wrong, name="channels.json")


def test_the_api_keeps_channels_and_rules(admin, gateway):
    sent = {
        **{"code": "app", "kind": "app", "title": "京办", "url": f"{gateway.url}/m"},
        **{"headers": {"X-Key": "{secret}"}, "body": {"to": "{account}"}},
        **{"secret": "geheim", "digest_at": ["09:00"]},
    }
    made = admin.post("/api/v1/channels/", sent, "application/json")
    assert made.status_code == 201 and "secret" not in made.json()
    address = f"/api/v1/channels/{made.json()['id']}/"
    admin.patch(address, {"title": "政务微信"}, "application/json")
    admin.post(f"{address}use/", {"in_use": True}, "application/json")
    row = Channel.objects.get()
    assert row.in_use and row.secret.open() == "geheim"
    assert row.titles["zh-hans"] == "政务微信" and row.headers == {"X-Key": "{secret}"}
    rule = {"channel": "app", "role": "handler", "choice": "usual", "in_use": True}
    assert (
        admin.post("/api/v1/notice-rules/", rule, "application/json").status_code == 201
    )
