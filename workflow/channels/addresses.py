"""A person's own addresses: set by himself, confirmed by a code that is sent there."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from govmap.lib.sealed import (
    HIDDEN,
    CannotOpen,
    keyed_hashes,
    mask_phone,
    normalised,
)
from workflow.channels import kinds, outside, pushing, words
from workflow.channels.errors import HostNotAllowed
from workflow.channels.kinds import Receiver
from workflow.channels.outside import Answer
from workflow.models import Channel, OwnAddress, PushSubscription

Way = OwnAddress.Way
CODE_FOR = timedelta(minutes=10)
CODE_TRIES = 5
PAUSE = timedelta(minutes=1)  # between two codes
CODES_A_DAY = 5
BROWSERS_MOST = 10
MOBILE = re.compile(r"1[3-9]\d{9}")
ACCOUNT = re.compile(r"[\w.@-]{1,64}", re.ASCII)
SALT = "workflow.channels.addresses"


class NoSuchAddress(BadInput):
    """This is no address of that kind."""

    message = gettext_noop(
        "This is no such address: a mobile phone has 11 digits, an e-mail has an @, an"
        " account has letters, digits and .-_@ only."
    )


class NoChannel(Conflict):
    """The site has no channel in use that could send a code there."""

    message = gettext_noop(
        "The site has no channel in use that could send a code there. Ask the"
        " administrator."
    )


class TooSoon(Conflict):
    """A code was sent already."""

    message = gettext_noop(
        "A code was sent already. Wait a minute; five codes a day are sent at most."
    )


class WrongCode(BadInput):
    """The code is not the one that was sent, or it is too old."""

    message = gettext_noop(
        "The code is not the one that was sent last, or it is too old. Have another"
        " one sent."
    )


class NotAPush(BadInput):
    """The browser's address for pushes cannot be used."""

    message = gettext_noop(
        "The push service of this browser is not among those that the site lets"
        " messages go to. The other channels stay."
    )


def ways_offered() -> dict[str, Channel]:
    """Each way that some channel in use sends to, with the channel that confirms it."""
    offered: dict[str, Channel] = {}
    rows = Channel.objects.in_use().filter(kind__in=kinds.WAYS).order_by("code")
    # A text message before a call: a code is read, not heard.
    for row in sorted(rows, key=lambda channel: channel.kind == Channel.Kind.VOICE):
        offered.setdefault(kinds.WAYS[Channel.Kind(row.kind)], row)
    return offered


def clean(way: str, text: str) -> str:
    """The address in one form. Raises NoSuchAddress."""
    text = text.strip()
    if way == Way.PHONE:
        plain = normalised(text)
        if MOBILE.fullmatch(plain):
            return plain
    elif way == Way.MAIL and len(text) <= 254:
        try:
            validate_email(text)
        except ValidationError as error:
            raise NoSuchAddress from error
        return text
    elif way == Way.ACCOUNT and ACCOUNT.fullmatch(text):
        return text
    raise NoSuchAddress


def ask(person: User, way: str, text: str, now: datetime) -> Answer:
    """Keep the address, unconfirmed, and send a code there.

    Raises NoSuchAddress, NoChannel, TooSoon, or NotSent where the gateway did not take
    the code; the address stays, so that another code can be asked for.
    """
    address = clean(way, text)
    channel = ways_offered().get(way)
    if channel is None:
        raise NoChannel
    code = f"{secrets.randbelow(10**6):06}"
    _keep_asked(person, way, address, code, now)
    return kinds.send(channel, words.code_message(code), Receiver(address))


@transaction.atomic
def _keep_asked(person: User, way: str, address: str, code: str, now: datetime) -> None:
    User.objects.select_for_update().get(pk=person.pk)  # of two at once, one waits
    row = OwnAddress.objects.filter(person=person, way=way).first()
    row = row or OwnAddress(person=person, way=way)
    asked = row.asked_today if _same_day(row.asked_at, now) else 0
    if asked >= CODES_A_DAY or (row.asked_at and row.asked_at > now - PAUSE):
        raise TooSoon
    row.address, row.confirmed_at = address, None
    row.code_hash, row.code_until = _hash(person, way, code), now + CODE_FOR
    row.code_tries, row.asked_at, row.asked_today = 0, now, asked + 1
    row.save()


