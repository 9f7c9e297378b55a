"""What becomes of a web push at each browser of a person: it takes a message once.

Every browser has a row of its own, written before it is asked and after it answered.
Whoever took the message is not asked again, whoever is gone is forgotten, and whoever
could not be reached is tried again alone.
"""

from urllib.parse import urlsplit

from django.utils import timezone

from govmap.lib.errors import DomainError
from workflow.channels import kinds
from workflow.channels.errors import Gone, NotSent, in_site_words
from workflow.channels.outside import Answer
from workflow.models import Delivery, DeliveryBrowser, PushSubscription

State = Delivery.State
ENDED = (State.SENT, State.FAILED)


class Told(kinds.Told):
    """Keeps with a message how each browser took it."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def begin(self, browser: PushSubscription) -> None:
        row = self._row(browser)
        row.tries, row.tried_at = row.tries + 1, timezone.now()
        row.save(update_fields=["tries", "tried_at"])

    def end(self, browser: PushSubscription, said: Answer | NotSent) -> None:
        row = self._row(browser)
        if isinstance(said, Answer):
            row.state, row.status, row.trouble = State.SENT, said.status, ""
        else:
            row.state = State.WAITING if said.again else State.FAILED
            row.status, row.trouble = said.code, in_site_words(said)
            row.gone = isinstance(said, Gone)
        row.save(update_fields=["state", "status", "trouble", "gone"])

    def _row(self, browser: PushSubscription) -> DeliveryBrowser:
        row, _new = DeliveryBrowser.objects.get_or_create(
            delivery=self._delivery,
            browser=browser,
            defaults={"host": _host_of(browser)},
        )
        return row


def receiver(person: int, delivery: Delivery | None) -> kinds.Receiver:
    """The browsers that have not had the message, the newest first: where the time
    does not last for all, old ones wait."""
    rows = PushSubscription.objects.filter(person=person).order_by("-pk")
    if delivery is None:
        return kinds.Receiver(browsers=tuple(rows))
    known = DeliveryBrowser.objects.filter(delivery=delivery)
    asked = known.filter(state__in=ENDED, browser__isnull=False).values("browser")
    return kinds.Receiver(
        browsers=tuple(rows.exclude(pk__in=asked)),
        reached=is_taken(delivery),
        told=Told(delivery),
    )


def is_taken(delivery: Delivery) -> bool:
    """Whether one browser has it."""
    rows = DeliveryBrowser.objects.filter(delivery=delivery)
    return rows.filter(state=State.SENT).exists()


def ask_again(delivery: Delivery) -> None:
    """Those that refused it are asked once more."""
    rows = DeliveryBrowser.objects.filter(delivery=delivery, state=State.FAILED)
    rows.filter(browser__isnull=False).update(state=State.WAITING)


def _host_of(browser: PushSubscription) -> str:
    """Its push service; of what can no longer be opened nobody knows."""
    try:
        return urlsplit(kinds.opened(browser.endpoint)).netloc[:120]
    except (DomainError, ValueError):
        return ""
