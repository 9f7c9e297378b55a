"""What a crowded layer shows from afar."""

from django.contrib.gis.db import models as gis
from django.db import models

from govmap.lib.geo import TILE_SRID
from layers.models.catalogue import Layer
from layers.models.feature import Feature


class Overview(models.Model):
    """One shape that stands for its neighbours in one tile of a low zoom.

    Made when a version is published and dropped with the next, so that no tile from
    afar has to read the whole layer. ``feature`` is the largest of those it stands for,
    and lends its attributes. A shape on an edge has a row for each of its tiles: an
    index of places over so many rows would take longer than all the rest.
    """

    layer = models.ForeignKey(Layer, models.CASCADE, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    zoom = models.PositiveSmallIntegerField()
    x = models.PositiveIntegerField()  # of the tile, from the west
    y = models.PositiveIntegerField()  # and from the north
    # No constraint, no index: rows are many, short-lived, and made from the features.
    feature = models.ForeignKey(
        Feature,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    mercator = gis.GeometryField(srid=TILE_SRID, spatial_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["layer", "zoom", "x", "y"], name="overview_by_tile"),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}/{self.version} z{self.zoom}: {self.feature_id}"
