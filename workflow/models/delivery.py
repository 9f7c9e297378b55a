"""Messages that leave the house: what each holds, and every try to send it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from workflow.models.channel import Channel
from workflow.models.notice import Notice
from workflow.models.reaching import PushSubscription


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: object) -> Self:
        """What may be taken: its time has come, or who took it died."""
        return self.filter(
            Q(state=Delivery.State.WAITING, due_at__lte=now)
            | Q(state=Delivery.State.SENDING, taken_until__lt=now)
        )


class Delivery(models.Model):
    """One message to one person over one channel; a digest holds several notices.

    ``uuid`` is the key by which a gateway knows a message that it was sent before.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENDING = "sending", _("is being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")
        DROPPED = "dropped", _("no longer needed")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="deliveries")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    gathered = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    tries_left = models.PositiveSmallIntegerField(default=1)
    # Whoever has not told by then how it ended is taken to be dead.
    taken_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                *("person", "channel", "due_at"),
                condition=Q(gathered=True, state="waiting", tries=0),
                name="one_digest_is_open_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                "due_at", condition=Q(state="waiting"), name="delivery_waiting"
            ),
            models.Index(
                "taken_until", condition=Q(state="sending"), name="delivery_taken"
            ),
            models.Index(fields=["channel", "-id"], name="delivery_by_channel"),
            models.Index(fields=["state", "-id"], name="delivery_by_state"),
            models.Index(fields=["made_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.person_id} {self.state}"


class DeliveryItem(models.Model):
    """A notice within a message: over one channel it goes out once."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="items")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "notice", "channel", name="notice_goes_out_once_a_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.notice_id}"


class DeliveryBrowser(models.Model):
    """What became of a web push at one browser of the person: each takes it once."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="browsers")
    # Empty once the browser has taken its leave.
    browser = models.ForeignKey(
        PushSubscription, models.SET_NULL, null=True, related_name="+"
    )
    host = models.CharField(max_length=120)  # its push service
    state = models.CharField(
        max_length=8, choices=Delivery.State, default=Delivery.State.WAITING
    )
    gone = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of HTTP
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                "delivery", "browser", name="browser_takes_a_message_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.host} {self.state}"


class DeliveryTry(models.Model):
    """One try, written before it begins: what ended without a word shows as open."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log")
    number = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of HTTP
    answer = models.CharField(max_length=200, blank=True)  # its beginning, no digits
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                "delivery", "number", name="delivery_try_is_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.number}"
