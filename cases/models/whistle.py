"""街乡吹哨、部门报到: a street calls several departments to a place by a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import (
    F,
    Q,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.models.case import Case
from govmap.lib.geo import SRID
from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.models import Deadline, Event, Subject, SubjectQuerySet
from workflow.subjects import part, subject

LONGEST = 14 * 24 * 60  # minutes, for what a site may say of an occasion


class WhistleOccasionQuerySet(models.QuerySet["WhistleOccasion"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)


@kept
class WhistleOccasion(models.Model):
    """What a street may blow the whistle for, as the site says."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    titles = models.JSONField()
    # Blown before anybody approves it, who approves it afterwards.
    at_once = models.BooleanField(_("approved afterwards"), default=False)
    # Minutes until the called must be there: of an urgent one fixed, else proposed.
    minutes = models.PositiveIntegerField(_("minutes to be there"))
    # Minutes until the called must have signed.
    sign_minutes = models.PositiveIntegerField(_("minutes to sign"))
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(default=False)
    objects = WhistleOccasionQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")
        constraints = [
            models.CheckConstraint(
                name="whistle_occasion_gives_time",
                condition=Q(minutes__gt=0, minutes__lte=LONGEST)
                & Q(sign_minutes__gt=0, sign_minutes__lte=LONGEST),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


class WhistleQuerySet(SubjectQuerySet["Whistle"]):
    def open(self) -> Self:
        """Blown, and not ended yet."""
        return self.filter(blown_at__isnull=False, ended_at__isnull=True)

    def listed(self) -> Self:
        """With what a row of a list shows."""
        rows = self.select_related("occasion", "street", "community")
        return rows.prefetch_related("calls__unit")


@subject
class Whistle(Subject):
    """吹哨: units called to one place by one time, with a case or without."""

    KIND: ClassVar[str] = "whistle"
    PAGE: ClassVar[str] = "whistles:whistle"
    RELATED_UNITS = frozenset({"street", "community", "district", "called", "awaited"})
    RELATED_PEOPLE = frozenset({"proposer"})
    OPENS_WITH = "open_whistle"

    number = models.CharField(max_length=26, unique=True)
    occasion = models.ForeignKey(WhistleOccasion, models.PROTECT, related_name="+")
    street = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="whistles"
    )
    place = gis.PointField(srid=SRID, null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    # By when the called are to be there.
    appear_by = models.DateTimeField()
    proposer = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    blown_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Somebody asked both sides for their marks 评价.
    marks_asked = models.BooleanField(default=False)
    objects = WhistleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="whistle_says_where",
                condition=Q(place__isnull=False) | ~Q(address=""),
            ),
        ]
        indexes = [
            models.Index(fields=["street", "-id"], name="whistle_by_street"),
            models.Index(
                fields=["id"],
                condition=Q(ended_at__isnull=True, blown_at__isnull=False),
                name="whistle_open",
            ),
            models.Index(fields=["blown_at"], name="whistle_by_month"),
        ]

    def __str__(self) -> str:
        return self.number

    def parts(self) -> "list[WhistleCall]":
        """Its calls, fetched once for all that is asked of it."""
        if not self.pk:
            return []
        prefetch_related_objects([self], "calls")
        return sorted(self.calls.all(), key=lambda call: call.pk)

    def forget_parts(self) -> None:
        """The calls have changed: whoever asks next, reads them anew."""
        getattr(self, "_prefetched_objects_cache", {}).pop("calls", None)

    def related_units(self, name: str) -> set[int]:
        if name in {"called", "awaited"}:
            return self._called(only_awaited=name == "awaited")
        if name == "district":
            above = self.street.parent_id if self.street_id else None
            return {above} if above else set()
        unit = {"street": self.street_id, "community": self.community_id}[name]
        return {unit} if unit else set()

    def _called(self, *, only_awaited: bool) -> set[int]:
        """``awaited``: those that are not there yet."""
        parts = [part for part in self.parts() if part.called_at]
        return {
            part.unit_id for part in parts if not (only_awaited and part.arrived_at)
        }

    def related_people(self, name: str) -> set[int]:
        return {{"proposer": self.proposer_id}[name]}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        units = self.related_units("street") | self.related_units("community")
        return units, {self.proposer_id}

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)


