"""What a phone sent by a clock that was wrong."""

from datetime import timedelta

from django.db import models

from accounts.models import User


class PhoneClock(models.Model):
    """One sending whose phone said another time than the server, and by how much.

    What it says of when something was seen was corrected by that.
    """

    act_id = models.UUIDField(unique=True)  # of the act that came so
    # Nobody for a round of a patrol: who made it is not written down.
    sender = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField()  # what the phone's clock said then
    # Of when it was seen, by the phone's clock; nothing where it said nothing.
    written_at = models.DateTimeField(null=True)
    seconds_off = models.BigIntegerField()  # positive: the phone is ahead

    def __str__(self) -> str:
        return f"{self.act_id} {self.seconds_off:+d} s"

    @property
    def off(self) -> timedelta:
        """How much it was off, whichever way."""
        return timedelta(seconds=abs(self.seconds_off))

    @property
    def is_ahead(self) -> bool:
        return self.seconds_off > 0
