"""The calendar, and the deadlines that run on it."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.models.subject import Subject


class LimitType(models.TextChoices):
    """How a limit runs.

    The first five are those of cases (standards in use since CJ/T 315-2009), minutes
    those of a stage; the last four are the statutory ones of procedures, which count
    whole days (Civil Code 民法典, articles 200 to 204).
    """

    URGENT_HOURS = "urgent_hours", _("urgent hours")
    URGENT_DAYS = "urgent_days", _("urgent days")
    WORK_HOURS = "work_hours", _("working hours")
    WORK_DAYS = "work_days", _("working days")
    NATURAL_DAYS = "natural_days", _("calendar days")
    MINUTES = "minutes", _("minutes")
    STATUTORY_DAYS = "statutory_days", _("days by the Civil Code")
    WHOLE_WORK_DAYS = "whole_work_days", _("whole working days")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")


@kept
class Calendar(models.Model):
    """Working slots of a working day, and which weekdays are working days."""

    code = models.CharField(max_length=40, unique=True, default="default")
    # [["08:00", "12:00"], ["14:00", "18:00"]] in the site's zone.
    slots = models.JSONField()
    weekdays = models.JSONField()  # Monday is 0
    # The years whose table is complete; without a list, those of which a day is told.
    years = models.JSONField(null=True, blank=True)
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


class SpecialPeriodQuerySet(models.QuerySet["SpecialPeriod"]):
    def at(self, moment: datetime) -> Self:
        """Those of the day, in the site's zone, the one that matters most first."""
        day = timezone.localdate(moment)
        rows = self.filter(first_day__lte=day, last_day__gte=day)
        return rows.order_by("-priority", "-first_day", "pk")


