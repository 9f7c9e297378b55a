"""Sending what is due: taken one by one, each try on record, safe to kill at any time.

A message is taken by one worker (``FOR UPDATE SKIP LOCKED``) for a bounded time, and
the try is written before anything is sent. A worker that dies leaves a message that is
taken up again when its time is over. Whether the receiver had it already nobody can
know then: every try carries the same key, so that a receiver that minds it takes the
message once.
"""

import logging
import re
import time
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from govmap.lib.errors import DomainError
from workflow.channels import browsers, kinds, routing, words
from workflow.channels.errors import (
    NotSent,
    Refused,
    TooLate,
    Unforeseen,
    Unreachable,
    WorkerLost,
    in_site_words,
)
from workflow.channels.kinds import Receiver
from workflow.channels.outside import Answer
from workflow.models import (
    Channel,
    Delivery,
    DeliveryItem,
    DeliveryTry,
    Notice,
    NoticeRule,
    OwnAddress,
    PushSubscription,
)

logger = logging.getLogger(__name__)
State = Delivery.State

LEASE = timedelta(minutes=3)  # far longer than one message may take
RUN_SECONDS = 20.0  # of one job: others wait for the same worker
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
GIVEN_UP = timedelta(hours=24)  # after it was due, a message is of no use
IN_A_ROW = 3  # failures, after which a channel is left alone for this run
KEPT_FOR = timedelta(days=90)
AT_ONCE = 1000
MORE_TRIES = 3  # that an administrator's retry grants
ANSWER_KEPT = 200
DIGITS = re.compile(r"\d{5,}|\S+@\S+")  # a phone, an account, an address


def send_due(now: datetime | None = None) -> bool:
    """Send what is due, as long as the time lasts. Whether some may be left."""
    until = time.monotonic() + RUN_SECONDS
    failed: Counter[int] = Counter()
    while time.monotonic() < until:
        moment = now or timezone.now()
        broken = [channel for channel, times in failed.items() if times >= IN_A_ROW]
        delivery = take(moment, leave_out=broken)
        if delivery is None:
            return False
        if _sent(delivery, moment):
            failed.pop(delivery.channel_id, None)
        else:
            failed[delivery.channel_id] += 1
    return True


def _sent(row: Delivery, now: datetime) -> bool:
    """As `send_one`; what nobody foresaw is the trouble of this message alone."""
    try:
        return send_one(row, now)
    except Exception:
        logger.exception("message %s", row.uuid)
        return _not_sent(row, Unforeseen(), now)


def take(now: datetime, *, leave_out: list[int] | None = None) -> Delivery | None:
    """The next message, which is this worker's for `LEASE`; None where nothing is due.

    What holds nothing unread any more, or is of no use any more, is ended on the way,
    and what is due within quiet hours waits for their end.
    """
    rows = Delivery.objects.due(now).filter(channel__in_use=True)
    rows = rows.exclude(channel__in=leave_out or []).order_by("due_at", "pk")
    while True:
        with transaction.atomic():
            row = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if row is None:
                return None
            if not (_is_ended(row, now) or _is_put_off(row, now)):
                return _taken(row, now)


def _is_ended(row: Delivery, now: datetime) -> bool:
    ended = _ends_unsent(row, now)
    if ended is None:
        return False
    row.state, row.trouble, row.ended_at = *ended, now
    row.save(update_fields=["state", "trouble", "ended_at"])
    return True


def _is_put_off(row: Delivery, now: datetime) -> bool:
    """Of a message that is sent late, or again: it was made for a moment that was not
    quiet."""
    later = routing.free_at(row, now)
    if later <= now:
        return False
    if row.gathered:
        # The digest of that very moment may be open: a person has one of each.
        later += timedelta(microseconds=1 + row.pk % 999_999)
    row.state, row.due_at, row.taken_until = State.WAITING, later, None
    row.save(update_fields=["state", "due_at", "taken_until"])
    return True


def _taken(row: Delivery, now: datetime) -> Delivery:
    row.state, row.taken_until = State.SENDING, now + LEASE
    row.tries += 1
    row.tries_left = max(row.tries_left - 1, 0)
    row.save(update_fields=["state", "taken_until", "tries", "tries_left"])
    DeliveryTry.objects.create(delivery=row, number=row.tries, begun_at=now)
    return row


def _ends_unsent(row: Delivery, now: datetime) -> tuple[State, str] | None:
    if row.state == State.SENDING and not row.tries_left:
        return _given_up(row), in_site_words(WorkerLost())
    if row.due_at < now - GIVEN_UP:
        # Of a channel that was out of use, or of workers that stood still.
        return _given_up(row), row.trouble or in_site_words(TooLate())
    if not _unread(row).exists():
        return State.DROPPED, ""
    return None


