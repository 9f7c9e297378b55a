"""Households: who is registered together, and how each is related to its head."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from govmap.lib.history import kept_but
from offices.models.dwelling import Dwelling
from offices.models.ground import Entry, GroundQuerySet, ground_indexes
from offices.models.person import Person

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

HEAD = "02"  # 户主, GB/T 4761


class HouseholdQuerySet(GroundQuerySet):
    def listed(self) -> Self:
        rows = self.select_related("community", "street", "dwelling", "head")
        return rows.defer("head__number", "head__phone")


@kept_but()
class Household(Entry):
    """A household at the address where it is registered."""

    class Kind(models.TextChoices):
        FAMILY = "family", _("family household")
        COLLECTIVE = "collective", _("collective household")

    number = models.CharField(_("household number"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FAMILY)
    head = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("head"),
    )
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="households"
    )
    objects = HouseholdQuerySet.as_manager()

    if TYPE_CHECKING:
        head_id: int | None
        dwelling_id: int | None
        community_id: int | None
        street_id: int | None
        members: RelatedManager["Member"]

    class Meta:
        indexes = [
            *ground_indexes("household"),
            models.Index(
                fields=["number"], condition=~Q(number=""), name="household_by_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.address


@kept_but()
class Member(models.Model):
    """Somebody in a household from one day to another, half open."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    relation = models.CharField(_("relation to the head"), max_length=10)  # GB/T 4761
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                "person",
                condition=Q(until__isnull=True),
                name="person_is_in_one_household",
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_began",
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id}: {self.person_id} {self.relation}"
