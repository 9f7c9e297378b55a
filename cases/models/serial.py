"""The numbers that people call cases by."""

from django.db import models

from accounts.models import Unit


class Serial(models.Model):
    """The last serial of a district's day. Never used twice; gaps do not matter."""

    district = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint("district", "day", name="serial_of_a_day_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.last}"
