"""The one place that knows the stored CRS and measures on the ground."""

from django.contrib.gis.db.models.fields import GeometryField
from django.db.models import BooleanField, FloatField, Func

# CGCS2000 geographic 2D, the legal system; the same to centimetres as WGS 84, which
# GeoJSON speaks.
SRID = 4490
# Web mercator: for tiles only, lengths are 30 % too long at Beijing's latitude.
TILE_SRID = 3857


class Geography(Func):
    """``geom::geography``: what measures in metres on the ellipsoid."""

    template = "(%(expressions)s)::geography"
    output_field = GeometryField(geography=True, srid=4326)


class AreaSquareMetres(Func):
    """Area of one stored geometry in square metres."""

    template = "ST_Area((%(expressions)s)::geography)"
    output_field = FloatField()


class DistanceMetres(Func):
    """Distance in metres between two ``Geography`` expressions."""

    function = "ST_Distance"
    output_field = FloatField()


class WithinMetres(Func):
    """True where two ``Geography`` expressions lie within so many metres; indexed."""

    function = "ST_DWithin"
    output_field = BooleanField()
