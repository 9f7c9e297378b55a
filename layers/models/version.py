"""A version of a layer: one state of it as its provider sent it, and its life."""

from collections.abc import Callable
from typing import ClassVar, Self

from django.contrib.gis.db import models as gis
from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from govmap.lib.geo import SRID, TILE_SRID
from layers.models.catalogue import Layer
from workflow.models import Subject
from workflow.subjects import subject


class VersionQuerySet(models.QuerySet["Version"]):
    def visible_to(self, user: User) -> Self:
        """Published ones with their layer; drafts are for who may write the layer."""
        layers = Layer.objects.visible_to(user)
        return self.filter(layer__in=layers).filter(
            Q(published_at__isnull=False) | Q(layer__in=Layer.objects.writable_by(user))
        )

    def ever_published(self) -> Self:
        return self.filter(number__isnull=False)


@subject
class Version(Subject):
    """What a file made of a layer: a draft, then published or discarded.

    ``number`` counts publications, so it is given with it: what is known from one
    version to another follows the order in which they took effect.
    """

    KIND: ClassVar[str] = "version"
    RELATED_UNITS = frozenset({"provider", "above", "district"})
    RELATED_PEOPLE = frozenset({"uploader"})

    layer = models.ForeignKey(Layer, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(null=True, blank=True)
    # What was published when the comparison was made; null for a first version.
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The day from which it is true on the ground (现势性).
    as_of = models.DateField(default=timezone.localdate)
    source_name = models.CharField(max_length=200)
    source_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    # Against the version before.
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)  # among the changed
    closed = models.PositiveIntegerField(default=0)
    # Rows that stay as they are published because their new form was refused.
    kept = models.PositiveIntegerField(default=0)
    quality = models.JSONField(default=dict)
    objects = VersionQuerySet.as_manager()
    # Set by who makes it: compares what is staged with what is published.
    compare: Callable[[], None]

    class Meta:
        ordering = ("layer", "-pk")
        constraints = [
            models.UniqueConstraint("layer", "number", name="layer_version_is_one"),
            models.CheckConstraint(
                name="published_version_has_a_number",
                condition=Q(number__isnull=True, published_at__isnull=True)
                | Q(number__isnull=False, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}/{self.number or self.uuid}"

    @property
    def heard_by_all(self) -> bool:
        """Every open map draws anew what was published or withdrawn."""
        return self.number is not None

    def related_units(self, name: str) -> set[int]:
        if name == "district":
            return set(Site.objects.values_list("district_id", flat=True))
        provider = self.layer.provider
        unit = provider.pk if name == "provider" else provider.parent_id
        return {unit} if unit else set()

    def related_people(self, name: str) -> set[int]:
        return {self.made_by_id}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        units = self.related_units("provider") | self.related_units("above")
        return units, {self.made_by_id}


class DraftRow(models.Model):
    """One row that a draft changes against what is published.

    Rows that stay are not kept: a second version of 500,000 rows with 2 % changed has
    10,000 of these. They lie in the order of the ground, so an index of block ranges
    finds those of a tile.
    """

    class Change(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        GONE = "gone", _("gone")

    version = models.ForeignKey(
        Version, models.CASCADE, related_name="draft_rows", db_index=False
    )
    change = models.CharField(max_length=8, choices=Change)
    key = models.CharField(max_length=80)
    # How far its middle moved, in metres; null where its geometry stayed.
    moved = models.FloatField(null=True)
    # The new form; of what is gone the last one.
    geometry = gis.GeometryField(srid=SRID, spatial_index=False)
    mercator = gis.GeometryField(srid=TILE_SRID, spatial_index=False)
    properties = models.JSONField(default=dict)
    valid = DateRangeField()
    cell = models.CharField(max_length=15, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["version", "change", "id"], name="draft_row_by_change"
            ),
            BrinIndex(
                fields=["version", "mercator"],
                name="draft_row_by_place",
                autosummarize=True,
                pages_per_range=16,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.change} {self.key}"
