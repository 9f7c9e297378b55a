"""The same trouble reported before: same class, near, and lately.

How near and how lately is said by the class (`Category.duplicate_radius`, `…_hours`).
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db import models as gis
from django.contrib.gis.geos import Point, Polygon
from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from accounts.models import User
from cases.models import Case
from govmap.lib.geo import SRID, DistanceMetres, Geography
from workflow.models import Category, Scope

SHOWN = 10
METRES_A_DEGREE = 111_320  # of latitude; of longitude less by its cosine


@dataclass(frozen=True)
class Near:
    """One case near a place: ``metres`` from it, and how long before. ``seen``:
    whether whoever asks may read it; else only these numbers are told."""

    case: Case
    metres: float
    age: timedelta
    seen: bool


def near(
    category: Category,
    place: Point | None,
    moment: datetime,
    *,
    reader: User | None = None,
    besides: Case | None = None,
) -> list[Near]:
    """At most ten of the same class within its radius and time, the nearest first.

    ``place`` is in the stored CRS; ``besides`` is left out. One query.
    """
    if place is None or not category.duplicate_radius:
        return []
    spot = Geography(Value(place, output_field=gis.PointField(srid=SRID)))
    span = timedelta(hours=category.duplicate_hours)
    # The box lets the index of places find them; the distance cuts its corners.
    rows = Case.objects.filter(
        category=category,
        reported_at__gt=moment - span,
        reported_at__lte=moment + span,
        place__bboverlaps=_box(place, category.duplicate_radius),
        merged_into__isnull=True,
    )
    if besides is not None and besides.pk:
        rows = rows.exclude(pk=besides.pk)
    found: QuerySet[Any] = (
        rows.annotate(metres=DistanceMetres(Geography("place"), spot))
        .annotate(seen=_seen(reader))
        .filter(metres__lte=category.duplicate_radius)
        .order_by("metres", "-pk")
    )
    return [
        Near(row, row.metres, max(moment - row.reported_at, timedelta()), row.seen)
        for row in found[:SHOWN]
    ]


def _box(place: Point, metres: float) -> Polygon:
    """A rectangle in degrees that holds the circle."""
    high = metres / METRES_A_DEGREE
    wide = high / max(math.cos(math.radians(place.y)), 0.01)
    box = Polygon.from_bbox(
        (place.x - wide, place.y - high, place.x + wide, place.y + high)
    )
    box.srid = SRID
    return box


def _seen(reader: User | None) -> Exists | Value:
    """As `CaseQuerySet.visible_to` has it, row by row."""
    if reader is None or reader.sees_district:
        return Value(reader is not None, output_field=BooleanField())
    scopes = Scope.objects.filter(
        kind=Case.KIND, subject_id=OuterRef("pk"), holder__in=reader.holders
    )
    return Exists(scopes)
