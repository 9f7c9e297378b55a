"""Who is a near relative of whom a subject is about, and so has no part in it."""

from typing import ClassVar

from django.db import models

from accounts.models import User


class Recusal(models.Model):
    """近亲属备案: a person on the staff who is related to the applicant.

    Written by the effect ``record_relative`` only, and never taken back: whoever is
    recorded wrongly is replaced all the same.
    """

    append_only: ClassVar[bool] = True

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    # A reason's code of the move by which it was recorded: spouse, parent, sibling.
    relation = models.CharField(max_length=40, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind", "subject_id", "person", name="relative_is_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}: {self.person_id}"
