"""Web push: opened as a browser opens it, and the standard's own example."""

import json
from contextlib import nullcontext
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from workflow import notices
from workflow.channels import (
    addresses,
    kinds,
    outside,
    pushing,
    routing,
    sending,
    words,
)
from workflow.channels.errors import HostNotAllowed
from workflow.models import Channel, Delivery, NoticeRule, PushSubscription

AUTH = pushing.encode(b"s" * 16)


class Browser:
    """The other side, written from the standard: who has the key opens the message."""

    def __init__(self) -> None:
        self.own = ec.generate_private_key(ec.SECP256R1())
        self.key = pushing.encode(pushing.public_of(self.own))

    def opened(self, body: bytes) -> bytes:
        salt, mine = body[:16], body[21 : 21 + body[20]]
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), mine)
        shared = self.own.exchange(ec.ECDH(), other)
        info = b"WebPush: info\0" + pushing.decode(self.key) + mine
        ikm = HKDF(SHA256(), 32, pushing.decode(AUTH), info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(ikm)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(ikm)
        text = AESGCM(key).decrypt(nonce, body[21 + len(mine) :], None)
        return text.rstrip(b"\0")[:-1]


@pytest.fixture
def browser(people, channel, rule, gateway):
    """A browser of the handler's, and a push channel that everything goes over."""
    pushes = channel("push", url="mailto:a@example.cn", secret=pushing.new_key())
    rule(channel=pushes)
    one = Browser()
    addresses.subscribe(people["handler"], f"{gateway.url}/p/1", one.key, AUTH)
    return one


def test_the_standards_example_comes_out_as_printed():
    """RFC 8291, appendix A."""
    body = pushing.sealed(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkN"
        "toIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        own=pushing.key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=pushing.decode("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert pushing.encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vC"
        "YLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXL"
        "WyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(st.binary(max_size=400))
def test_only_the_browser_opens_it(text):
    browser = Browser()
    assert browser.opened(pushing.sealed(text, browser.key, AUTH)) == text


def test_a_push_reaches_the_browser_in_words(browser, people, gateway):
    notices.notify(
        None, "x", people=[people["handler"].pk], data={"title": {"zh-hans": "请处置"}}
    )
    routing.route_all()
    sending.send_due()
    [request] = gateway.got
    told = json.loads(browser.opened(request.body))
    assert told["title"] == "请处置" and told["url"].startswith("https://grid.example")
    assert request.headers["Content-Encoding"] == "aes128gcm"
    assert int(request.headers["TTL"]) > 0


def test_the_push_service_can_tell_who_sends(browser, people, gateway):
    key = pushing.key_of(pushing.new_key())
    said = pushing.headers(
        f"{gateway.url}/p/1", key, contact="mailto:a@b.cn", message=uuid4(), urgent=True
    )
    token, public = said["Authorization"].removeprefix("vapid t=").split(", k=")
    head, claims, signed = token.split(".")
    raw = pushing.decode(signed)
    pair = [int.from_bytes(part, "big") for part in (raw[:32], raw[32:])]
    other = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), pushing.decode(public)
    )
    other.verify(
        encode_dss_signature(*pair), f"{head}.{claims}".encode(), ec.ECDSA(SHA256())
    )
    assert json.loads(pushing.decode(claims))["aud"] == gateway.url


def test_what_is_urgent_wakes_a_sleeping_phone(browser, people, gateway):
    NoticeRule.objects.create(channel=Channel.objects.get(), what="alarm", urgent=True)
    for what in ("x", "alarm"):
        notices.notify(None, what, people=[people["handler"].pk])
    routing.route_all()
    sending.send_due()
    found = sorted(request.headers["Urgency"] for request in gateway.got)
    assert found == ["high", "normal"]


def test_a_browser_that_left_is_forgotten(browser, people, gateway):
    gateway.says(410)
    notices.notify(None, "x", people=[people["handler"].pk])
    routing.route_all()
    sending.send_due()
    assert not PushSubscription.objects.exists()
    assert Delivery.objects.get().state == "failed"


def paths(gateway):
    return [request.path for request in gateway.got]


@pytest.fixture
def two(browser, people, gateway):
    """Another browser of the same person, which is asked first; and something told."""
    addresses.subscribe(people["handler"], f"{gateway.url}/p/2", browser.key, AUTH)
    notices.notify(None, "x", people=[people["handler"].pk])
    routing.route_all()


def of_browsers():
    rows = Delivery.objects.get().browsers.order_by("-browser")
    return [(row.state, row.tries, row.status) for row in rows]


