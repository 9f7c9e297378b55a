"""Who read the name and number of a caller, and what for."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models.caller import Caller


class CallerReading(models.Model):
    """One look at what is sealed. Only ever added to."""

    append_only: ClassVar[bool] = True

    class Purpose(models.TextChoices):
        CONTACT = "contact", _("to call the person back")
        VISIT = "visit", _("to visit the person")
        CHECK = "check", _("to compare with another case")

    caller = models.ForeignKey(Caller, models.PROTECT, related_name="readings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20, choices=Purpose)
    read_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.caller_id} {self.by_id} {self.read_at}"
