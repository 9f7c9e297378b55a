"""Who is on duty when, and what one shift hands over to the next."""

from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from govmap.lib.history import kept
from govmap.lib.localized import localized

REMARKS_MOST = 2000  # characters


@kept
class ShiftKind(models.Model):
    """班次: one that ends at or before the hour it begins ends on the next day."""

    code = models.SlugField(max_length=20, unique=True)
    titles = models.JSONField()
    starts = models.TimeField()
    ends = models.TimeField()
    order = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("order", "starts", "code")

    def __str__(self) -> str:
        return localized(self.titles)

    @property
    def hours(self) -> str:
        """20:00 to 08:00 of the next day is ``20:00–次日08:00``."""
        ends = f"{self.ends:%H:%M}"
        if self.crosses_midnight:
            ends = str(gettext("%(time)s next day")) % {"time": ends}
        return f"{self.starts:%H:%M}–{ends}"

    @property
    def crosses_midnight(self) -> bool:
        return self.ends <= self.starts

    def span(self, day: date) -> DateTimeTZRange:
        """The shift that begins on that day, in the site's zone."""
        last = day + timedelta(days=1) if self.crosses_midnight else day
        return DateTimeTZRange(_moment(day, self.starts), _moment(last, self.ends))


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


class ShiftQuerySet(models.QuerySet["Shift"]):
    def at(self, moment: datetime) -> Self:
        """Those that last at the moment; of the two days on which such may begin."""
        day = timezone.localdate(moment)
        days = (day - timedelta(days=1), day)
        return self.filter(day__in=days, lasts__contains=moment)

    def in_order(self) -> Self:
        """With what a roster shows; who leads stands first."""
        rows = self.select_related("person", "kind").annotate(
            rank=models.Case(
                *(
                    models.When(part=part, then=rank)
                    for rank, part in enumerate(Shift.Part.values)
                ),
                output_field=models.IntegerField(),
            )
        )
        return rows.order_by("day", "kind__order", "kind__starts", "rank", "pk")


@kept
class Shift(models.Model):
    """One person, on duty in one unit for one shift."""

    class Part(models.TextChoices):
        LEADER = "leader", _("leader on duty")
        CHIEF = "chief", _("head of the shift")
        MEMBER = "member", _("on duty")
        STANDBY = "standby", _("on standby")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.ForeignKey(ShiftKind, models.PROTECT, related_name="+")
    day = models.DateField()  # on which it begins
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part, default=Part.MEMBER)
    # As the kind said when it was written down.
    lasts = DateTimeRangeField()
    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                *("unit", "day", "kind", "person"), name="person_is_in_a_shift_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.person}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.lasts is None:
            self.lasts = self.kind.span(self.day)
        super().save(*args, **kwargs)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> Self:
        """Notes of the person's units; who works for the district reads all."""
        if user.sees_district:
            return self
        return self.filter(unit__in=user.unit_ids)

    def listed(self) -> Self:
        return self.select_related("unit", "kind", "written_by", "signed_by")


class Handover(models.Model):
    """交接班记录: what one shift leaves, and who took it over."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # The shift that hands over, where the roster knew one.
    kind = models.ForeignKey(
        ShiftKind, models.PROTECT, null=True, blank=True, related_name="+"
    )
    day = models.DateField()
    # Until when the next shift lasts: what is due before that is named.
    until = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    remarks = models.TextField(blank=True, max_length=REMARKS_MOST)
    # Open matters beyond what a note names.
    unnamed = models.PositiveIntegerField(default=0)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "unit",
                condition=Q(signed_at__isnull=True),
                name="one_note_of_a_unit_waits",
            ),
            models.CheckConstraint(
                name="note_is_signed_by_somebody_else",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | (
                    Q(signed_at__isnull=False, signed_by__isnull=False)
                    & ~Q(signed_by=F("written_by"))
                ),
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="handover_by_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day} {self.kind or ''}".strip()


class HandoverMatter(models.Model):
    """One open matter as it stood when the note was written."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="matters")
    source = models.CharField(max_length=20)  # why it is named
    # What it is: the page is found by these.
    kind = models.CharField(max_length=20)
    subject_uuid = models.UUIDField()
    number = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # Empty: nobody has taken it over.
    taken_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                *("handover", "kind", "subject_uuid"),
                name="matter_is_handed_over_once",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_uuid"], name="handed_over_matter")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"
