"""专项普查: an area, a class of things, a short form and a last day."""

from datetime import date, datetime
from typing import Self

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from cases.field_ground import field_units
from govmap.lib.geo import SRID
from layers.models import Layer


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, user: User) -> Self:
        """Of one's unit, or with something on its ground; the district sees all."""
        if user.sees_district:
            return self
        units = sorted(user.unit_ids)
        things = SurveyItem.objects.filter(
            Q(street__in=units) | Q(community__in=units), survey=OuterRef("pk")
        )
        return self.filter(Q(unit__in=units) | Exists(things))

    def running(self, day: date) -> Self:
        return self.filter(
            starts_on__lte=day, ends_on__gte=day, withdrawn_at__isnull=True
        )


class Survey(models.Model):
    """Somebody wants to know the same of many things, once."""

    class What(models.TextChoices):
        PARTS = "parts", _("city parts of one class")
        CELLS = "cells", _("grid cells")
        FEATURES = "features", _("the features of a layer")

    uuid = models.UUIDField(unique=True, default=uuid7)
    title = models.CharField(_("title"), max_length=60)
    # Why, and on whose word: whoever goes out is told.
    purpose = models.CharField(_("purpose"), max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=What)
    class_code = models.CharField(max_length=5, blank=True)  # of the parts
    layer = models.ForeignKey(
        Layer, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Where: what was drawn, or nothing for the ground of the codes.
    area = gis.PolygonField(srid=SRID, null=True, blank=True, spatial_index=False)
    # {"communities": [unit codes], "cells": [cell codes]}; empty: the unit's ground.
    places = models.JSONField(default=dict, blank=True)
    # [{"code", "title", "kind", "choices", "required"}], see cases.surveys.fields
    fields = models.JSONField(default=list)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # Ended before its time; what was told until then stays.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="survey_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def runs(self, day: date) -> bool:
        return self.withdrawn_at is None and self.starts_on <= day <= self.ends_on

    def ran_at(self, moment: datetime) -> bool:
        """Of what waited on a phone: whether it was still asked then."""
        over = self.withdrawn_at is not None and self.withdrawn_at <= moment
        return not over and self.starts_on <= timezone.localdate(moment) <= self.ends_on


class SurveyItemQuerySet(models.QuerySet["SurveyItem"]):
    def on_ground_of(self, user: User) -> Self:
        """Those that lie where the person goes round."""
        ground = field_units(user)
        if ground.whole:
            return self
        units = sorted(ground.units)
        return self.filter(Q(street__in=units) | Q(community__in=units))

    def visible_to(self, user: User) -> Self:
        """All for the unit that asks and the district; else those of one's ground."""
        if user.sees_district:
            return self
        units = sorted(user.unit_ids)
        return self.filter(
            Q(survey__unit__in=units) | Q(street__in=units) | Q(community__in=units)
        )

    def left(self) -> Self:
        return self.filter(done_at__isnull=True)


class SurveyItem(models.Model):
    """One thing to look at. Who did it is kept for his own corrections, shown nowhere.

    ``answers``: by the field's code; of a photo the uuids of attachments.
    """

    uuid = models.UUIDField(unique=True, default=uuid7)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="items")
    key = models.CharField(max_length=80)  # of the part, the cell or the feature
    title = models.CharField(max_length=120)
    place = gis.PointField(srid=SRID, spatial_index=False)
    cell = models.CharField(max_length=15, blank=True)
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    street = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answers = models.JSONField(default=dict, blank=True)
    # The last answers, or when they were taken back, and the uuid that came with them.
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_as = models.UUIDField(null=True, blank=True)
    objects = SurveyItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("survey", "key", name="survey_asks_of_it_once"),
        ]
        indexes = [
            models.Index(fields=["community", "survey"], name="survey_item_by_ground"),
            models.Index(
                fields=["survey"],
                condition=Q(done_at__isnull=True),
                name="survey_item_left",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lonlat(self) -> list[float]:
        return [self.place.x, self.place.y]