def _same_day(one: datetime | None, other: datetime) -> bool:
    return bool(one) and timezone.localdate(one) == timezone.localdate(other)


def _hash(person: User, way: str, code: str) -> str:
    return salted_hmac(
        SALT, f"{person.pk}/{way}/{code}", algorithm="sha256"
    ).hexdigest()


def confirm(person: User, way: str, code: str, now: datetime) -> OwnAddress:
    """Raises WrongCode; after some tries only another code helps."""
    with transaction.atomic():
        rows = OwnAddress.objects.select_for_update()
        row = rows.filter(person=person, way=way).first()
        right = row is not None and _is_right(row, person, code, now)
        if row is not None:
            row.code_tries += 1
            if right:
                row.confirmed_at, row.code_hash = now, ""
            row.save(update_fields=["code_tries", "confirmed_at", "code_hash"])
    # The try counts also where it was wrong.
    if row is None or not right:
        raise WrongCode
    return row


def _is_right(row: OwnAddress, person: User, code: str, now: datetime) -> bool:
    if not row.code_hash or row.code_tries >= CODE_TRIES:
        return False
    if row.code_until is None or row.code_until < now:
        return False
    sent = _hash(person, row.way, code.strip())
    return constant_time_compare(row.code_hash, sent)


def remove(person: User, way: str) -> None:
    """How many codes were sent today stays known: the address alone goes."""
    rows = OwnAddress.objects.filter(person=person, way=way)
    for row in rows:
        row.address, row.confirmed_at, row.code_hash = "", None, ""
        row.save(
            update_fields=[
                *("address", "address_hash", "tail", "confirmed_at", "code_hash")
            ]
        )


def masked(row: OwnAddress) -> str:
    """As its owner sees it on a page that others may look at too."""
    try:
        text = row.address.open()
    except CannotOpen:
        return HIDDEN
    if row.way == Way.PHONE:
        return mask_phone(text)
    name, at, rest = text.partition("@")
    return f"{name[:2]}***{at}{rest}" if text else ""


def of(person: User) -> Iterable[OwnAddress]:
    rows = OwnAddress.objects.filter(person=person)
    return [row for row in rows if row.address]


def push_channel() -> Channel | None:
    return Channel.objects.in_use().filter(kind=Channel.Kind.PUSH).first()


def push_key() -> str:
    """The public key that a browser subscribes with; "" where there is no channel, or
    none whose key can be opened."""
    channel = push_channel()
    if channel is None or not channel.secret:
        return ""
    try:
        key = pushing.key_of(channel.secret.open())
    except (CannotOpen, ValueError):
        return ""
    return pushing.encode(pushing.public_of(key))


@transaction.atomic
def subscribe(person: User, endpoint: str, key: str, auth: str) -> PushSubscription:
    """Let this browser take pushes, whoever it was before. Raises NotAPush."""
    try:
        outside.check_push(endpoint)
        pushing.check(key, auth)
    except (HostNotAllowed, ValueError) as error:
        raise NotAPush from error
    if len(endpoint) > 1000 or push_channel() is None:
        raise NotAPush
    unsubscribe(None, endpoint)
    row = PushSubscription.objects.create(
        person=person, endpoint=endpoint, key=key, auth=auth, made_at=timezone.now()
    )
    rows = PushSubscription.objects.filter(person=person).order_by("-pk")
    too_many = list(rows.values_list("pk", flat=True)[BROWSERS_MOST:])
    PushSubscription.objects.filter(pk__in=too_many).delete()
    return row


def unsubscribe(person: User | None, endpoint: str) -> int:
    """Whoever knows the address has the browser in his hands."""
    hashes = keyed_hashes(endpoint)
    rows = PushSubscription.objects.filter(endpoint_hash__in=hashes)
    if person is not None:
        rows = rows.filter(person=person)
    return rows.delete()[0]