class WhistleCallQuerySet(models.QuerySet["WhistleCall"]):
    def blown(self) -> Self:
        return self.filter(called_at__isnull=False)

    def signed_in_time(self) -> Self:
        return self.filter(signed_at__lte=F("sign_by"))

    def arrived_in_time(self) -> Self:
        return self.filter(arrived_at__lte=F("appear_by"))

    def late(self, now: datetime) -> Self:
        """There too late, or still awaited then: as `WhistleCall.is_late`."""
        until = Coalesce("arrived_at", "whistle__ended_at", Value(now))
        return self.blown().filter(appear_by__lt=until)


@part
class WhistleCall(models.Model):
    """One called unit's part of a whistle.

    No subject of the engine: what is done about it are moves of the whistle. Its two
    limits are rows of `workflow.models.Deadline` of the kind "whistle_call", so that
    lights show them and the ladder climbs on them.
    """

    KIND: ClassVar[str] = "whistle_call"
    PAGE: ClassVar[str] = Whistle.PAGE
    # The names of its limits.
    SIGNING: ClassVar[str] = "signing"
    ARRIVAL: ClassVar[str] = "arrival"
    RELATED_UNITS = Whistle.RELATED_UNITS
    RELATED_PEOPLE = Whistle.RELATED_PEOPLE
    LIMITS = frozenset({"signing", "arrival"})

    whistle = models.ForeignKey(Whistle, models.PROTECT, related_name="calls")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # Empty until the whistle is blown.
    called_at = models.DateTimeField(null=True, blank=True)
    sign_by = models.DateTimeField(null=True, blank=True)
    appear_by = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    # Whether the street said that it was there, else the unit itself.
    seen_by_street = models.BooleanField(default=False)
    reported_at = models.DateTimeField(null=True, blank=True)
    # What came of it: one of the reasons of the move that reports back.
    result = models.CharField(max_length=40, blank=True)
    # The street's mark for the unit, and the unit's for the street: codes of reasons.
    mark = models.CharField(max_length=40, blank=True)
    street_mark = models.CharField(max_length=40, blank=True)
    urged = models.PositiveSmallIntegerField(default=0)  # times
    supervised = models.BooleanField(default=False)
    objects = WhistleCallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("whistle", "unit", name="unit_is_called_once"),
            models.CheckConstraint(
                name="only_the_called_answer",
                condition=Q(called_at__isnull=False)
                | Q(signed_at=None, arrived_at=None, reported_at=None),
            ),
            models.CheckConstraint(
                name="who_reported_back_was_there",
                condition=Q(reported_at__isnull=True) | Q(arrived_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["unit", "called_at"], name="calls_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.whistle} {self.unit}"

    @property
    def uuid(self) -> UUID:
        """A notice of it leads to the whistle."""
        return self.whistle.uuid

    @property
    def whole(self) -> Whistle:
        return self.whistle

    @property
    def named(self) -> dict[str, str]:
        """By which evidence a move of the whistle means this unit."""
        return {"called": self.unit.code}

    def related_units(self, name: str) -> set[int]:
        """As the whistle's, but only this unit is called."""
        if name == "called":
            return {self.unit_id}
        if name == "awaited":
            return set() if self.arrived_at else {self.unit_id}
        return self.whistle.related_units(name)

    def related_people(self, name: str) -> set[int]:
        return self.whistle.related_people(name)

    def is_late(self, now: datetime) -> bool:
        """There too late, or still awaited after the time."""
        if self.appear_by is None:
            return False
        end = self.whistle.ended_at or now
        return (self.arrived_at or end) > self.appear_by

    @property
    def took(self) -> timedelta | None:
        """From the call until somebody of it was there."""
        if self.called_at and self.arrived_at:
            return self.arrived_at - self.called_at
        return None


def add_clocks(whistles: Iterable[Whistle]) -> None:
    """Give each call its two limits, and each whistle the one to look at: one query.

    That is, of the arrivals that are awaited the first due; else none.
    """
    rows = list(whistles)
    calls = {call.pk: call for whistle in rows for call in whistle.parts()}
    for call in calls.values():
        call.clocks = {}  # type: ignore[attr-defined]
    limits = Deadline.objects.filter(kind=WhistleCall.KIND, subject_id__in=list(calls))
    for limit in limits.order_by("pk"):
        calls[limit.subject_id].clocks[limit.name] = limit  # type: ignore[attr-defined]
    for whistle in rows:
        arrivals = [
            call.clocks.get(WhistleCall.ARRIVAL)  # type: ignore[attr-defined]
            for call in whistle.parts()
        ]
        running = [row for row in arrivals if row and not row.met_at]
        whistle.clock = min(  # type: ignore[attr-defined]
            running, key=lambda row: row.due_at, default=None
        )
