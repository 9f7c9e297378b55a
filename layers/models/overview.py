"""What a crowded layer shows from afar."""

from django.contrib.gis.db import models as gis
from django.contrib.postgres.indexes import GistIndex
from django.db import models

from govmap.lib.geo import TILE_SRID
from layers.models.catalogue import Feature, Layer


class Overview(models.Model):
    """One shape that stands for its neighbours in the tiles of one zoom.

    Made when a version is published and dropped with the next, so that no tile of a
    low zoom has to read the whole layer. ``feature`` is the largest of those it stands
    for, and lends its attributes.
    """

    layer = models.ForeignKey(Layer, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    zoom = models.PositiveSmallIntegerField()
    # A plain number: rows are many, short-lived, and made from the features themselves.
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
            GistIndex(fields=["layer", "zoom", "mercator"], name="overview_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}/{self.version} z{self.zoom}: {self.feature_id}"
