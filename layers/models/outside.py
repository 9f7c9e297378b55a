"""Outside layers: catalogue entries whose pictures another server draws."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from govmap.lib.history import kept_but
from govmap.lib.sealed import SealedField
from layers.models.catalogue import Layer

# What `Layer.geometry` says of an entry without rows of its own.
PICTURE = "picture"


class OutsideSourceQuerySet(models.QuerySet["OutsideSource"]):
    def in_use(self) -> Self:
        return self.filter(in_use=True)


@kept_but("secret")
class OutsideSource(models.Model):
    """Where the pictures of a layer come from; the layer says who sees it.

    Zooms count as Web Mercator's: at zoom z the earth is 2**z tiles of 256 wide.
    """

    class Protocol(models.TextChoices):
        XYZ = "xyz", _("XYZ tiles")
        WMTS = "wmts", _("WMTS (OGC tiles)")
        WMS = "wms", _("WMS (OGC pictures)")

    class System(models.TextChoices):
        """In which the source draws; ours is always Web Mercator."""

        MERCATOR = "EPSG:3857", _("EPSG:3857 Web Mercator (w)")
        CGCS2000 = "EPSG:4490", _("EPSG:4490 CGCS2000, degrees (c)")
        WGS84 = "EPSG:4326", _("EPSG:4326 WGS 84, degrees")
        CRS84 = "CRS:84", _("CRS:84 WGS 84, longitude first")

    class Format(models.TextChoices):
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"
        WEBP = "image/webp", "WebP"
        TILES = "tiles", _("tiles (as Tianditu says)")

    class Version(models.TextChoices):
        """Of WMS."""

        NEW = "1.3.0", "1.3.0"
        OLD = "1.1.1", "1.1.1"

    layer = models.OneToOneField(Layer, models.PROTECT, related_name="outside")
    protocol = models.CharField(max_length=5, choices=Protocol, default=Protocol.XYZ)
    # {key} stands for the secret; of XYZ {z}, {x}, {y} or {-y} for the tile.
    address = models.CharField(max_length=500)
    names = models.CharField(max_length=200, blank=True)  # of the layers there
    style = models.CharField(max_length=60, blank=True)
    matrix_set = models.CharField(max_length=60, blank=True)  # of WMTS
    matrix = models.CharField(max_length=60, default="{z}")  # what its zooms are called
    system = models.CharField(max_length=10, choices=System, default=System.MERCATOR)
    format = models.CharField(max_length=12, choices=Format, default=Format.PNG)
    version = models.CharField(max_length=5, choices=Version, default=Version.NEW)
    secret = SealedField(blank=True, default="")
    secret_at = models.DateTimeField(null=True, blank=True)
    first = models.PositiveSmallIntegerField(default=0)
    last = models.PositiveSmallIntegerField(default=18)  # nearer, it is enlarged
    over = models.BooleanField(default=False)  # drawn above areas and lines
    attribution = models.CharField(max_length=200, blank=True)
    keep_hours = models.PositiveIntegerField(default=168)
    in_use = models.BooleanField(default=True)
    objects = OutsideSourceQuerySet.as_manager()

    class Meta:
        ordering = ("layer__order", "layer__code")
        constraints = [
            models.CheckConstraint(
                name="outside_zooms_are_in_order", condition=Q(last__gte=F("first"))
            ),
        ]

    def __str__(self) -> str:
        return str(self.layer)


class OutsideAnswer(models.Model):
    """How a source answered of late; apart from the entry, whose changes are kept."""

    source = models.OneToOneField(
        OutsideSource, models.CASCADE, related_name="answered"
    )
    well_at = models.DateTimeField(null=True)
    badly_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, blank=True)  # see layers.outside.trouble

    def __str__(self) -> str:
        return f"{self.source_id}: {self.trouble or 'well'}"

    @property
    def is_down(self) -> bool:
        return bool(self.trouble)
