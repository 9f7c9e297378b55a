"""The catalogue: layers, their versions, and the features that a version knows."""

import uuid
from typing import Self

from django.contrib.gis.db import models as gis
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.roles import STEWARDS, Role
from govmap.lib.geo import SRID, TILE_SRID
from govmap.lib.localized import localized


def may_see(sensitivity: str, user: User) -> bool:
    """The rule of `visible_to` for one layer already read.

    Asks for the roles only where they matter: tiles are many.
    """
    if sensitivity != Layer.Sensitivity.SENSITIVE:
        return True
    return user.has_role(*STEWARDS)


class LayerQuerySet(models.QuerySet["Layer"]):
    def visible_to(self, user: User) -> Self:
        """Public and internal layers for whoever signs in; sensitive for stewards."""
        if may_see(Layer.Sensitivity.SENSITIVE, user):
            return self
        return self.exclude(sensitivity=Layer.Sensitivity.SENSITIVE)


class Layer(models.Model):
    """A catalogue entry: whose it is, what its fields are, how it is drawn."""

    class Class(models.TextChoices):
        """The eight classes of the district's guide of 2018, 三.1."""

        TERRAIN = "terrain", _("topographic map")
        IMAGERY = "imagery", _("imagery")
        MODEL3D = "model3d", _("3-D city map")
        UNDERGROUND = "underground", _("underground space")
        BASEMAP = "basemap", _("electronic map")
        PLACES = "places", _("place names and addresses")
        FRAME = "frame", _("framework features")
        SOCIOECONOMIC = "socioeconomic", _("economy and society")

    class Sensitivity(models.TextChoices):
        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("internal")
        SENSITIVE = "sensitive", _("sensitive")

    class Feeds(models.TextChoices):
        """The register that is made from the published version, if any."""

        NOTHING = "", _("nothing")
        REGIONS = "regions", _("regions")
        CELLS = "cells", _("grid cells")
        ADDRESSES = "addresses", _("addresses")
        PARTS = "parts", _("city parts")

    code = models.SlugField(max_length=40, unique=True)
    titles = models.JSONField()
    kind = models.CharField(max_length=20, choices=Class)
    provider = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    sensitivity = models.CharField(
        max_length=10, choices=Sensitivity, default=Sensitivity.INTERNAL
    )
    geometry = models.CharField(max_length=10)  # polygon, line, point
    key = models.CharField(max_length=60)  # the field that names a row
    # [{"name", "title", "type", "required", "sensitivity", "codes"}]
    schema = models.JSONField(default=list)
    styles = models.JSONField(default=list)
    feeds = models.CharField(max_length=20, choices=Feeds, blank=True)
    # The register's fields by the layer's; those left out have the register's name.
    fields = models.JSONField(default=dict, blank=True)
    minzoom = models.PositiveSmallIntegerField(default=0)
    maxzoom = models.PositiveSmallIntegerField(default=22)
    order = models.PositiveSmallIntegerField(default=0)
    visible = models.BooleanField(default=True)  # drawn when the map opens
    # How the provider's files come, where they do not say so themselves.
    source_crs = models.CharField(max_length=40, blank=True)
    source_encoding = models.CharField(max_length=20, blank=True)
    published = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = LayerQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self.titles)


class Version(models.Model):
    """One state of a layer as its provider sent it."""

    layer = models.ForeignKey(Layer, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    source_name = models.CharField(max_length=200)
    source_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    # Against the version before.
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("layer", "-number")
        constraints = [
            models.UniqueConstraint("layer", "number", name="layer_version_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}/{self.number}"


class FeatureQuerySet(models.QuerySet["Feature"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(layer__in=Layer.objects.visible_to(user))

    def current(self) -> Self:
        """What the published versions hold."""
        return self.filter(known_to__isnull=True)

    def of_version(self, number: int) -> Self:
        return self.filter(known_from__lte=number).filter(
            Q(known_to__isnull=True) | Q(known_to__gt=number)
        )


class Feature(models.Model):
    """One row of a layer: what was known from one version to another.

    ``known_from`` and ``known_to`` are version numbers, half open: a row that a new
    version leaves as it is is not written again.
    """

    layer = models.ForeignKey(Layer, models.PROTECT, related_name="features")
    key = models.CharField(max_length=80)
    known_from = models.PositiveIntegerField()
    known_to = models.PositiveIntegerField(null=True, blank=True)
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
            GistIndex(fields=["geometry"], name="feature_by_ground"),
            # What a version brought, and what it closed.
            models.Index(fields=["layer", "known_from"], name="feature_by_version_in"),
            models.Index(
                fields=["layer", "known_to"],
                condition=Q(known_to__isnull=False),
                name="feature_by_version_out",
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


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """Reports quote rows: they are for those who may import into the layer."""
        if user.has_role(Role.CHIEF_DATA_OFFICER):
            return self
        units = [post.unit_id for post in user.posts if post.role == Role.STEWARD]
        return self.filter(
            Q(layer__provider__in=units) | Q(layer__provider__parent__in=units)
        )


class ImportRun(models.Model):
    """One file on its way in: its job, its progress and its report."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("imported")
        FAILED = "failed", _("not imported")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)  # made by the client
    layer = models.ForeignKey(Layer, models.PROTECT, related_name="imports")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    source_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300)  # under GOVMAP_VAR
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)  # layer in the file, crs, encoding
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.source_name} → {self.layer_id}"

    @property
    def has_ended(self) -> bool:
        return self.status in {self.Status.DONE, self.Status.FAILED}
