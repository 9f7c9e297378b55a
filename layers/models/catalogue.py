"""The catalogue: what layers there are, whose they are and how they look."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.roles import STEWARDS, Role
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

    def writable_by(self, user: User) -> Self:
        """谁提供、谁负责: the layers whose versions and drafts are this person's work.

        As `layers.permissions.can_import` says of one.
        """
        if user.has_role(Role.CHIEF_DATA_OFFICER):
            return self
        units = [post.unit_id for post in user.posts if post.role == Role.STEWARD]
        return self.filter(Q(provider__in=units) | Q(provider__parent__in=units))


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
    # Who answers for it there.
    steward = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sensitivity = models.CharField(
        max_length=10, choices=Sensitivity, default=Sensitivity.INTERNAL
    )
    # A new version is due so many days after the last; none where it is empty.
    update_days = models.PositiveIntegerField(null=True, blank=True)
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
    # A feature whose middle lies further off than so many metres has moved.
    moved_metres = models.FloatField(default=1.0)
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
