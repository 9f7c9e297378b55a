"""轨迹: where a worker went while on duty, where a site turned it on. Kept for days."""

from typing import ClassVar

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Expression, F, IntegerField, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from govmap.lib.geo import SRID
from govmap.lib.history import kept
from workflow.context import brings

DAYS_MOST = 90
EVERY = (30, 600)  # seconds between two positions, at the least and at the most
METRES = (20, 500)


@kept
class TrackSettings(models.Model):
    """Whether a site keeps tracks at all: one row. Off unless somebody says why and
    answers for it."""

    is_on = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    days = models.PositiveSmallIntegerField(default=7)  # that positions are kept
    # The phone says where it is after so many seconds, or so many metres.
    every = models.PositiveSmallIntegerField(default=60)
    metres = models.PositiveSmallIntegerField(default=50)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="track_has_a_reason_and_an_owner",
                condition=Q(is_on=False) | (~Q(reason="") & Q(owner__isnull=False)),
            ),
            models.CheckConstraint(
                name="track_is_kept_for_a_bounded_time",
                condition=Q(days__gte=1, days__lte=DAYS_MOST),
            ),
            models.CheckConstraint(
                name="track_is_sparse",
                condition=Q(every__range=EVERY, metres__range=METRES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.is_on} {self.days}"

    @classmethod
    def current(cls) -> "TrackSettings":
        rows = cls.objects.select_related("owner").order_by("pk")
        return rows.first() or cls()


@brings("track")
def is_kept(user: User) -> Expression:
    """Whether the site keeps tracks: the phone's pages ask, so it comes along."""
    rows = TrackSettings.objects.filter(is_on=True)
    return Cast(models.Exists(rows), IntegerField())


class DutyMark(models.Model):
    """上岗 or 下岗, tapped by the worker himself. It starts and stops the track alone:
    nobody is asked to tap, and nothing is counted by it."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    on = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="duty_mark_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at} {self.on}"


class TrackPoint(models.Model):
    """One position of one worker on duty. ``stamp``: the milliseconds of his phone's
    own clock, by which a position that is sent again is known."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    stamp = models.BigIntegerField()
    at = models.DateTimeField()  # by the server's clock
    place = gis.PointField(srid=SRID, spatial_index=False)
    accuracy = models.PositiveIntegerField(null=True)  # metres

    class Meta:
        constraints = [
            models.UniqueConstraint("person", "stamp", name="position_is_kept_once")
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="track_of_a_person"),
            models.Index(fields=["at"], name="track_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at}"


class TrackReading(models.Model):
    """Who looked at whose positions, and what for. Only ever added to."""

    append_only: ClassVar[bool] = True

    class Purpose(models.TextChoices):
        SAFETY = "safety", _("to find a worker who may need help")
        EMERGENCY = "emergency", _("to send whoever is nearest in an emergency")
        COMPLAINT = "complaint", _("to examine a complaint or an accident")
        MAP = "map", _("where workers on duty are, on the live map")

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=20, choices=Purpose)
    day = models.DateField()  # whose positions were read
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="nobody_is_logged_for_his_own_track",
                condition=~Q(by=F("person")),
            ),
            models.UniqueConstraint(
                *("by", "person", "day"),
                condition=Q(purpose="map"),
                name="look_at_the_map_is_logged_once_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="track_reading_of_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.by_id} {self.person_id} {self.day}"
