"""Who looks at a subject now: rows that live for a minute."""

from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models import User


class PresenceQuerySet(models.QuerySet["Presence"]):
    def now(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())


class Presence(models.Model):
    """One page that has a subject open. Never a lock, and no part of any record.

    The table is unlogged: after a crash it is empty, which is true.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    tab = models.UUIDField()  # made by the page
    kind = models.CharField(max_length=20)
    subject_uuid = models.UUIDField()
    # The move whose form is being filled in; empty while the person only looks.
    verb = models.CharField(max_length=40, blank=True)
    expires_at = models.DateTimeField()
    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "tab", name="a_page_has_one_subject_open"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_uuid"], name="presence_by_subject"),
            models.Index(fields=["expires_at"], name="presence_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.subject_uuid} {self.verb}"
