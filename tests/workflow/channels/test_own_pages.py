"""A person's own: his addresses, choices, quiet hours, browsers and leaves."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.workflow.channels.test_push import AUTH, Browser
from workflow import notices
from workflow.channels import addresses, leaves, pushing
from workflow.models import (
    Leave,
    Notice,
    NoticeChoice,
    OwnAddress,
    OwnQuiet,
    PushSubscription,
)

TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def handler(people, signed_in):
    return signed_in(people["handler"])


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