def _given_up(row: Delivery) -> State:
    """What one browser took was told, even where another never answered."""
    return State.SENT if browsers.is_taken(row) else State.FAILED


def _unread(row: Delivery) -> QuerySet[Notice]:
    held = DeliveryItem.objects.filter(delivery=row).values("notice")
    rows = Notice.objects.filter(pk__in=held, read_at__isnull=True)
    return rows.filter(person__is_active=True).order_by("pk")


def send_one(row: Delivery, now: datetime) -> bool:
    """Send a message that was taken, and keep how it went. False: try again later."""
    notices = list(_unread(row).select_related("person"))
    if not notices:
        _keep(row, State.DROPPED, now)
        return True
    try:
        urgent = _is_urgent(row.channel, notices[0])
        message = words.message_of(notices, key=row.uuid, urgent=urgent)
        to = receiver_of(row.channel, row.person_id, row)
        answer = kinds.send(row.channel, message, to)
    except NotSent as error:
        return _not_sent(row, error, now)
    except (DomainError, ValueError) as error:
        # Of this message nothing else will come: what fails holds up no other.
        logger.exception("message %s", row.uuid)
        return _not_sent(row, Refused(str(error)[:200]), now)
    _keep(row, State.SENT, now, answer=answer)
    return True


def _is_urgent(channel: Channel, notice: Notice) -> bool:
    """Whether a sleeping phone is to be woken; other kinds have no word for it."""
    if channel.kind != Channel.Kind.PUSH:
        return False
    rules = NoticeRule.objects.in_use().filter(channel=channel, urgent=True)
    return rules.filter(what__in=("", notice.what)).exists()


def receiver_of(
    channel: Channel, person: int, delivery: Delivery | None = None
) -> Receiver:
    """Where a person is reached over a channel; nothing where he is nowhere.

    ``delivery``: of which a browser that has it is not asked again. Raises Unopened.
    """
    if channel.kind == Channel.Kind.WEBHOOK:
        return Receiver()
    if channel.kind == Channel.Kind.PUSH:
        return browsers.receiver(person, delivery)
    way = kinds.WAYS[Channel.Kind(channel.kind)]
    rows = OwnAddress.objects.filter(person=person, way=way)
    row = rows.filter(confirmed_at__isnull=False).first()
    return Receiver(kinds.opened(row.address) if row else "")


def _not_sent(row: Delivery, error: NotSent, now: datetime) -> bool:
    trouble = in_site_words(error)
    again = error.again and row.tries_left > 0
    if again:
        wait = error.after or wait_after(row.tries)
        row.due_at = routing.free_at(row, now + wait)
    state = State.WAITING if again else _given_up(row)
    _keep(row, state, now, trouble=trouble, error=error)
    return not isinstance(error, Unreachable)


def wait_after(tries: int) -> timedelta:
    """Twice as long each time, an hour at most."""
    return min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)


@transaction.atomic
def _keep(
    row: Delivery,
    state: State,
    now: datetime,
    *,
    trouble: str = "",
    answer: Answer | None = None,
    error: NotSent | None = None,
) -> None:
    """How the try ended; nothing of a message that another took up meanwhile."""
    ended = None if state == State.WAITING else now
    mine = Delivery.objects.filter(pk=row.pk, state=State.SENDING, tries=row.tries)
    mine.update(
        state=state,
        trouble=trouble,
        due_at=row.due_at,
        taken_until=None,
        ended_at=ended,
    )
    said = answer.text if answer else error.answer if error else ""
    DeliveryTry.objects.filter(delivery=row, number=row.tries).update(
        ended_at=timezone.now(),
        status=answer.status if answer else error.code if error else None,
        answer=harmless(said),
        trouble=trouble,
    )


def harmless(text: str) -> str:
    """The beginning of an answer, without what may be a number of a person."""
    signs = (" " if not sign.isprintable() else sign for sign in text[:400])
    return DIGITS.sub("…", "".join(signs)).strip()[:ANSWER_KEPT]


@transaction.atomic
def retry(delivery: Delivery, now: datetime) -> bool:
    """Let a message that failed be tried again. False where it did not fail."""
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state != State.FAILED:
        return False
    row.state, row.due_at, row.ended_at = State.WAITING, now, None
    row.tries_left = MORE_TRIES
    row.save(update_fields=["state", "due_at", "ended_at", "tries_left"])
    browsers.ask_again(row)
    return True


def sweep(now: datetime) -> int:
    """Remove what is over for long, a bounded number at a time. Returns how many.

    Of whoever left nothing is kept that he could be reached by.
    """
    for model in (OwnAddress, PushSubscription):
        model.objects.filter(person__is_active=False).delete()
    rows = Delivery.objects.filter(made_at__lt=now - KEPT_FOR).order_by("made_at")
    removed = 0
    while ids := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        removed += len(ids)
        Delivery.objects.filter(pk__in=ids).delete()
    return removed
