"""How a message goes over each kind of channel."""

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from govmap.lib.sealed import Sealed
from workflow.channels import filling, outside, pushing
from workflow.channels.errors import (
    Gone,
    HostNotAllowed,
    NoAddress,
    NoSecret,
    NotSent,
    Refused,
    Unreachable,
)
from workflow.channels.outside import Answer
from workflow.channels.words import Message
from workflow.models import Channel, OwnAddress, PushSubscription

Kind = Channel.Kind
Way = OwnAddress.Way
# Which address of a person a kind needs; a webhook needs none, a push its browsers.
WAYS = {
    Kind.SMS: Way.PHONE,
    Kind.VOICE: Way.PHONE,
    Kind.APP: Way.ACCOUNT,
    Kind.MAIL: Way.MAIL,
}
# Kinds whose address, headers and body an administrator writes.
BY_HTTP = {Kind.SMS, Kind.VOICE, Kind.APP, Kind.WEBHOOK}
SIGNED = "X-Govmap-Signature"
STAMPED = "X-Govmap-Timestamp"
PERMANENT = 500  # SMTP statuses from here on are for good (RFC 5321, 4.2.1)


@dataclass(frozen=True)
class Receiver:
    """Where a message goes: an address, or the browsers of a person."""

    address: str = ""
    browsers: tuple[PushSubscription, ...] = ()


def send(channel: Channel, message: Message, to: Receiver) -> Answer:
    """Send it now. Raises NotSent where it was not taken."""
    return _SENDERS[Kind(channel.kind)](channel, message, to)


def check(channel: Channel) -> None:
    """Whether it could send at all. Raises HostNotAllowed, NoSecret."""
    if channel.kind in BY_HTTP:
        outside.check(channel.url)
    if channel.kind == Kind.MAIL and not settings.EMAIL_HOST:
        raise HostNotAllowed
    if channel.kind in (Kind.WEBHOOK, Kind.PUSH) and not channel.secret:
        raise NoSecret


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over ``timestamp.body``: a receiver refuses what is old."""
    signed = timestamp.encode() + b"." + body
    return f"v1={hmac.digest(secret.encode(), signed, 'sha256').hex()}"


def _by_http(channel: Channel, message: Message, to: Receiver) -> Answer:
    if not to.address:
        raise NoAddress
    stamp = str(int(time.time()))
    values = _values(channel, message, to, stamp)
    body, content_type = filling.body_of(channel, values)
    headers = filling.headers_of(channel, values)
    headers["Idempotency-Key"] = str(message.key)
    if content_type:
        headers["Content-Type"] = content_type
    return _asked(channel, filling.url_of(channel, values), headers, body)


def _values(
    channel: Channel, message: Message, to: Receiver, stamp: str
) -> dict[str, str]:
    return {
        "text": message.text,
        "title": message.title,
        "number": message.number,
        "url": message.link,
        "count": str(message.count),
        "phone": to.address,
        "account": to.address,
        "key": str(message.key),
        "timestamp": stamp,
        "secret": _secret(channel),
    }


def _secret(channel: Channel) -> str:
    """Of a row that was just made the text itself, else what is opened."""
    secret = channel.secret
    return secret.open() if isinstance(secret, Sealed) else str(secret)


def _asked(channel: Channel, url: str, headers: dict[str, str], body: bytes) -> Answer:
    method = channel.method if channel.kind != Kind.WEBHOOK else "POST"
    answer = outside.ask(method, url, headers=headers, body=body)
    if not filling.is_taken(channel, answer.text):
        # It said so in its own words: the same message again is refused again.
        raise Refused(code=answer.status, answer=answer.text)
    return answer


def _webhook(channel: Channel, message: Message, to: Receiver) -> Answer:
    """JSON of the notice, signed; ``person`` is the account's uuid, never a name."""
    if not channel.secret:
        raise NoSecret
    said = {
        "id": str(message.key),
        "what": message.what,
        "kind": message.kind,
        "person": message.person,
        "count": message.count,
        "title": message.title,
        "number": message.number,
        "url": message.link,
        "lines": [
            {"title": line.title, "number": line.number, "url": line.link}
            for line in message.lines
        ],
    }
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(time.time()))
    values = _values(channel, message, to, stamp)
    headers = filling.headers_of(channel, values) | {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": str(message.key),
        STAMPED: stamp,
        SIGNED: signature(_secret(channel), stamp, body),
    }
    return _asked(channel, filling.url_of(channel, values), headers, body)


def _mail(channel: Channel, message: Message, to: Receiver) -> Answer:
    """By the site's mail server, which the environment names and no page."""
    if not to.address:
        raise NoAddress
    if not settings.EMAIL_HOST:
        raise HostNotAllowed
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2] or "govmap"
    mail = EmailMessage(
        subject=f"{message.title} {message.number}".strip(),
        body=message.page,
        to=[to.address],
        # The same for every try: a mailbox shows which is which.
        headers={"Message-ID": f"<{message.key}@{host}>"},
        connection=get_connection(),
    )
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        raise _refused_by_mail(
            max(code for code, _ in error.recipients.values())
        ) from error
    except SMTPResponseException as error:
        raise _refused_by_mail(error.smtp_code) from error
    except (SMTPException, OSError) as error:
        raise Unreachable from error
    return Answer()


def _refused_by_mail(code: int) -> NotSent:
    return (Refused if code >= PERMANENT else NotSent)(code=code)


def _push(channel: Channel, message: Message, to: Receiver) -> Answer:
    """To each browser of the person; it is sent where one of them was reached."""
    if not to.browsers:
        raise NoAddress
    if not channel.secret:
        raise NoSecret
    told = {"title": message.title, "body": message.number, "key": str(message.key)}
    told["url"] = message.link
    text = json.dumps(told, ensure_ascii=False).encode()
    key = pushing.key_of(_secret(channel))
    answer: Answer | None = None
    trouble: NotSent | None = None
    for browser in to.browsers:
        endpoint = browser.endpoint.open()
        headers = pushing.headers(
            endpoint,
            key,
            contact=channel.url,
            message=message.key,
            urgent=message.urgent,
        )
        body = pushing.sealed(text, browser.key, browser.auth.open())
        try:
            answer = outside.ask("POST", endpoint, headers=headers, body=body)
        except Gone as error:
            # The browser took its leave; the push service knows it no more.
            browser.delete()
            trouble = trouble or error
        except NotSent as error:
            trouble = error
    if answer is not None:
        return answer
    raise trouble or NoAddress()


_SENDERS: dict[Kind, Callable[[Channel, Message, Receiver], Answer]] = {
    Kind.SMS: _by_http,
    Kind.VOICE: _by_http,
    Kind.APP: _by_http,
    Kind.MAIL: _mail,
    Kind.PUSH: _push,
    Kind.WEBHOOK: _webhook,
}
