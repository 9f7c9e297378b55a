"""Organisations: firms, shops, schools, societies; who works for them."""

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from govmap.lib.geo import SRID
from govmap.lib.history import kept, kept_but
from govmap.lib.sealed import KeyedHashField, SealedField, TailField
from offices.models import words as searched
from offices.models.dwelling import Building, Dwelling
from offices.models.ground import (
    HERE,
    Entry,
    GroundQuerySet,
    State,
    ground_indexes,
)
from offices.models.person import Person

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class OrganizationQuerySet(GroundQuerySet):
    def listed(self) -> Self:
        return self.select_related("community", "street").defer(
            "phone", "phone_hash", "words"
        )


@kept_but("phone", "phone_hash", "words")
class Organization(Entry):
    """A body with a name and a place; its unified code is public (GB 32100)."""

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    code = models.CharField(_("unified code"), max_length=18, blank=True)
    kind = models.CharField(_("kind"), max_length=10)
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    established_on = models.DateField(_("established on"), null=True, blank=True)
    phone = SealedField(_("phone"), blank=True, default="")
    phone_hash = KeyedHashField(of="phone")
    phone_tail = TailField(of="phone")
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    party_members = models.PositiveIntegerField(
        _("party members"), null=True, blank=True
    )
    has_party = models.BooleanField(_("party organisation"), default=False)
    has_union = models.BooleanField(_("trade union"), default=False)
    attention = models.CharField(_("attention"), max_length=10, blank=True)
    hazard = models.CharField(_("hazard"), max_length=10, blank=True)
    building = models.ForeignKey(
        Building, models.PROTECT, null=True, blank=True, related_name="organizations"
    )
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="organizations"
    )
    place = gis.PointField(srid=SRID, null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    words = searched.names("name", "short_name", "code")
    objects = OrganizationQuerySet.as_manager()

    if TYPE_CHECKING:
        building_id: int | None
        dwelling_id: int | None
        community_id: int | None
        street_id: int | None
        merged_into_id: int | None
        posts: RelatedManager["OrganizationPost"]

    class Meta:
        indexes = [
            *ground_indexes("organization"),
            models.Index(
                fields=["phone_hash"],
                condition=~Q(phone_hash=""),
                name="organization_by_phone",
            ),
            models.Index(
                fields=["kind", "-id"], condition=HERE, name="organization_by_kind"
            ),
            models.Index(
                fields=["attention", "-id"],
                condition=HERE & ~Q(attention=""),
                name="organization_by_attention",
            ),
            models.Index(
                fields=["-id"],
                condition=HERE & ~Q(hazard=""),
                name="organization_with_hazard",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "code",
                condition=~Q(code="") & ~Q(state=State.MERGED),
                name="unified_code_is_one_organizations",
            ),
            models.CheckConstraint(
                name="merged_organization_says_into_which",
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@kept
class OrganizationPost(models.Model):
    """Who does what for an organisation, from one day to another."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="posts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    post = models.CharField(_("post"), max_length=10)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                *("organization", "person", "post"),
                condition=Q(until__isnull=True),
                name="post_is_held_once",
            ),
            models.CheckConstraint(
                name="post_ends_after_it_began",
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.person_id} {self.post}"
