"""The ground: regions, grid cells, addresses and city parts.

They are made from the published versions of the layers that feed them.
"""

from datetime import datetime
from typing import Self

from django.contrib.gis.db import models as gis
from django.contrib.gis.geos import Point
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeOperators,
)
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F

from accounts.models import Unit
from govmap.lib.geo import SRID, DistanceMetres, Geography, WithinMetres


class Region(models.Model):
    """The ground of a district, a street or a community."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="region")
    geometry = gis.MultiPolygonField(srid=SRID)

    class Meta:
        indexes = [GistIndex(Geography("geometry"), name="region_by_metres")]

    def __str__(self) -> str:
        return str(self.unit)


class GridCellQuerySet(models.QuerySet["GridCell"]):
    def valid_at(self, moment: datetime) -> Self:
        return self.filter(valid__contains=moment)

    def nearest(self, place: Point, *, metres: float, moment: datetime) -> Self:
        """Cells valid at ``moment`` within ``metres`` of ``place``, nearest first.

        Rows carry ``metres``: 0 inside. Uses the functional index on geography.
        """
        ground = Geography("geometry")
        spot = Geography(models.Value(place, output_field=gis.PointField(srid=SRID)))
        return (
            self.valid_at(moment)
            .filter(WithinMetres(ground, spot, metres))
            .annotate(metres=DistanceMetres(ground, spot))
            .order_by("metres", "code")
        )


class GridCell(models.Model):
    """单元网格, 15 digits = 6 + 3 + 3 + 3 (GB/T 30428.1, DB11/T 2157-2023).

    Never changed in place: a changed cell is closed and a new one opened; codes are
    never used again.
    """

    code = models.CharField(max_length=15)
    name = models.CharField(max_length=60, blank=True)
    community = models.ForeignKey(Unit, models.PROTECT, related_name="cells")
    geometry = gis.PolygonField(srid=SRID)
    valid = DateTimeRangeField()
    area = models.FloatField(help_text="square metres")
    objects = GridCellQuerySet.as_manager()
    metres: float  # annotated by `nearest`

    class Meta:
        indexes = [GistIndex(Geography("geometry"), name="cell_by_metres")]
        constraints = [
            ExclusionConstraint(
                name="cell_code_is_one_at_a_time",
                expressions=[
                    (F("code"), RangeOperators.EQUAL),
                    (F("valid"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Terms(models.Func):
    """The words by which an address is found (`layers.addresses.levels.terms`)."""

    function = "address_terms"
    output_field = ArrayField(models.TextField())


class Lot(models.Func):
    """A number that scatters: in its order the first rows are a sample of all."""

    function = "address_lot"
    output_field = models.IntegerField()


class Address(models.Model):
    """A standard address point (levels of GB/T 37149-2018, then building and door)."""

    code = models.CharField(max_length=40, unique=True)
    text = models.CharField(max_length=200)  # the whole, as it is read
    road = models.CharField(max_length=80, blank=True)  # level 6
    estate = models.CharField(max_length=80, blank=True)  # level 7
    number = models.CharField(max_length=40, blank=True)  # level 8, 号(院)
    building = models.CharField(max_length=40, blank=True)  # level 9, 号楼
    place = gis.PointField(srid=SRID)
    cell = models.CharField(max_length=15, blank=True)
    terms = models.GeneratedField(
        expression=Terms(F("text")),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    lot = models.GeneratedField(
        expression=Lot(F("code")), output_field=models.IntegerField(), db_persist=True
    )

    class Meta:
        indexes = [
            GinIndex(fields=["terms"], name="address_by_terms"),
            models.Index(fields=["lot"], name="address_by_lot"),
            models.Index(fields=["text"], name="address_by_text"),
        ]

    def __str__(self) -> str:
        return self.text


class Part(models.Model):
    """A city part (部件) with the fields of GB/T 47678.5-2026 table 2."""

    code = models.CharField(max_length=17, unique=True)  # 6 + 2 + 3 + 6
    category_code = models.CharField(max_length=5)
    name = models.CharField(max_length=60)
    geometry = gis.GeometryField(srid=SRID)
    cell = models.CharField(max_length=15)
    state = models.CharField(max_length=10, default="完好")
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    upkeep = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.name} {self.code}"
