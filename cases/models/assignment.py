"""The units that work on a case."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.models.case import Case


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def hosts(self) -> Self:
        return self.filter(part=Assignment.Part.HOST)

    def assistants(self) -> Self:
        return self.filter(part=Assignment.Part.ASSIST)


class Assignment(models.Model):
    """One unit's part of a case."""

    class Part(models.TextChoices):
        HOST = "host", _("host")
        ASSIST = "assist", _("assistant")

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part, default=Part.HOST)
    assigned_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "case",
                condition=Q(ended_at__isnull=True, part="host"),
                name="one_running_host_a_case",
            ),
            models.UniqueConstraint(
                "case",
                "unit",
                condition=Q(ended_at__isnull=True),
                name="one_running_part_of_a_unit_in_a_case",
            ),
            models.CheckConstraint(
                name="assignment_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("assigned_at")),
            ),
        ]
        # What a unit works on or did, the newest case first.
        indexes = [models.Index(fields=["unit", "-case"], name="part_by_unit")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.unit}"
