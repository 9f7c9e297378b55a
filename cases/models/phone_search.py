"""Who looked for the cases of a caller's number, and what for."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User


class PhoneSearch(models.Model):
    """One search by a phone. Only ever added to; the number itself is nowhere.

    A list is narrowed by naming its ``uuid``, so no number stands in an address.
    """

    append_only: ClassVar[bool] = True

    class Purpose(models.TextChoices):
        ANSWER = "answer", _("the caller asks how it stands")
        SAME = "same", _("to see whether it was told before")
        CHECK = "check", _("to examine a complaint")

    uuid = models.UUIDField(unique=True, default=uuid7)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20, choices=Purpose)
    # One keyed hash for each key in use, the newest first.
    hashes = models.JSONField()
    tail = models.CharField(max_length=4, blank=True)
    found = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="phone_search_by_person")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.at} ••••{self.tail}"
