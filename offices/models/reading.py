"""Who read whose entry, what of it, and what for."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from offices.models.life import Register


class RegisterReading(models.Model):
    """One look at an entry, or one search by a number. Only ever added to.

    By the entry's public id and not by a key: one log for all registers, which an
    auditor reads in one order, and which outlives a merging.
    """

    append_only: ClassVar[bool] = True

    class What(models.TextChoices):
        PAGE = "page", _("the page")
        NUMBER = "number", _("the whole number")
        PHONE = "phone", _("the whole phone")
        FIND_NUMBER = "find_number", _("search by number")
        FIND_PHONE = "find_phone", _("search by phone")

    class Purpose(models.TextChoices):
        SERVICE = "service", _("to serve the person")
        CONTACT = "contact", _("to call the person")
        VISIT = "visit", _("to visit the person")
        CHECK = "check", _("to check the entry against the paper")
        CASE = "case", _("for an open task")

    register = models.CharField(max_length=12, choices=Register)
    subject = models.UUIDField(null=True, blank=True)  # none: a search
    what = models.CharField(max_length=12, choices=What)
    purpose = models.CharField(max_length=10, choices=Purpose, blank=True)
    # The number of the case or the words of the reader; of a search the last four.
    note = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    role = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="reading_by_subject"),
            models.Index(fields=["by", "-id"], name="reading_by_reader"),
            models.Index(fields=["what", "-id"], name="reading_by_what"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} {self.what} {self.subject} {self.at}"
