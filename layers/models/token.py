"""Keys by which a person's programs read in his name."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User


class ProgramTokenQuerySet(models.QuerySet["ProgramToken"]):
    def valid_at(self, moment: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=moment)


class ProgramToken(models.Model):
    """One key, for reading alone. Shown once; only its digest is kept."""

    person = models.ForeignKey(User, models.PROTECT, related_name="program_tokens")
    name = models.CharField(max_length=60)  # which program it is for
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    begins = models.CharField(max_length=12)  # by which its owner knows it again
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # to the hour
    used_from = models.CharField(max_length=60, blank=True)  # address of the network
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = ProgramTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(
                fields=["person"],
                condition=Q(revoked_at__isnull=True),
                name="token_of_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.name}"
