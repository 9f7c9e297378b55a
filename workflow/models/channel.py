"""Ways out of the house as data: gateways, and what is said over which of them."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from govmap.lib.history import kept, kept_but
from govmap.lib.localized import localized
from govmap.lib.sealed import SealedField

TRIES = 6


def usual_times() -> list[str]:
    """Before the work of the morning, and before it ends."""
    return ["08:30", "17:00"]


class ChannelQuerySet(models.QuerySet["Channel"]):
    def in_use(self) -> Self:
        return self.filter(in_use=True)


@kept_but("secret")
class Channel(models.Model):
    """One gateway. Of HTTP gateways the address, headers and body are templates."""

    class Kind(models.TextChoices):
        SMS = "sms", _("text message")
        VOICE = "voice", _("voice call")
        APP = "app", _("office app")
        MAIL = "mail", _("e-mail")
        PUSH = "push", _("web push")
        WEBHOOK = "webhook", _("webhook")

    class Method(models.TextChoices):
        POST = "POST"
        GET = "GET"

    class Shape(models.TextChoices):
        JSON = "json", "JSON"
        FORM = "form", _("form")

    code = models.CharField(max_length=40, unique=True)
    titles = models.JSONField()
    kind = models.CharField(max_length=10, choices=Kind)
    # Of a web push: who is to be written to about it, as mailto:… (RFC 8292).
    url = models.CharField(max_length=500, blank=True)
    method = models.CharField(max_length=4, choices=Method, default=Method.POST)
    headers = models.JSONField(default=dict, blank=True)
    body = models.JSONField(default=dict, blank=True)
    shape = models.CharField(max_length=4, choices=Shape, default=Shape.JSON)
    # A gateway that says in its body whether it took the message: the field, with
    # dots between levels, and its value; empty: the HTTP status alone says it.
    answer_field = models.CharField(max_length=60, blank=True)
    answer_value = models.CharField(max_length=60, blank=True)
    # What the templates call {secret}, the key of signatures, or a push's private key.
    secret = SealedField(blank=True, default="")
    secret_at = models.DateTimeField(null=True, blank=True)
    digest_at = models.JSONField(default=usual_times, blank=True)  # ["HH:MM"]
    most_tries = models.PositiveSmallIntegerField(default=TRIES)
    in_use = models.BooleanField(default=False)
    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return localized(self.titles)


class NoticeRuleQuerySet(models.QuerySet["NoticeRule"]):
    def in_use(self) -> Self:
        return self.filter(in_use=True, channel__in_use=True)


@kept
class NoticeRule(models.Model):
    """What is said to whom over which channel; the row that names most counts."""

    class Choice(models.TextChoices):
        ALWAYS = "always", _("always")
        USUAL = "usual", _("unless he turns it off")
        OFFERED = "offered", _("if he turns it on")
        NEVER = "never", _("is not sent")

    what = models.CharField(max_length=40, blank=True)  # of notices; empty: all
    role = models.CharField(max_length=20, blank=True, choices=Role)  # empty: all
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="rules")
    choice = models.CharField(max_length=10, choices=Choice, default=Choice.USUAL)
    urgent = models.BooleanField(default=False)  # also in quiet hours
    gathered = models.BooleanField(default=False)  # in one message at set times
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    in_use = models.BooleanField(default=True)
    objects = NoticeRuleQuerySet.as_manager()

    class Meta:
        ordering = ("what", "role", "channel")
        constraints = [
            models.UniqueConstraint(
                *("what", "role", "channel"), name="notice_rule_is_said_once"
            ),
            models.CheckConstraint(
                name="urgent_notices_are_not_gathered",
                condition=~Q(urgent=True, gathered=True),
            ),
            models.CheckConstraint(
                name="notice_rule_quiet_has_two_ends",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~Q(quiet_from=F("quiet_until")),
            ),
        ]

    def __str__(self) -> str:
        what, role = self.what or "*", self.get_role_display() if self.role else "*"
        return f"{what} · {role}"
