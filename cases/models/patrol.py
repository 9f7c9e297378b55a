"""巡查: rounds that are planned over cells. Of a cell, never of a person."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from cases.field_ground import field_units

MOST_TIMES = 6  # rounds a day


class PatrolQuerySet(models.QuerySet["Patrol"]):
    def visible_to(self, user: User) -> Self:
        """Of one's unit, or with cells of its ground; the district sees all."""
        if user.sees_district:
            return self
        units = sorted(user.unit_ids)
        return self.filter(Q(unit__in=units) | Exists(PatrolCell.objects.within(units)))

    def on_ground_of(self, user: User) -> Self:
        """Those with cells where the person goes round."""
        ground = field_units(user)
        if ground.whole:
            return self
        return self.filter(Exists(PatrolCell.objects.within(ground.units)))

    def going_on(self, day: date) -> Self:
        """As `Patrol.goes_on` says of one."""
        over = Q(ended_on__isnull=False, ended_on__lte=day)
        begun = self.filter(starts_on__lte=day, days__contains=[day.weekday()])
        return begun.exclude(over)

    def in_use(self) -> Self:
        return self.filter(ended_on__isnull=True)


class Patrol(models.Model):
    """On which days, how many times a day, over which cells somebody goes round."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    title = models.CharField(_("title"), max_length=60)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    days = models.JSONField(default=list)  # of the week, Monday is 0
    times = models.PositiveSmallIntegerField(_("times a day"), default=1)
    hint = models.CharField(_("what to look at"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"))
    # The first day without it.
    ended_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    objects = PatrolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="patrol_goes_round_at_all",
                condition=Q(times__gte=1, times__lte=MOST_TIMES),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def goes_on(self, day: date) -> bool:
        begun = self.starts_on <= day
        over = self.ended_on is not None and day >= self.ended_on
        return begun and not over and day.weekday() in self.days


class PatrolCellQuerySet(models.QuerySet["PatrolCell"]):
    def within(self, units: Iterable[int]) -> Self:
        """Of the outer patrol, in these communities or streets."""
        keys = sorted(units)
        ground = Q(community__in=keys) | Q(community__parent__in=keys)
        return self.filter(ground, patrol=OuterRef("pk"))


class PatrolCell(models.Model):
    """A cell of a patrol, and whose it is."""

    patrol = models.ForeignKey(Patrol, models.CASCADE, related_name="cells")
    code = models.CharField(max_length=15)
    community = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    objects = PatrolCellQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint("patrol", "code", name="patrol_has_a_cell_once"),
        ]

    def __str__(self) -> str:
        return self.code


class PatrolTick(models.Model):
    """One round of one cell was made that day. By whom is not written down."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    patrol = models.ForeignKey(Patrol, models.CASCADE, related_name="ticks")
    cell = models.CharField(max_length=15)
    day = models.DateField()
    number = models.PositiveSmallIntegerField()  # of the day, from 1
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "patrol", "cell", "day", "number", name="round_is_ticked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cell} {self.day} {self.number}"
