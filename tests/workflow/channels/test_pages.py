"""The pages and the API of channels: the rules, the log, a person's own."""

import json
import re
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
from tests.workflow.channels.test_push import AUTH, Browser
from workflow import notices
from workflow.channels import addresses, leaves, loading, pushing, routing, sending
from workflow.models import (
    Channel,
    Delivery,
    Leave,
    Notice,
    NoticeChoice,
    NoticeRule,
    OwnAddress,
    OwnQuiet,
    PushSubscription,
)

TODAY = timezone.localdate
DAY = timedelta(days=1)
PAGES = "/rules/channels/"


@pytest.fixture
def admin(people, signed_in):
    return signed_in(people["system"])


@pytest.fixture
def handler(people, signed_in):
    return signed_in(people["handler"])


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


def code_of(gateway) -> str:
    [code] = re.findall(r"\d{6}", gateway.got[-1].json["content"])
    return code


def test_an_address_is_confirmed_by_the_code_that_was_sent_there(
    handler, channel, people, gateway
):
    channel()
    handler.post("/notices/channels/phone/", {"address": "138 0000 1111"})
    assert "138****1111" in handler.get("/notices/channels/").content.decode()
    handler.post("/notices/channels/phone/confirm/", {"code": code_of(gateway)})
    row = OwnAddress.objects.get()
    assert row.confirmed_at and row.address.open() == "13800001111"
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM workflow_ownaddress a")
        assert "13800001111" not in str(cursor.fetchall())


def test_a_code_may_be_guessed_five_times(people, channel, gateway):
    channel()
    now, person = timezone.now(), people["handler"]
    addresses.ask(person, "phone", "13800001111", now)
    right = code_of(gateway)
    for _ in range(5):
        with pytest.raises(addresses.WrongCode):
            addresses.confirm(person, "phone", "x", now)
    with pytest.raises(addresses.WrongCode):
        addresses.confirm(person, "phone", right, now)


def test_a_code_is_too_old_after_ten_minutes(people, channel, gateway):
    channel()
    now, person = timezone.now(), people["handler"]
    addresses.ask(person, "phone", "13800001111", now)
    with pytest.raises(addresses.WrongCode):
        addresses.confirm(
            person, "phone", code_of(gateway), now + timedelta(minutes=11)
        )


def test_codes_are_sent_a_minute_apart_also_after_a_removal(people, channel, gateway):
    channel()
    now, person = timezone.now(), people["handler"]
    addresses.ask(person, "phone", "13800001111", now)
    addresses.remove(person, "phone")
    with pytest.raises(addresses.TooSoon):
        addresses.ask(person, "phone", "13800002222", now + timedelta(seconds=30))
    assert len(gateway.got) == 1 and not addresses.of(person)


@pytest.mark.parametrize("text", ["", "110", "abc", "1380000111x"])
def test_what_is_no_phone_is_refused_in_its_field(handler, channel, text):
    channel()
    answer = handler.post("/notices/channels/phone/", {"address": text})
    assert answer.status_code == 400 and "手机号为11位" in answer.content.decode()


def test_a_person_chooses_and_sets_quiet_hours(handler, rule, people):
    over = rule(choice="offered").channel
    sent = {"wanted": [over.code], "gathered": [over.code]}
    hours = {"quiet_from": "22:00", "quiet_until": "07:00"}
    handler.post("/notices/channels/choices/", {**sent, **hours})
    row = NoticeChoice.objects.get()
    assert (row.wanted, row.gathered) == (True, True) and OwnQuiet.objects.exists()
    handler.post("/notices/channels/choices/", {})
    row.refresh_from_db()
    assert row.wanted is False and not OwnQuiet.objects.exists()


def test_what_the_rules_set_nobody_turns_off(handler, rule):
    rule(choice="always")
    handler.post("/notices/channels/choices/", {})
    assert not NoticeChoice.objects.exists()
    assert "由规则规定" in handler.get("/notices/channels/").content.decode()


def choice_after_keeping_what_is_shown(handler) -> bool | None:
    shown = handler.get("/notices/channels/").context["choices"]
    wanted = [one.channel.code for one in shown if one.wanted]
    handler.post("/notices/channels/choices/", {"wanted": wanted})
    return NoticeChoice.objects.values_list("wanted", flat=True).first()


def test_a_tick_that_a_rule_sets_turns_nothing_else_on(handler, rule):
    over = rule(choice="usual").channel
    rule(channel=over, what="ladder", choice="offered")
    assert choice_after_keeping_what_is_shown(handler) is None


def test_keeping_the_page_undoes_no_choice(handler, rule, people):
    over = rule(choice="usual").channel
    rule(channel=over, what="ladder", choice="always")
    NoticeChoice.objects.create(person=people["handler"], channel=over, wanted=False)
    assert choice_after_keeping_what_is_shown(handler) is False


