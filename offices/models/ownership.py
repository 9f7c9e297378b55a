"""Who owns which fields of a register (谁提供、谁负责), and corrections proposed."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from govmap.lib.history import kept
from govmap.lib.localized import localized
from govmap.lib.sealed import SealedField
from offices.models.code import Code
from offices.models.ground import ground_of, on_ground
from offices.models.life import Register

COMMUNITY = "community"  # those who go there: where the entry lies
LABEL = "label:"  # before the code of a label
WRITER = "writer"  # the unit that entered it, or told of it


@kept
class FieldOwner(models.Model):
    """A group of fields and whose they are: others propose, the owner decides.

    ``owner``: `COMMUNITY`, `WRITER`, the code of a unit, or the end of the code of an
    office of the entry's street, as modules name theirs. A label is called
    ``label:`` and its code. Fields that no group names are the community's.
    """

    register = models.CharField(_("register"), max_length=12, choices=Register)
    code = models.SlugField(_("code"), max_length=30)
    titles = models.JSONField()
    fields = models.JSONField(default=list)
    owner = models.CharField(_("owner"), max_length=40, default=COMMUNITY)
    # Whole working days for the answer to a proposal.
    days = models.PositiveSmallIntegerField(_("working days to decide"), default=5)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("order", "register", "code")
        constraints = [
            models.UniqueConstraint(
                "register", "code", name="fields_of_a_register_are_owned_once"
            ),
            models.CheckConstraint(
                name="owner_has_time_to_decide", condition=Q(days__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those about entries of one's ground.

        Of labels of sensitive groups only where these are open to the reader.
        """
        closed = Code.objects.closed_to(user).values_list("code", flat=True)
        rows = self.exclude(field__in=[f"{LABEL}{code}" for code in closed])
        ground = ground_of(user)
        if ground.whole:
            return rows
        own = Q(asked_by=user.pk)
        return rows.filter(own if ground.is_none else own | on_ground(ground))

    def open(self) -> Self:
        return self.filter(granted__isnull=True)

    def in_light(self, light: str, now: datetime | None = None) -> Self:
        """Open ones in time, soon due, or overdue."""
        now = now or timezone.now()
        rows = self.open()
        if light == "red":
            return rows.filter(due_at__lte=now)
        if light == "yellow":
            return rows.filter(due_at__gt=now, yellow_at__lte=now)
        return rows.filter(yellow_at__gt=now)


class Proposal(models.Model):
    """Another value for one field of an entry, which the field's owner decides on.

    Both values lie sealed: whatever the field, they are somebody's.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    register = models.CharField(max_length=12, choices=Register)
    subject = models.UUIDField()  # of the entry
    field = models.CharField(max_length=40)
    before = SealedField(blank=True, default="")
    after = SealedField(blank=True, default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    owner = models.CharField(max_length=40)
    # Who decides, and where nobody works there, the desk of the street.
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField(default=timezone.now)
    yellow_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # The evidence: a photo or a file, sealed outside the database.
    file_name = models.CharField(max_length=200, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["subject", "-id"], name="proposal_by_subject"),
            models.Index(fields=["asked_by", "-id"], name="proposal_by_asker"),
            *(
                models.Index(
                    fields=[unit, "-id"],
                    condition=Q(granted__isnull=True),
                    name=f"proposal_open_by_{unit}",
                )
                for unit in ("street", "community")
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(granted__isnull=True),
                name="proposal_open_by_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="proposal_is_decided_by_somebody_else",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="proposal_is_decided_wholly",
                condition=Q(
                    granted__isnull=True,
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                )
                | Q(
                    granted__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                *("subject", "field", "asked_by"),
                condition=Q(granted__isnull=True),
                name="field_is_proposed_once_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.subject} {self.field}"

    # As clocks are read: `govmap.lib.times`.

    @property
    def met_at(self) -> datetime | None:
        return self.decided_at

    @property
    def paused_at(self) -> None:
        return None
