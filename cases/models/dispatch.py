"""派遣规则: which department disposes of which class where, and who stands in."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import Func, Q
from django.utils import timezone

from accounts.models import Unit, User
from cases.models.duty import Duty
from govmap.lib.history import kept
from workflow.models import Category


class DispatchRuleQuerySet(models.QuerySet["DispatchRule"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)

    def needing_duty(self) -> Self:
        """In use from before a rule had to name its item of the list of duties."""
        return self.in_use().filter(duty__isnull=True)

    def whole(self) -> Self:
        """With what a page and a proposal read of each."""
        return self.select_related(
            "category__parent",
            "street",
            "community",
            "department__parent",
            "duty__department",
        )


@kept
class DispatchRule(models.Model):
    """Class x street x area -> department. What is empty means all."""

    # A main class stands for all of its subclasses.
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+"
    )
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The area: a community, or cells that somebody drew.
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cells = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    department = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # Of older rules empty; a new one and a changed one name theirs.
    duty = models.ForeignKey(
        Duty, models.PROTECT, null=True, blank=True, related_name="rules"
    )
    note = models.CharField(max_length=200, blank=True)
    retired_at = models.DateField(null=True, blank=True)
    objects = DispatchRuleQuerySet.as_manager()

    class Meta:
        ordering = ("category__kind", "category__code", "street__code", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("category", "street", "community", "cells"),
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="dispatch_rule_says_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'} · {self.street or '*'} → {self.department}"

    @property
    def needs_duty(self) -> bool:
        """In use, and not said which item of the list of duties it follows."""
        return self.retired_at is None and self.duty_id is None


class StandInQuerySet(models.QuerySet["StandIn"]):
    def valid_at(self, moment: datetime) -> Self:
        return self.filter(lasts__contains=moment)


@kept
class StandIn(models.Model):
    """代班: from one moment to another, a unit or a person does another's work."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lasts = DateTimeRangeField()
    reason = models.CharField(max_length=200, blank=True)
    # The posts that the person who stands in holds because of it.
    posts = ArrayField(models.BigIntegerField(), default=list, blank=True)
    objects = StandInQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                name="stand_in_is_of_units_or_of_people",
                condition=Q(
                    unit__isnull=False,
                    by_unit__isnull=False,
                    person__isnull=True,
                    by_person__isnull=True,
                )
                | Q(
                    unit__isnull=True,
                    by_unit__isnull=True,
                    person__isnull=False,
                    by_person__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="stand_in_lasts_some_time",
                condition=~Q(lasts=Func(template="'empty'::tstzrange")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_unit or self.by_person} ← {self.unit or self.person}"

    @property
    def is_running(self) -> bool:
        return self.lasts.lower <= timezone.now() < self.lasts.upper

    @property
    def is_over(self) -> bool:
        return self.lasts.upper <= timezone.now()
