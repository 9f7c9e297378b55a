"""Acts on versions that take a while: a worker does them in their actor's name."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from layers.models.version import Version


class PendingAct(models.Model):
    """An act on a version that somebody may do and a worker is to do.

    What he wrote is kept only until it is done: from then on it is in the event.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="pending_acts")
    act_id = models.UUIDField(unique=True)
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    after_event = models.PositiveIntegerField(null=True)
    evidence = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    # Why it was not done; empty where it was, or is still to be.
    trouble = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                "version",
                condition=Q(ended_at__isnull=True),
                name="one_pending_act_of_a_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.verb}"

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None
