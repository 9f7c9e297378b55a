"""From a notice to a message: once, in time, and whatever dies in between."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tests.workflow import asking, pausing
from workflow import notices
from workflow.channels import routing, sending, words
from workflow.models import (
    Channel,
    Delivery,
    DeliveryItem,
    DeliveryTry,
    Notice,
    NoticeChoice,
    OwnAddress,
    OwnQuiet,
)

TITLE = {"title": {"zh-hans": "请尽快处置", "en": "Please hurry"}}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def handler(people, reached):
    reached(people["handler"])
    return people["handler"]


def tell(*people, what="x", **fields) -> int:
    fields = {"data": TITLE, **fields}
    return notices.notify(None, what, people=[one.pk for one in people], **fields)


def carry(now=None) -> None:
    routing.route_all(now)
    sending.send_due(now)


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_notice_goes_out_once_however_often_it_is_carried(rule, handler, gateway):
    rule()
    tell(handler)
    for _ in range(3):
        carry()
    assert states() == ["sent"] and len(gateway.got) == 1
    assert gateway.got[0].json["mobile"] == "13800001111"


def test_without_a_rule_nothing_waits_and_telling_costs_one_query_more(handler):
    with CaptureQueriesContext(connection) as seen:
        tell(handler)
    # Rules and leaves, the rows, the word to open pages.
    assert len(seen.captured_queries) == 3
    assert not Notice.objects.filter(waits=True).exists()


def test_whoever_confirmed_no_address_is_not_written_to(rule, people, gateway):
    rule()
    OwnAddress.objects.create(person=people["clerk"], way="phone", address="1")
    tell(people["clerk"])
    carry()
    assert states() == [] and not gateway.got


def test_what_was_read_on_a_page_is_not_sent_any_more(rule, handler, gateway):
    rule()
    tell(handler)
    routing.route_all()
    notices.read(handler)
    sending.send_due()
    assert states() == ["dropped"] and not gateway.got


def test_a_try_that_fails_is_made_again_with_the_same_key(rule, handler, gateway):
    rule()
    gateway.says((503, "busy", {"Retry-After": "120"}), 200)
    tell(handler)
    now = timezone.now()
    carry(now)
    assert Delivery.objects.get().due_at == now + 2 * MINUTE
    sending.send_due(now + MINUTE)  # not yet
    sending.send_due(now + 3 * MINUTE)
    keys = {request.headers["Idempotency-Key"] for request in gateway.got}
    assert states() == ["sent"] and len(gateway.got) == 2 and len(keys) == 1
    assert [one.status for one in DeliveryTry.objects.all()] == [503, 200]


def test_after_its_tries_a_message_is_given_up_and_may_be_tried_again(
    rule, channel, handler, gateway
):
    rule(channel=channel(most_tries=2))
    gateway.says(500)
    tell(handler)
    now = timezone.now()
    for hours in range(5):
        carry(now + timedelta(hours=hours))
    assert states() == ["failed"] and len(gateway.got) == 2
    gateway.says(200)
    assert sending.retry(Delivery.objects.get(), now + timedelta(hours=5))
    sending.send_due(now + timedelta(hours=6))
    assert states() == ["sent"]


def test_a_worker_that_dies_in_the_middle_loses_nothing(rule, handler, gateway):
    rule()
    tell(handler)
    routing.route_all()
    now = timezone.now()
    assert sending.take(now) and not gateway.got  # and here it dies
    sending.send_due(now + MINUTE)
    assert states() == ["sending"]  # another may still be at it
    sending.send_due(now + sending.LEASE + MINUTE)
    assert states() == ["sent"] and len(gateway.got) == 1
    assert [one.ended_at is None for one in DeliveryTry.objects.all()] == [True, False]


def test_who_comes_back_too_late_changes_nothing(rule, handler, gateway):
    rule()
    tell(handler)
    routing.route_all()
    now = timezone.now()
    slow = sending.take(now)
    later = now + sending.LEASE + MINUTE
    quick = sending.take(later)
    sending.send_one(quick, later)
    gateway.says(500)
    sending.send_one(slow, later)
    assert states() == ["sent"]


def test_a_receiver_that_is_down_holds_up_no_other(
    rule, channel, people, reached, gateway
):
    dead = channel("voice", url="http://127.0.0.1:9/x", code="a-dead")
    rule(channel=dead), rule(channel=channel())
    gateway_and_dead = ["http://127.0.0.1:9", gateway.url]
    everybody = [
        people[name] for name in ("handler", "clerk", "filer", "desk", "leader")
    ]
    for person in everybody:
        reached(person)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.CHANNEL_HOSTS", gateway_and_dead)
        tell(*everybody)
        carry()
    assert len(gateway.got) == 5
    assert DeliveryTry.objects.filter(delivery__channel=dead).count() == 3


def test_the_rule_that_names_most_counts(rule, channel, people, handler, gateway):
    sms = channel()
    rule(channel=sms)
    rule(channel=sms, what="quiet_one", choice="never")
    rule(channel=sms, what="quiet_one", role="unit_clerk")
    tell(handler, what="quiet_one")
    carry()
    assert states() == []
    tell(handler, what="another")
    carry()
    assert states() == ["sent"]


@pytest.mark.parametrize(
    ("choice", "wanted", "sent"),
    [
        ("always", False, True),
        ("usual", None, True),
        ("usual", False, False),
        ("offered", None, False),
        ("offered", True, True),
        ("never", True, False),
    ],
)
def test_a_person_chooses_within_what_the_rule_lets_him(
    rule, handler, gateway, choice, wanted, sent
):
    over = rule(choice=choice).channel
    NoticeChoice.objects.create(person=handler, channel=over, wanted=wanted)
    tell(handler)
    carry()
    assert bool(gateway.got) == sent


def at(hour: int):
    today = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    return today.replace(hour=hour) + timedelta(days=1)


def test_quiet_hours_hold_back_what_is_not_urgent(rule, handler, gateway):
    over = rule().channel
    OwnQuiet.objects.create(person=handler, quiet_from="22:00", quiet_until="07:00")
    rule(channel=over, what="alarm", urgent=True)
    tell(handler), tell(handler, what="alarm")
    carry(at(23))
    assert len(gateway.got) == 1
    carry(at(23) + timedelta(hours=8))
    assert len(gateway.got) == 2


@pytest.mark.parametrize(("what", "sent"), [("x", 1), ("alarm", 2)])
def test_a_message_is_not_tried_again_in_quiet_hours(
    rule, handler, gateway, what, sent
):
    over = rule(quiet_from="22:00", quiet_until="07:00").channel
    rule(channel=over, what="alarm", urgent=True)
    gateway.says((503, "busy", {"Retry-After": "1200"}), 200)
    tell(handler, what=what)
    carry(at(21) + 50 * MINUTE)
    carry(at(22) + 30 * MINUTE)
    assert len(gateway.got) == sent
    carry(at(23) + timedelta(hours=8))
    assert states() == ["sent"] and len(gateway.got) == 2


def test_what_is_sent_late_waits_for_the_end_of_quiet_hours(
    rule, channel, handler, gateway
):
    over = rule(channel=channel(digest_at=["08:30", "17:00"]), gathered=True).channel
    tell(handler)
    routing.route_all(at(16))
    OwnQuiet.objects.create(person=handler, quiet_from="22:00", quiet_until="08:30")
    tell(handler)
    routing.route_all(at(23))  # the digest of the morning, which is not this one
    sending.send_due(at(23))
    assert states() == ["waiting"] * 2 and not gateway.got
    carry(at(23) + timedelta(hours=10))
    assert states() == ["sent"] * 2 and over.deliveries.count() == 2


def test_an_error_nobody_foresaw_ends_one_message_only(rule, people, reached, gateway):
    rule()
    for name in ("handler", "clerk"):
        reached(people[name])
    tell(people["handler"], people["clerk"])
    routing.route_all()
    broken = Notice.objects.filter(person=people["handler"])
    broken.update(data=["damaged"])  # no code of ours reads this
    sending.send_due()
    assert len(gateway.got) == 1
    row = Delivery.objects.get(person=people["handler"])
    assert row.state == "waiting" and "服务器日志" in row.trouble


def test_what_no_key_opens_is_said_and_fails_alone(rule, handler, gateway, settings):
    rule()
    tell(handler)
    settings.PERSONAL_KEYS = [Fernet.generate_key().decode()]
    carry()
    assert states() == ["failed"] and "密钥" in Delivery.objects.get().trouble


def test_a_digest_is_one_message_at_its_time(rule, channel, handler, gateway):
    rule(channel=channel(digest_at=["08:30", "17:00"]), gathered=True)
    for _ in range(3):
        tell(handler)
        carry(at(10))
    assert not gateway.got
    carry(at(17))
    assert len(gateway.got) == 1 and "3" in gateway.got[0].json["content"]
    assert DeliveryItem.objects.count() == 3 and states() == ["sent"]


def test_what_comes_while_a_digest_is_sent_goes_into_the_next(
    rule, channel, handler, gateway
):
    rule(channel=channel(digest_at=["08:30", "17:00"]), gathered=True)
    tell(handler)
    carry(at(10))
    assert sending.take(at(17))
    tell(handler)
    routing.route_all(at(17))
    assert states() == ["sending", "waiting"]


def test_a_message_says_no_name_and_no_free_text(rule, handler, gateway, monkeypatch):
    monkeypatch.setitem(notices.SAYINGS, "named", "%(by)s stands in")
    rule()
    tell(handler, what="named", data={"by": "王小明", "subject": "幸福里3号楼"})
    carry()
    said = gateway.got[0].json["content"]
    assert "王小明" not in said and "幸福里" not in said and "/notices/" in said


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("110109202611230001", ""),  # as an identity number
        ("1101092026112300001", "1101092026112300001"),
        ("Y110109 幸福里积水", "Y110109"),
        ("13800001111", ""),
        ("幸福里3号", ""),
        ("A", ""),
        ("", ""),
    ],
)
def test_of_a_subject_only_its_number_goes_out(subject, number):
    assert words.number_of(subject) == number


def test_a_case_is_named_by_its_number(rule, handler, people, gateway, tmp_path):
    pausing.load(tmp_path)
    rule()
    case = asking.at_work(people)
    notices.notify(case, "x", people=[handler.pk], data=TITLE)
    Notice.objects.exclude(what="x").update(waits=False)
    carry()
    assert case.number in gateway.got[0].json["content"]


def test_telling_a_thousand_people_costs_a_bounded_number_of_queries(rule, db, gateway):
    rule()
    crowd = User.objects.bulk_create(
        User(username=f"crowd{number}", password="!") for number in range(1000)
    )
    OwnAddress.objects.bulk_create(
        OwnAddress(person=one, way="phone", address="1", confirmed_at=timezone.now())
        for one in crowd
    )
    with CaptureQueriesContext(connection) as telling:
        assert tell(*crowd, key="k") == 1000
    with CaptureQueriesContext(connection) as routed:
        assert routing.route(timezone.now()) == 1000
    assert Delivery.objects.count() == 1000
    assert len(telling.captured_queries) <= 8
    assert len(routed.captured_queries) <= 14


def test_what_waited_too_long_is_given_up_and_said_so(rule, handler, gateway):
    over = rule().channel
    tell(handler)
    routing.route_all()
    Channel.objects.update(in_use=False)
    sending.send_due()
    assert states() == ["waiting"]
    Channel.objects.filter(pk=over.pk).update(in_use=True)
    sending.send_due(timezone.now() + timedelta(days=2))
    assert states() == ["failed"] and not gateway.got
    assert Delivery.objects.get().trouble


def test_who_left_is_written_to_no_more_and_his_address_goes(rule, handler, gateway):
    rule()
    tell(handler)
    routing.route_all()
    User.objects.filter(pk=handler.pk).update(is_active=False)
    sending.send_due()
    sending.sweep(timezone.now())
    assert states() == ["dropped"] and not gateway.got
    assert not OwnAddress.objects.exists()


@pytest.mark.parametrize("kind", ["sms", "voice", "app", "mail", "webhook"])
def test_every_kind_goes_the_same_way(
    rule, channel, people, reached, gateway, mailbox, kind
):
    rule(channel=channel(kind, secret="key"))
    way = {"app": "account", "mail": "mail"}.get(kind, "phone")
    reached(people["handler"], way, "li@example.cn" if way == "mail" else "1380000")
    tell(people["handler"])
    carry()
    assert states() == ["sent"] and len(gateway.got) + len(mailbox.mails) == 1


def test_a_long_digest_fits_a_text_message(rule, channel, handler, gateway):
    rule(channel=channel(digest_at=["08:30"]), gathered=True)
    for number in range(25):
        title = {"title": {"zh-hans": f"请尽快处置第{number}件并反馈结果"}}
        tell(handler, data=title)
    carry(at(6))
    carry(at(9))
    said = gateway.got[0].json["content"]
    assert "25" in said and len(said) < 300 and said.endswith("/notices/")


def test_old_messages_go(rule, handler, gateway):
    rule()
    tell(handler)
    carry()
    assert sending.sweep(timezone.now()) == 0
    assert sending.sweep(timezone.now() + sending.KEPT_FOR + MINUTE) == 1
    assert Notice.objects.exists() and Channel.objects.exists()


def test_an_answer_is_kept_without_what_may_be_a_persons(rule, handler, gateway):
    rule()
    gateway.says((400, "no such phone 13800001111 or li@example.cn\r\n"))
    tell(handler)
    carry()
    assert DeliveryTry.objects.get().answer == "no such phone … or …"


@pytest.mark.parametrize(
    "said",
    ["ge/h e+im", "ge%2Fh%20e%2bim", "ge%2fh+e%2Bim", r"ge\/h e+im", r"\u0067e/h e+im"],
)
def test_an_answer_is_kept_without_the_secret(rule, channel, handler, gateway, said):
    rule(channel=channel(secret="ge/h e+im"))
    gateway.says((400, f"bad token {said}."))
    tell(handler)
    carry()
    assert DeliveryTry.objects.get().answer == "bad token …."