@kept
class SpecialPeriod(models.Model):
    """重点时段: days on which what starts has other limits and another priority.

    A limit of its own goes before the factor; without both only the priority differs.
    """

    titles = models.JSONField()
    first_day = models.DateField()
    last_day = models.DateField()
    # A district, street or community; empty: everywhere.
    area = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Codes of classes ("event/06") whose subclasses are meant too; empty: all.
    classes = models.JSONField(default=list, blank=True)
    # The name of the limit that it changes, in the process's words; empty: all.
    name = models.CharField(max_length=20, blank=True)
    # The limit times this, at least one of its units.
    factor = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    limit = models.PositiveIntegerField(null=True, blank=True)
    limit_type = models.CharField(max_length=20, choices=LimitType, blank=True)
    priority = models.PositiveSmallIntegerField(default=1)
    objects = SpecialPeriodQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "pk")
        constraints = [
            models.CheckConstraint(
                name="special_period_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="special_period_limit_has_its_type",
                condition=Q(limit__isnull=True, limit_type="")
                | (Q(limit__isnull=False) & ~Q(limit_type="")),
            ),
            models.CheckConstraint(
                name="special_period_factor_is_positive",
                condition=Q(factor__isnull=True) | Q(factor__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


# The lights that a list may be narrowed to.
LIGHTS = ("red", "yellow", "green")


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> Self:
        """Not met yet; those that stand paused are among them."""
        return self.filter(met_at__isnull=True)

    def in_light(self, light: str = "") -> Self:
        """Running ones that show this light of `LIGHTS` now; without one, all of them.

        As `govmap.lib.times.light_of` says it of one: what rests shows none of them.
        """
        rows, now = self.running(), timezone.now()
        if not light:
            return rows
        due = {
            "red": Q(due_at__lt=now),
            "yellow": Q(yellow_at__lte=now, due_at__gte=now),
            "green": Q(yellow_at__gt=now),
        }
        return rows.filter(due[light], paused_at__isnull=True, waits=False)

    def named(self, subject: Subject, name: str) -> Self:
        return self.filter(kind=subject.KIND, subject_id=subject.pk, name=name)


class OverdueFor(Func):
    """The time for which a limit was overdue, both ends in it; SQL wants it so too."""

    function = "tstzrange"
    output_field = DateTimeRangeField()

    def __init__(self) -> None:
        # What was met in time has no such time, but an empty one must be a range.
        end = Greatest(F("due_at"), F("met_at"))
        super().__init__(F("due_at"), end, Value("[]"))


class Deadline(models.Model):
    """By when something of a subject must be done. Never deleted: overtime is kept.

    ``due_at`` and ``yellow_at`` follow from ``counted_from`` and what was left then;
    whoever pauses, resumes or extends writes those and has them worked out anew.
    """

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    name = models.CharField(max_length=20)  # what is limited, in the process's words
    limit = models.PositiveIntegerField()
    limit_type = models.CharField(max_length=20, choices=LimitType)
    started_at = models.DateTimeField()
    yellow_at = models.DateTimeField()  # 80 % of the limit used
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    # What it stands still for, in the process's words; empty: for no named reason.
    paused_for = models.CharField(max_length=20, blank=True)
    # When a pause ends by itself.
    paused_until = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    # From when what is left counts: the start, or the end of the last pause.
    since = models.DateTimeField(null=True, blank=True)
    # What is left at `since` (of a pause: at its beginning); negative once overdue.
    # Time inside the slots of working limits, days of statutory ones. Empty: all of it.
    left = models.DurationField(null=True, blank=True)
    # What was used before `since`, counted likewise.
    used = models.DurationField(default=timedelta)
    # As it was at first; empty while nothing has moved it.
    first_due_at = models.DateTimeField(null=True, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    # A time that must pass (公示期, 复议期), not one by which something must be done:
    # nothing is late when it is over.
    waits = models.BooleanField(default=False)
    # It reaches into a year whose holidays are not known yet.
    provisional = models.BooleanField(default=False)
    # When the ladder looks at it next; empty: there is nothing more to do.
    look_at = models.DateTimeField(null=True, blank=True)
    # How much later than due it was met, zero in time; whatever was exempted since.
    overtime = models.DurationField(null=True, blank=True)
    exempted_at = models.DateTimeField(null=True, blank=True)
    exempted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    exempted_why = models.CharField(max_length=40, blank=True)  # a reason's code
    # The special period in which it began, and whose rule it follows.
    period = models.ForeignKey(
        SpecialPeriod, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # On whose ground its subject lies, so that a street's figures read its own limits
    # alone. Kept by triggers of the app whose subject it is: no code here writes it.
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
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
            models.CheckConstraint(
                name="deadline_exempted_by_somebody",
                condition=Q(exempted_at__isnull=True) ^ Q(exempted_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id"], name="deadline_by_subject"),
            models.Index(
                fields=["due_at"],
                condition=Q(met_at__isnull=True),
                name="deadline_running",
            ),
            # Those of one ground, among the overdue of the whole district.
            models.Index(
                fields=["street", "due_at"],
                condition=Q(met_at__isnull=True),
                name="deadline_of_street",
            ),
            models.Index(
                fields=["community", "due_at"],
                condition=Q(met_at__isnull=True, community__isnull=False),
                name="deadline_of_community",
            ),
            # What was overdue at some earlier time: of a year of late ones a few.
            GistIndex(
                OverdueFor(),
                condition=Q(overtime__gt=timedelta(0)),
                name="deadline_late",
            ),
            models.Index(
                fields=["paused_until"],
                condition=Q(met_at__isnull=True, paused_until__isnull=False),
                name="deadline_paused_until",
            ),
            models.Index(
                fields=["look_at"],
                condition=Q(
                    met_at__isnull=True, paused_at__isnull=True, look_at__isnull=False
                ),
                name="deadline_look_at",
            ),
            models.Index(
                fields=["id"],
                condition=Q(met_at__isnull=True, provisional=True),
                name="deadline_provisional",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.name}: {self.due_at}"

    @property
    def counted_from(self) -> datetime:
        return self.since or self.started_at

    @property
    def is_exempt(self) -> bool:
        return self.exempted_at is not None
