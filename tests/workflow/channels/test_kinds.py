"""Each kind of channel, sent to a receiver that really receives."""

import hmac
import socket
import threading
from urllib.parse import urlsplit

import pytest

from workflow.channels import kinds, outside
from workflow.channels.errors import (
    BadTemplate,
    HostNotAllowed,
    NotSent,
    Refused,
    Unreachable,
)
from workflow.channels.kinds import Receiver
from workflow.channels.words import Line, Message
from workflow.models import Channel

MESSAGE = Message([Line('请"尽快"处置', "C-1", "https://grid.example.cn/notices/1/")])
TO = Receiver("13800001111")


def test_a_text_message_fills_the_gateways_own_form(channel, gateway):
    row = channel(
        shape="form",
        headers={"Authorization": "Bearer {secret}"},
        body={"account": "street", "phones": "{phone}", "msg": "{text}"},
        secret="geheim",
    )
    kinds.send(row, MESSAGE, TO)
    [request] = gateway.got
    assert request.form["phones"] == "13800001111"
    assert request.form["msg"] == f'请"尽快"处置 C-1 {MESSAGE.link}'
    assert request.headers["Authorization"] == "Bearer geheim"
    assert request.headers["Idempotency-Key"] == str(MESSAGE.key)


def test_a_call_is_asked_for_in_the_address(channel, gateway):
    url = f"{gateway.url}/call?to={{phone}}&say={{title}}"
    kinds.send(channel("voice", method="GET", url=url), MESSAGE, TO)
    [request] = gateway.got
    assert (request.method, request.query["say"]) == ("GET", '请"尽快"处置')


def test_an_office_app_takes_nested_json(channel, gateway):
    body = {"touser": "{account}", "msg": {"news": [{"url": "{url}", "n": 1}]}}
    kinds.send(channel("app", body=body), MESSAGE, Receiver("wang.li"))
    news = {"news": [{"url": MESSAGE.link, "n": 1}]}
    assert gateway.got[0].json == {"touser": "wang.li", "msg": news}


def test_a_webhook_is_signed_over_its_time_and_body(channel, gateway):
    kinds.send(channel("webhook", secret="key"), MESSAGE, Receiver())
    [request] = gateway.got
    stamp = request.headers[kinds.STAMPED]
    signed = hmac.digest(b"key", stamp.encode() + b"." + request.body, "sha256")
    assert request.headers[kinds.SIGNED] == f"v1={signed.hex()}"
    assert request.json["number"] == "C-1" and "person" in request.json


def test_a_mail_names_what_happened_and_has_the_key_as_its_id(channel, mailbox):
    row = Channel(code="mail", titles={}, kind="mail")
    kinds.send(row, MESSAGE, Receiver("li@example.cn"))
    [mail] = mailbox.mails
    assert str(MESSAGE.key) in mail["Message-ID"]
    assert "li@example.cn" in mailbox.to[0]
    assert MESSAGE.link in mail.get_payload(decode=True).decode()


@pytest.mark.parametrize(("said", "again"), [(b"550 no", False), (b"450 later", True)])
def test_a_mail_server_says_whether_later_helps(mailbox, said, again):
    mailbox.refuses = said
    with pytest.raises(NotSent) as error:
        kinds.send(Channel(titles={}, kind="mail"), MESSAGE, Receiver("li@example.cn"))
    assert error.value.again is again


@pytest.mark.parametrize(
    ("status", "again"), [(500, True), (429, True), (400, False), (302, False)]
)
def test_a_gateways_status_says_whether_later_helps(channel, gateway, status, again):
    gateway.says((status, "no", {"Location": f"{gateway.url}/other"}))
    with pytest.raises(NotSent) as error:
        kinds.send(channel(), MESSAGE, TO)
    assert error.value.again is again
    assert len(gateway.got) == 1  # a redirect is not followed


def test_a_gateway_that_says_no_in_its_own_words_has_refused(channel, gateway):
    row = channel(answer_field="result.code", answer_value="0")
    gateway.says((200, '{"result": {"code": 7}}'), (200, '{"result": {"code": 0}}'))
    with pytest.raises(Refused):
        kinds.send(row, MESSAGE, TO)
    assert kinds.send(row, MESSAGE, TO).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/x",
        "http://user@127.0.0.1/x",
        "file:///etc/passwd",
        "http://127.0.0.1:1/x",
        "nonsense",
        "http://[::1/x",
    ],
)
def test_nothing_goes_where_the_site_did_not_say(channel, gateway, url):
    with pytest.raises(HostNotAllowed):
        kinds.send(channel(url=url), MESSAGE, TO)


def test_a_listed_name_that_means_this_machine_is_refused(channel, gateway, settings):
    settings.CHANNEL_LOOPBACK = False
    with pytest.raises(HostNotAllowed):
        kinds.send(channel(), MESSAGE, TO)


@pytest.mark.parametrize(
    ("entry", "url", "allowed"),
    [
        ("gw.example.cn", "https://gw.example.cn/x", True),
        ("gw.example.cn", "http://gw.example.cn/x", False),
        ("gw.example.cn:8443", "https://gw.example.cn/x", False),
        ("*.example.cn", "https://a.example.cn/x", True),
        ("*.example.cn", "https://example.cn/x", False),
        ("*.example.cn", "https://badexample.cn/x", False),
        ("http://10.1.2.3:8080", "http://10.1.2.3:8080/x", True),
    ],
)
def test_an_entry_means_one_place(settings, entry, url, allowed):
    settings.CHANNEL_HOSTS = [entry]
    try:
        outside.check(url)
    except HostNotAllowed:
        assert not allowed
    else:
        assert allowed


def test_a_value_can_neither_end_a_header_nor_become_part_of_the_address(
    channel, gateway
):
    row = channel(
        url=f"{gateway.url}/to/{{account}}", headers={"X-To": "{account}"}, kind="app"
    )
    kinds.send(row, MESSAGE, Receiver("a/../b?c\r\nX-Evil: 1"))
    [request] = gateway.got
    assert request.path.count("/") == 2 and "?" not in request.path
    assert "X-Evil" not in request.headers


@pytest.mark.parametrize("name", ["{password}", "{phone.__class__}"])
def test_a_template_knows_only_its_names(channel, gateway, name):
    row = channel(body={"a": name})
    if "." in name:  # is no name at all, and stays as it stands
        kinds.send(row, MESSAGE, TO)
        assert gateway.got[0].json == {"a": name}
        return
    with pytest.raises(BadTemplate):
        kinds.send(row, MESSAGE, TO)


def test_a_receiver_that_drips_is_left_when_the_time_is_up(channel, monkeypatch):
    """Every byte comes in time for the socket; the whole does not."""
    monkeypatch.setattr(outside, "SECONDS", 0.3)
    stop = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        taken, _address = server.accept()
        with taken:
            while not stop.wait(0.02):
                try:
                    taken.send(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.getsockname()[1]}"
    row = channel(url=url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outside, "check", urlsplit)
        with pytest.raises(Unreachable):
            kinds.send(row, MESSAGE, TO)
    stop.set()
    thread.join(5)
    server.close()
