"""What happened to an entry, and who may say that two entries are one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User


class Register(models.TextChoices):
    """The registers, as addresses, logs and modules name them."""

    PERSON = "person", _("person")
    HOUSEHOLD = "household", _("household")
    BUILDING = "building", _("building")
    DWELLING = "dwelling", _("dwelling")
    ORGANIZATION = "organization", _("organisation")


class LifeEvent(models.Model):
    """One event in the life of an entry. Only ever added to."""

    append_only: ClassVar[bool] = True

    class What(models.TextChoices):
        ENTERED = "entered", _("entered")
        BORN = "born", _("born")
        MOVED_IN = "moved_in", _("moved in")
        MOVED_HOUSE = "moved_house", _("moved house")
        MOVED_OUT = "moved_out", _("moved out")
        CAME_BACK = "came_back", _("came back")
        DIED = "died", _("died")
        TAKEN_DOWN = "taken_down", _("taken down")
        WAS_MERGED = "was_merged", _("merged into another entry")
        TOOK_IN = "took_in", _("took in another entry")
        SPLIT = "split", _("a household was split off")
        CORRECTED = "corrected", _("corrected as proposed")
        CONFIRMED = "still_right", _("confirmed: still right")

    register = models.CharField(max_length=12, choices=Register)
    subject = models.UUIDField()
    what = models.CharField(max_length=12, choices=What)
    on = models.DateField()
    # Where to, where from, or into which: words, for the page of the history.
    told = models.CharField(max_length=200, blank=True)
    other = models.UUIDField(null=True, blank=True)  # another entry of this register
    source = models.CharField(max_length=10, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    # Where the entry lay when it happened: whose round it belongs to.
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-on", "-pk")
        indexes = [
            models.Index(fields=["subject"], name="life_by_subject"),
            models.Index(fields=["community", "-id"], name="life_in_community"),
            models.Index(fields=["street", "-id"], name="life_in_street"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.subject} {self.what} {self.on}"


class Merging(models.Model):
    """Two entries are said to be one; somebody else than who asked decides."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    register = models.CharField(max_length=12, choices=Register)
    stays = models.UUIDField()
    goes = models.UUIDField()
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["street", "-id"],
                condition=Q(granted__isnull=True),
                name="merging_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="merging_is_decided_by_somebody_else",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="merging_is_decided_wholly",
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
            models.CheckConstraint(
                name="merging_is_of_two", condition=~Q(stays=F("goes"))
            ),
            models.UniqueConstraint(
                "goes",
                condition=Q(granted__isnull=True),
                name="entry_is_asked_to_be_merged_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.goes} -> {self.stays}"
