"""Who is away, and who is told instead."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from accounts.models import User


class LeaveQuerySet(models.QuerySet["Leave"]):
    def on(self, day: date) -> Self:
        return self.filter(begins_on__lte=day, ends_on__gte=day)


class Leave(models.Model):
    """The days on which somebody is away; both ends belong to them.

    It lends no right: what the stand-in may see and do is as it was (`StandIn` of the
    cases lends posts).
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="leaves")
    stand_in = models.ForeignKey(User, models.CASCADE, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ("-begins_on", "-pk")
        indexes = [models.Index(fields=["ends_on"], name="leave_by_end")]
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_it_begins",
                condition=Q(ends_on__gte=F("begins_on")),
            ),
            models.CheckConstraint(
                name="nobody_stands_in_for_himself",
                condition=~Q(person=F("stand_in")),
            ),
            ExclusionConstraint(
                name="one_leave_at_a_time",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("begins_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.begins_on} - {self.ends_on}"
