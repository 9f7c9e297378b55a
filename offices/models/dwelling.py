"""Buildings and dwellings on the standard address: building > unit > floor > room."""

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from govmap.lib.geo import SRID
from govmap.lib.history import kept_but
from offices.models import words as searched
from offices.models.ground import HERE, Entry, GroundQuerySet, ground_indexes

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from offices.models.person import Residence


class BuildingQuerySet(GroundQuerySet):
    """Buildings of a ground."""


@kept_but("words")
class Building(Entry):
    """A house, on the map by its address and by the key of its outline."""

    name = models.CharField(_("name"), max_length=80, blank=True)
    # No foreign key: the register of addresses is made anew from its layer.
    address_code = models.CharField(_("address code"), max_length=40, blank=True)
    # Of the outline on the one map.
    layer_code = models.CharField(max_length=40, blank=True)
    feature_key = models.CharField(_("key on the map"), max_length=80, blank=True)
    place = gis.PointField(srid=SRID, null=True, blank=True)
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    floors_below = models.PositiveSmallIntegerField(_("floors below"), default=0)
    words = searched.address()
    objects = BuildingQuerySet.as_manager()

    class Meta:
        indexes = [
            *ground_indexes("building"),
            models.Index(
                fields=["feature_key"],
                condition=~Q(feature_key=""),
                name="building_by_feature",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "address_code",
                condition=~Q(address_code="") & HERE,
                name="address_has_one_building",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.address


class DwellingQuerySet(GroundQuerySet):
    def listed(self) -> Self:
        return self.select_related("building", "community", "street", "cell")


@kept_but()
class Dwelling(Entry):
    """A flat, a room, a shop: what has a door of its own.

    Its address, cell, community and street are its building's.
    """

    building = models.ForeignKey(Building, models.PROTECT, related_name="dwellings")
    unit = models.CharField(_("entrance"), max_length=20, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=20, blank=True)
    use = models.CharField(_("use"), max_length=10, blank=True)
    area = models.DecimalField(
        _("area (m²)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    rooms = models.PositiveSmallIntegerField(_("rooms"), null=True, blank=True)
    is_empty = models.BooleanField(_("empty"), default=False)
    is_rented = models.BooleanField(_("rented"), default=False)
    rent_use = models.CharField(_("rented as"), max_length=10, blank=True)
    hazard = models.CharField(_("hazard"), max_length=10, blank=True)
    # Who owns it: an entry where there is one, else a name.
    owner_person = models.ForeignKey(
        "offices.Person", models.PROTECT, null=True, blank=True, related_name="owned"
    )
    owner_organization = models.ForeignKey(
        "offices.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned",
    )
    owner_name = models.CharField(_("owner"), max_length=60, blank=True)
    objects = DwellingQuerySet.as_manager()

    if TYPE_CHECKING:
        building_id: int
        community_id: int | None
        street_id: int | None
        cell_id: int | None
        residences: RelatedManager["Residence"]

    class Meta:
        indexes = [
            *ground_indexes("dwelling"),
            models.Index(
                fields=["street", "-id"],
                condition=HERE & Q(is_rented=True),
                name="dwelling_rented",
            ),
            models.Index(
                fields=["street", "-id"],
                condition=HERE & Q(is_empty=True),
                name="dwelling_empty",
            ),
            models.Index(
                fields=["use", "-id"],
                condition=HERE & ~Q(use=""),
                name="dwelling_by_use",
            ),
            models.Index(
                fields=["-id"],
                condition=HERE & ~Q(hazard=""),
                name="dwelling_with_hazard",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                *("building", "unit", "room"),
                condition=HERE,
                name="door_is_there_once",
            ),
            models.CheckConstraint(
                name="dwelling_has_one_owner",
                condition=Q(owner_person__isnull=True)
                | Q(owner_organization__isnull=True),
            ),
            models.CheckConstraint(
                name="empty_dwelling_is_not_rented",
                condition=Q(is_empty=False) | Q(is_rented=False),
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def door(self) -> str:
        """2单元 501: within its building."""
        return " ".join(filter(None, (self.unit, self.room)))