def test_each_browser_takes_a_message_once(two, gateway):
    gateway.says(201, 503, 201)
    now = timezone.now()
    sending.send_due(now)
    assert Delivery.objects.get().state == "waiting"
    assert of_browsers() == [("sent", 1, 201), ("waiting", 1, 503)]
    sending.send_due(now + timedelta(minutes=5))
    assert paths(gateway) == ["/p/2", "/p/1", "/p/1"]
    assert Delivery.objects.get().state == "sent"
    assert of_browsers() == [("sent", 1, 201), ("sent", 2, 201)]


def test_of_two_browsers_the_dead_one_is_forgotten(two, gateway):
    gateway.says(410, 201)
    sending.send_due()
    assert Delivery.objects.get().state == "sent"
    kept = Delivery.objects.get().browsers.get(browser__isnull=True)
    assert kept.gone and PushSubscription.objects.count() == 1


def test_what_one_browser_took_is_sent_though_another_never_answers(
    two, gateway, channel
):
    Delivery.objects.update(tries_left=2)
    gateway.says(201, 503)
    now = timezone.now()
    for hours in range(4):
        sending.send_due(now + timedelta(hours=hours))
    row = Delivery.objects.get()
    assert row.state == "sent" and row.trouble
    assert paths(gateway) == ["/p/2", "/p/1", "/p/1"]


def test_what_one_browser_took_is_sent_though_another_waited_too_long(two, gateway):
    gateway.says(201, 503)
    now = timezone.now()
    sending.send_due(now)
    sending.send_due(now + sending.GIVEN_UP + timedelta(hours=1))
    row = Delivery.objects.get()
    assert row.state == "sent" and row.trouble and len(gateway.got) == 2


def test_a_worker_that_died_after_the_last_browser_asks_none_again(two, gateway):
    now = timezone.now()
    row = sending.take(now)
    to = sending.receiver_of(row.channel, row.person_id, row)
    kinds.send(row.channel, words.trial_message(), to)  # and here it dies
    sending.send_due(now + sending.LEASE + timedelta(minutes=1))
    assert Delivery.objects.get().state == "sent" and len(gateway.got) == 2


def test_the_log_shows_each_browser(two, gateway, people, signed_in):
    gateway.says(201, 503)
    sending.send_due()
    row, client = Delivery.objects.get(), signed_in(people["system"])
    page = client.get(reverse("workflow:delivery", args=[row.pk])).content.decode()
    assert "已送达" in page and "稍后重试" in page
    said = client.get(f"/api/v1/deliveries/{row.pk}/").json()["browsers"]
    assert [one["state"] for one in said] == ["sent", "waiting"]


def test_a_browser_of_a_server_that_is_not_listed_is_refused(browser, people):
    with pytest.raises(addresses.NotAPush):
        addresses.subscribe(
            people["clerk"], "https://evil.example/p", browser.key, AUTH
        )


def test_nobody_has_a_gateway_asked_by_calling_it_his_browsers(
    browser, people, gateway, settings
):
    settings.PUSH_HOSTS = ["push.example.com"]
    with pytest.raises(addresses.NotAPush):
        addresses.subscribe(
            people["clerk"], f"{gateway.url}/send?x=1", browser.key, AUTH
        )
    # Nor one that was let in before.
    notices.notify(None, "x", people=[people["handler"].pk])
    routing.route_all(), sending.send_due()
    assert not gateway.got and Delivery.objects.get().state == "failed"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://push.example.com/p/1", True),
        ("http://push.example.com/p/1", False),
        ("https://gw.example.com/p/1", False),
    ],
)
def test_a_push_goes_over_tls_to_a_listed_push_service(settings, url, allowed):
    settings.PUSH_HOSTS = ["push.example.com", "http://push.example.com"]
    settings.CHANNEL_HOSTS = ["gw.example.com"]
    with nullcontext() if allowed else pytest.raises(HostNotAllowed):
        outside.check_push(url)


def test_many_browsers_that_do_not_answer_take_a_bounded_time(
    browser, people, gateway, monkeypatch
):
    addresses.subscribe(people["handler"], f"{gateway.url}/p/2", browser.key, AUTH)
    monkeypatch.setattr(kinds, "PUSH_SECONDS", -1)
    notices.notify(None, "x", people=[people["handler"].pk])
    routing.route_all(), sending.send_due()
    assert [request.path for request in gateway.got] == ["/p/2"]
    monkeypatch.undo()
    last = kinds.PUSH_SECONDS + 3 * outside.SECONDS
    assert last < sending.LEASE.total_seconds()


def test_a_browser_that_changes_hands_tells_only_who_has_it_now(
    browser, people, gateway
):
    addresses.subscribe(people["clerk"], f"{gateway.url}/p/1", browser.key, AUTH)
    assert [row.person for row in PushSubscription.objects.all()] == [people["clerk"]]
