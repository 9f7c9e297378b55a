"""What a person keeps of the one map: views of it, and sketches drawn upon it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import Unit, User

TITLE_MOST, ADDRESS_MOST, WORDS_MOST = 60, 2000, 60  # signs
SHAPES_MOST, KEPT_MOST = 100, 200


class MapViewQuerySet(models.QuerySet["MapView"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(owner=user)


class MapView(models.Model):
    """书签: where somebody looked, at which layers, on which day. His alone."""

    uuid = models.UUIDField(unique=True, default=uuid7)  # made by the client
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    title = models.CharField(max_length=TITLE_MOST)
    # Of the map's page: its query and its hash, "?layers=a,b#16/39.91/116.36".
    address = models.CharField(max_length=ADDRESS_MOST)
    made_at = models.DateTimeField(default=timezone.now)
    objects = MapViewQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title


class SketchQuerySet(models.QuerySet["Sketch"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those that a colleague shows to the unit."""
        shown = Q(shared=True, unit__in=user.unit_ids)
        return self.filter(Q(owner=user) | shown)


class Sketch(models.Model):
    """标绘: shapes with words upon the map, for oneself or for one's unit."""

    uuid = models.UUIDField(unique=True, default=uuid7)  # made by the client
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=TITLE_MOST)
    # [{"kind": area, line or spot, "shape": its corners packed, "words": …}]
    shapes = models.JSONField(default=list)
    shared = models.BooleanField(default=False)  # with the unit
    made_at = models.DateTimeField(default=timezone.now)
    objects = SketchQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(
                fields=["unit"], condition=Q(shared=True), name="sketch_shown_to_unit"
            )
        ]

    def __str__(self) -> str:
        return self.title
