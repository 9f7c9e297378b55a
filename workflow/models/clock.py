"""The calendar, and the deadlines that run on it."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from govmap.lib.history import kept


class LimitType(models.TextChoices):
    """The five ways in which a limit runs (standards in use since CJ/T 315-2009)."""

    URGENT_HOURS = "urgent_hours", _("urgent hours")
    URGENT_DAYS = "urgent_days", _("urgent days")
    WORK_HOURS = "work_hours", _("working hours")
    WORK_DAYS = "work_days", _("working days")
    NATURAL_DAYS = "natural_days", _("calendar days")


@kept
class Calendar(models.Model):
    """Working slots of a working day, and which weekdays are working days."""

    code = models.CharField(max_length=40, unique=True, default="default")
    # [["08:00", "12:00"], ["14:00", "18:00"]] in the site's zone.
    slots = models.JSONField()
    weekdays = models.JSONField()  # Monday is 0
    # Of slots, weekdays and days together. Whoever changes one of them changes it, for
    # processes keep the calendar until they read another digest.
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.code


@kept
class Day(models.Model):
    """A day that is not what its weekday says: a holiday, or a make-up day 调休."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    date = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("calendar", "date", name="calendar_day_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.works}"


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> Self:
        return self.filter(met_at__isnull=True)


class Deadline(models.Model):
    """By when something of a subject must be done. Never deleted: overtime is kept."""

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=20)  # what is limited, in the process's words
    limit = models.PositiveIntegerField()
    limit_type = models.CharField(max_length=20, choices=LimitType)
    started_at = models.DateTimeField()
    yellow_at = models.DateTimeField()  # 80 % of the limit used
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind",
                "subject_id",
                "name",
                condition=Q(met_at__isnull=True),
                name="one_running_deadline_of_a_name",
            ),
            models.CheckConstraint(
                name="deadline_turns_yellow_before_it_is_due",
                condition=Q(yellow_at__lte=F("due_at"), started_at__lte=F("yellow_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id"], name="deadline_by_subject"),
            models.Index(
                fields=["due_at"],
                condition=Q(met_at__isnull=True),
                name="deadline_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.name}: {self.due_at}"
