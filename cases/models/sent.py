"""A table that somebody sends: on its way in, by a job, looked through before taken."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import User


class SentTable(models.Model):
    """What every sort of table has: its file, its job, its progress, its report."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        LOOKED = "looked", _("looked through")
        DONE = "done", _("taken")
        FAILED = "failed", _("not taken")
        CANCELLED = "cancelled", _("cancelled")

    UNDER_WAY = (Status.WAITING, Status.RUNNING)
    # Second half of the first key of the advisory lock that its worker holds.
    LOCK: ClassVar[int]

    uuid = models.UUIDField(unique=True, default=uuid7)
    name = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    # The sealed file under GOVMAP_VAR, for names and phones are in it.
    path = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    # What its job does: look through it, or take it; and take it without asking.
    taking = models.BooleanField(default=False)
    at_once = models.BooleanField(default=False)
    options = models.JSONField(default=dict)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    # {outcome: rows}; [[line, number, outcome, reason]] of the first rows, refused ones
    # before others; what else there is to say of the file.
    counts = models.JSONField(default=dict)
    lines = models.JSONField(default=list)
    report = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

    @property
    def may_be_taken(self) -> bool:
        return self.status == self.Status.LOOKED

    @property
    def to_take(self) -> int:
        """Rows that taking it would write."""
        return int(self.counts.get("new", 0)) + int(self.counts.get("changed", 0))
