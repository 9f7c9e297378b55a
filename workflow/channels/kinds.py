"""How a message goes over each kind of channel."""

import hmac
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from govmap.lib.sealed import CannotOpen, Sealed
from workflow.channels import filling, outside, pushing
from workflow.channels.errors import (
    Gone,
    HostNotAllowed,
    NoAddress,
    NoSecret,
    NotSent,
    PushNotAllowed,
    Refused,
    Unopened,
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
PUSH_SECONDS = 60.0  # for all browsers of a person; whoever sends has not much longer
PERMANENT = 500  # SMTP statuses from here on are for good (RFC 5321, 4.2.1)


class Told:
    """Hears how each browser took a push; this one keeps nothing of it."""

    def begin(self, browser: PushSubscription) -> None:
        """It is asked now."""

    def end(self, browser: PushSubscription, said: Answer | NotSent) -> None:
        """It answered, or was not reached."""


@dataclass(frozen=True)
class Receiver:
    """Where a message goes: an address, or the browsers of a person that have it not.

    ``reached``: whether another browser has it already.
    """

    address: str = ""
    browsers: tuple[PushSubscription, ...] = ()
    reached: bool = False
    told: Told = field(default_factory=Told)


def send(channel: Channel, message: Message, to: Receiver) -> Answer:
    """Send it now. Raises NotSent where it was not taken.

    What the receiver said goes on without the channel's secret, which some repeat.
    """
    secret = _secret(channel)
    try:
        answer = _SENDERS[Kind(channel.kind)](channel, message, to)
    except NotSent as error:
        error.answer = without(secret, error.answer)
        raise
    return replace(answer, text=without(secret, answer.text))


def without(secret: str, text: str) -> str:
    """The text with … for the secret: as it is, percent-encoded or escaped for JSON."""
    if not secret or not text:
        return text
    return re.sub("".join(_ways_to_write(sign) for sign in secret), "…", text)


def _ways_to_write(sign: str) -> str:
    """A pattern of one sign; of the digits of its codes case does not matter."""
    quoted = "".join(f"%{byte:02x}" for byte in sign.encode())
    units = sign.encode("utf-16-be").hex()
    escaped = "".join(rf"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
    plus = r"|\+" if sign == " " else ""
    return rf"(?:\\?{re.escape(sign)}|(?i:{quoted}|{escaped}){plus})"


def check(channel: Channel) -> None:
    """Whether it could send at all. Raises HostNotAllowed, NoSecret."""
    if channel.kind == Kind.PUSH and not settings.PUSH_HOSTS:
        raise PushNotAllowed
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
    return opened(channel.secret)


def opened(sealed: Sealed | str) -> str:
    """Of a row that was just made the text itself, else what is opened.

    Raises Unopened.
    """
    try:
        return sealed.open() if isinstance(sealed, Sealed) else str(sealed)
    except CannotOpen as error:
        raise Unopened from error


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
    """To each browser, as long as the time lasts. Sent is what each of them took, but
    for those that refused it or are gone; one at least. Raises NotSent."""
    if not channel.secret:
        raise NoSecret
    told = {"title": message.title, "body": message.number, "key": str(message.key)}
    told["url"] = message.link
    text = json.dumps(told, ensure_ascii=False).encode()
    key = pushing.key_of(_secret(channel))
    answer = Answer() if to.reached else None
    refused: NotSent | None = None
    waits: NotSent | None = None
    until = time.monotonic() + PUSH_SECONDS
    for number, browser in enumerate(to.browsers):
        if number and time.monotonic() > until:
            waits = waits or Unreachable()
            break
        said = _told(channel, message, text, browser, key, to.told)
        if isinstance(said, Answer):
            answer = said
        elif said.again:
            waits = said
        else:
            refused = refused or said
    if waits:
        raise waits
    if answer is None:
        raise refused or NoAddress()
    return answer


def _told(
    channel: Channel,
    message: Message,
    text: bytes,
    browser: PushSubscription,
    key: EllipticCurvePrivateKey,
    told: Told,
) -> Answer | NotSent:
    """What one browser's push service said, written down at once."""
    told.begin(browser)
    said: Answer | NotSent
    try:
        said = _pushed(channel, message, text, browser, key)
    except NotSent as error:
        said = error
    told.end(browser, said)
    if isinstance(said, Gone):
        # The browser took its leave; the push service knows it no more.
        browser.delete()
    return said


def _pushed(
    channel: Channel,
    message: Message,
    text: bytes,
    browser: PushSubscription,
    key: EllipticCurvePrivateKey,
) -> Answer:
    """To one browser. Raises NotSent."""
    endpoint = opened(browser.endpoint)
    headers = pushing.headers(
        endpoint,
        key,
        contact=channel.url,
        message=message.key,
        urgent=message.urgent,
    )
    body = pushing.sealed(text, browser.key, opened(browser.auth))
    return outside.ask("POST", endpoint, headers=headers, body=body, push=True)


_SENDERS: dict[Kind, Callable[[Channel, Message, Receiver], Answer]] = {
    Kind.SMS: _by_http,
    Kind.VOICE: _by_http,
    Kind.APP: _by_http,
    Kind.MAIL: _mail,
    Kind.PUSH: _push,
    Kind.WEBHOOK: _webhook,
}
