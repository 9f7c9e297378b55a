"""How a person may be reached outside of the pages, and what he wishes to hear."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from govmap.lib.sealed import KeyedHashField, SealedField, TailField
from workflow.models.channel import Channel


class OwnAddress(models.Model):
    """A person's own address for one way, sealed; confirmed by a code sent to it."""

    class Way(models.TextChoices):
        PHONE = "phone", _("mobile phone")
        MAIL = "mail", _("e-mail")
        ACCOUNT = "account", _("account in the office app")

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    way = models.CharField(max_length=10, choices=Way)
    address = SealedField()
    address_hash = KeyedHashField(of="address")
    tail = TailField(of="address")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The code that was sent, hashed; until when and how often it may still be tried.
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_today = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("person", "way", name="own_address_is_one_a_way"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.way}"


class PushSubscription(models.Model):
    """A browser that takes web pushes (RFC 8030): who knows its address may write."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    endpoint = SealedField()
    endpoint_hash = KeyedHashField(of="endpoint", unique=True)
    key = models.CharField(max_length=100)  # P-256, base64url: public
    auth = SealedField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.pk}"


class NoticeChoice(models.Model):
    """What a person chose for a channel, as far as the rules let him."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    wanted = models.BooleanField(null=True)  # None: as is usual
    gathered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "channel", name="notice_choice_is_one_a_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.channel_id}"


class OwnQuiet(models.Model):
    """The hours in which a person is told only what is urgent."""

    person = models.OneToOneField(User, models.CASCADE, related_name="+")
    quiet_from = models.TimeField()
    quiet_until = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="own_quiet_lasts_some_time",
                condition=~Q(quiet_from=F("quiet_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.quiet_from}-{self.quiet_until}"
