"""Features: the rows of a layer, with when they were true and when they were known."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.gis.db import models as gis
from django.contrib.gis.geos import Polygon
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import BigIntegerField, F, Q, Value
from django.db.models.functions import Cast

from accounts.models import User
from govmap.lib.geo import SRID, TILE_SRID
from layers.models.catalogue import Layer


class FeatureQuerySet(models.QuerySet["Feature"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(layer__in=Layer.objects.visible_to(user))

    def current(self) -> Self:
        """What the published versions hold."""
        return self.filter(known_to__isnull=True)

    def ever(self) -> Self:
        """Open and closed rows. It must be said: each half has indexes of its own."""
        return self.filter(Q(known_to__isnull=True) | Q(known_to__isnull=False))

    def on_day(self, day: date) -> Self:
        """What stood on the ground that day, as far as is known today."""
        return self.ever().filter(valid__contains=day)

    def of_layers(self, layers: Iterable[int]) -> Self:
        """Of the layers with these primary keys, so that the indexes serve.

        One bare number is an int4 to PostgreSQL, which btree_gist will not compare with
        the column's int8: all rows of the layer would be read from another index. A
        list of several takes the column's type.
        """
        keys = sorted(set(layers))
        if len(keys) == 1:
            return self.filter(layer_id=Cast(Value(keys[0]), BigIntegerField()))
        return self.filter(layer_id__in=keys)

    def in_box(self, box: Polygon) -> Self:
        """Whose box meets ``box`` (an upright one, EPSG:4490).

        By the mercator column, whose index begins with the layer: upright boxes are
        upright there too.
        """
        return self.filter(mercator__bboverlaps=box.transform(TILE_SRID, clone=True))

    def of_version(self, number: int) -> Self:
        return self.filter(known_from__lte=number).filter(
            Q(known_to__isnull=True) | Q(known_to__gt=number)
        )


class Feature(models.Model):
    """One row of a layer: what was known from one version to another.

    ``known_from`` and ``known_to`` are version numbers, half open: a row that a new
    version leaves as it is is not written again. ``valid`` says from which day to
    which it was so on the ground, half open; empty for what never was.
    """

    # Each index below begins with it.
    layer = models.ForeignKey(
        Layer, models.PROTECT, related_name="features", db_index=False
    )
    key = models.CharField(max_length=80)
    known_from = models.PositiveIntegerField()
    known_to = models.PositiveIntegerField(null=True, blank=True)
    valid = DateRangeField()
    geometry = gis.GeometryField(srid=SRID, spatial_index=False)
    # For tiles only; never measured.
    mercator = gis.GeometryField(srid=TILE_SRID, spatial_index=False)
    properties = models.JSONField(default=dict)
    cell = models.CharField(max_length=15, blank=True)  # of a point on it
    objects = FeatureQuerySet.as_manager()

    class Meta:
        indexes = [
            GistIndex(
                fields=["layer", "mercator"],
                condition=Q(known_to__isnull=True),
                name="open_feature_by_place",
            ),
            GistIndex(
                fields=["layer", "mercator"],
                condition=Q(known_to__isnull=False),
                name="closed_feature_by_place",
            ),
            # What a version brought, and what it closed.
            models.Index(fields=["layer", "known_from"], name="feature_by_version_in"),
            models.Index(
                fields=["layer", "known_to"],
                condition=Q(known_to__isnull=False),
                name="feature_by_version_out",
            ),
            # What was known of a key before; the constraint below knows the open row.
            models.Index(
                fields=["layer", "key"],
                condition=Q(known_to__isnull=False),
                name="closed_feature_by_key",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "layer",
                "key",
                condition=Q(known_to__isnull=True),
                name="one_open_row_of_a_key",
            ),
            models.CheckConstraint(
                name="feature_is_known_for_some_version",
                condition=Q(known_to__isnull=True) | Q(known_to__gt=F("known_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}: {self.key}"