def test_quiet_hours_last_half_a_day_at_most(handler):
    sent = {"quiet_from": "08:00", "quiet_until": "07:00"}
    assert handler.post("/notices/channels/choices/", sent).status_code == 400


def test_a_browser_takes_pushes_and_takes_its_leave(handler, channel, gateway, people):
    channel("push", secret=pushing.new_key(), url="")
    sent = {"endpoint": f"{gateway.url}/p", "keys": {"auth": AUTH}}
    sent["keys"]["p256dh"] = Browser().key
    text = json.dumps(sent)
    assert "push-switch" in handler.get("/notices/").content.decode()
    assert handler.post("/notices/push/", text, "application/json").status_code == 201
    assert PushSubscription.objects.get().person == people["handler"]
    handler.delete("/notices/push/", text, "application/json")
    assert not PushSubscription.objects.exists()


def leave(client, stand_in="clerk", first=0, last=3):
    days = {"begins_on": TODAY() + first * DAY, "ends_on": TODAY() + last * DAY}
    return client.post("/leave/", {**days, "stand_in": stand_in})


def test_what_is_told_to_somebody_on_leave_is_told_to_the_stand_in(handler, people):
    assert leave(handler).status_code == 302
    Notice.objects.all().delete()
    notices.notify(None, "x", people=[people["handler"].pk], key="k")
    told = Notice.objects.order_by("person__username")
    assert [(row.person.username, row.instead_of) for row in told] == [
        ("clerk", people["handler"]),
        ("handler", None),
    ]


def test_after_the_leave_the_stand_in_is_told_nothing(handler, people):
    leave(handler)
    handler.post(f"/leave/{Leave.objects.get().pk}/end/")
    Notice.objects.all().delete()
    notices.notify(None, "x", people=[people["handler"].pk])
    assert [row.person.username for row in Notice.objects.all()] == ["handler"]


@pytest.mark.parametrize(
    "wrong",
    [{"stand_in": "handler"}, {"stand_in": "nobody"}, {"last": -1}, {"last": 500}],
)
def test_a_leave_that_cannot_be_says_what_to_do(handler, wrong):
    answer = leave(handler, **wrong)
    assert answer.status_code == 400 and not Leave.objects.exists()
    assert "代收" in answer.content.decode()


def test_nobody_is_away_twice_at_a_time(handler):
    leave(handler)
    assert leave(handler, first=2, last=5).status_code == 400


def test_who_hands_out_work_sees_who_is_away(handler, people, signed_in):
    leave(handler)
    away = leaves.away_seen_by(people["clerk"], TODAY())
    assert [row.person for row in away] == [people["handler"]]
    assert "今日不在岗" in signed_in(people["clerk"]).get("/leave/").content.decode()
    assert "今日不在岗" not in handler.get("/leave/").content.decode()


def test_anothers_leave_is_not_there(handler, people, signed_in):
    leave(handler)
    other = signed_in(people["clerk"])
    pk = Leave.objects.get().pk
    assert other.post(f"/leave/{pk}/end/").status_code == 404
    assert other.delete(f"/api/v1/leaves/{pk}/").status_code == 404


def test_notices_are_narrowed_to_a_kind_and_read_by_it(handler, people, make_case):
    notices.notify(make_case("collect"), "x", people=[people["handler"].pk])
    Notice.objects.filter(person=people["handler"]).exclude(what="x").delete()
    notices.notify(None, "y", people=[people["handler"].pk])
    page = handler.get("/notices/?kind=case")
    assert [row["notice"].what for row in page.context["told"]] == ["x"]
    handler.post("/notices/read/", {"kind": "case"})
    assert [row.what for row in Notice.objects.unread()] == ["y"]
    text = handler.get("/notices/?kind=system").content.decode()
    assert text.count("notices-row") == 1
    rows = handler.get("/api/v1/notices/?kind=case").json()["results"]
    assert [row["what"] for row in rows] == ["x"]


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


def test_the_api_keeps_a_persons_own(handler, rule, gateway):
    rule()
    address = "/api/v1/notice-addresses/phone/"
    sent = {"address": "13800001111"}
    assert handler.put(address, sent, "application/json").status_code == 202
    sent = {"code": code_of(gateway)}
    handler.post(f"{address}confirm/", sent, "application/json")
    told = handler.get("/api/v1/notice-choices/").json()
    assert told["choices"][0]["reached"] and told["choices"][0]["wanted"]
    told["choices"][0]["wanted"], told["quiet_from"] = False, "22:00"
    told["quiet_until"] = "06:00"
    kept = handler.put("/api/v1/notice-choices/", told, "application/json").json()
    assert not kept["choices"][0]["wanted"] and kept["quiet_until"] == "06:00"
