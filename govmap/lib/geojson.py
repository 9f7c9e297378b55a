"""GeoJSON of the API: the database writes the geometries, we only join the texts.

Coordinates are those of the stored CRS (CGCS2000), to centimetres those of WGS 84,
which GeoJSON speaks.
"""

import json
import math
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from govmap.lib.geo import SRID

MEDIA_TYPE = "application/geo+json"
DIGITS = 7  # of a degree: a centimetre


class PointSerializer(serializers.Serializer[Any]):
    """A GeoJSON point, for the schema."""

    type = serializers.ChoiceField(choices=["Point"])
    coordinates = serializers.ListField(
        child=serializers.FloatField(), min_length=2, max_length=2
    )


@extend_schema_field(PointSerializer(allow_null=True))
class PointField(serializers.Field[Any, Any, Any, Any]):
    """Where a row lies, as GeoJSON; None where it has no place. Read only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> dict[str, Any]:
        coordinates = [round(number, DIGITS) for number in value.coords]
        return {"type": "Point", "coordinates": coordinates}


class FeatureSerializer(serializers.Serializer[Any]):
    """A GeoJSON feature, for the schema."""

    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.CharField()
    geometry = serializers.JSONField(allow_null=True)
    properties = serializers.DictField()


class FeatureCollectionSerializer(serializers.Serializer[Any]):
    """A GeoJSON feature collection, for the schema; ``next`` is where to read on."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    features = FeatureSerializer(many=True)
    next = serializers.URLField(allow_null=True)


def feature(key: str, geometry: str | None, properties: dict[str, Any]) -> str:
    """A feature as text; ``geometry`` as the database wrote it."""
    said = json.dumps(properties, ensure_ascii=False, cls=DjangoJSONEncoder)
    name = json.dumps(key, ensure_ascii=False)
    return (
        f'{{"type":"Feature","id":{name},"geometry":{geometry or "null"},'
        f'"properties":{said}}}'
    )


def feature_answer(text: str) -> HttpResponse:
    return HttpResponse(text, content_type=MEDIA_TYPE)


def collection_answer(features: Iterable[str], following: str | None) -> HttpResponse:
    head = f'{{"type":"FeatureCollection","next":{json.dumps(following)},"features":['
    return HttpResponse(head + ",".join(features) + "]}", content_type=MEDIA_TYPE)


def bbox_of(request: Request) -> Polygon | None:
    """``?bbox=west,south,east,north`` in degrees, if it was given."""
    raw = request.query_params.get("bbox")
    return read_bbox(raw) if raw else None


def read_bbox(text: str) -> Polygon:
    """Raises ValidationError for anything that is no box on the earth."""
    try:
        west, south, east, north = (float(number) for number in text.split(","))
    except ValueError as error:
        raise _bad_bbox() from error
    numbers = (west, south, east, north)
    if not all(math.isfinite(number) for number in numbers):
        raise _bad_bbox()
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad_bbox()
    box: Polygon = Polygon.from_bbox(numbers)
    box.srid = SRID
    return box


def _bad_bbox() -> ValidationError:
    return ValidationError({"bbox": [_("West, south, east, north in degrees.")]})
