"""A case that somebody began from a record: sent, it bears this uuid."""

from django.db import models
from django.utils import timezone

from accounts.models import User
from offices.models.record import Record


class CaseBegun(models.Model):
    """The report's form has its uuid from the beginning, and the case keeps it."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="begun")
    uuid = models.UUIDField(unique=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.record_id} {self.uuid}"
