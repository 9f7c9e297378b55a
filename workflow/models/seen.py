"""How far each person has read what concerns him."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User


class SeenQuerySet(models.QuerySet["Seen"]):
    def of(self, user: User, kind: str) -> Self:
        return self.filter(user=user, kind=kind)


class Seen(models.Model):
    """One person and one subject that he opened, or acted on.

    His own list, and no part of the record. Kept up by `workflow.seeing`.
    """

    user = models.ForeignKey(
        User, models.CASCADE, related_name="+", db_index=False
    )  # the constraint's index begins with it
    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()  # of the last event that he saw
    # Somebody else acted since, or he keeps it as unread.
    changed = models.BooleanField(default=False)
    acted = models.BooleanField(default=False)  # he did something with it himself
    objects = SeenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user", "kind", "subject_id", name="a_subject_is_seen_once"
            )
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id"], name="seen_by_subject"),
            models.Index(
                fields=["user", "kind", "-subject_id"],
                condition=Q(changed=True),
                name="seen_and_changed",
            ),
            models.Index(
                fields=["user", "kind", "-subject_id"],
                condition=Q(acted=True),
                name="seen_and_acted_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.subject_id} #{self.seq}"
