"""Units, people, and who may do what where."""

import uuid
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import DISPOSES, SEES_UNIT, Role
from govmap.lib.localized import localized


class UnitQuerySet(models.QuerySet["Unit"]):
    def disposing(self) -> Self:
        """Units in which somebody could sign for a task today."""
        posts = Membership.objects.valid_at(timezone.now()).filter(role__in=DISPOSES)
        return self.filter(pk__in=posts.values("unit_id"))


class Unit(models.Model):
    """A district, street, community, department or any other body that acts."""

    class Kind(models.TextChoices):
        DISTRICT = "district", _("district")
        STREET = "street", _("street")
        COMMUNITY = "community", _("community")
        DEPARTMENT = "department", _("department")
        OFFICE = "office", _("office")
        TEAM = "team", _("enforcement team")
        STATION = "station", _("station")
        CONTRACTOR = "contractor", _("contractor")

    # Of an area the code of GB/T 2260 + GB/T 10114 + the statistical code (6, 9 or
    # 12 digits); of other units the site's own.
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return localized({"zh-hans": self.name, "en": self.name_en})


class User(AbstractUser):
    """A person who signs in."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.name or self.username

    @cached_property
    def posts(self) -> list["Membership"]:
        """The memberships valid now, with their units and those above these: one
        query a request."""
        rows = self.memberships.valid_at(timezone.now())
        return list(rows.select_related("unit__parent"))

    @property
    def roles(self) -> set[str]:
        return {post.role for post in self.posts}

    @property
    def unit_ids(self) -> set[int]:
        """Units whose cases are this person's work."""
        return {post.unit_id for post in self.posts if post.role in SEES_UNIT}

    @property
    def holders(self) -> list[int]:
        """What `Scope.holder` may be for a row this person sees.

        Unit ids, and the person's own id as a negative number.
        """
        return [*sorted(self.unit_ids), -self.pk]

    @property
    def sees_district(self) -> bool:
        """True for those whose work is the whole district's cases."""
        return any(
            post.unit.kind == Unit.Kind.DISTRICT and post.role in SEES_UNIT
            for post in self.posts
        )

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid_at(self, moment: Any) -> Self:
        return self.filter(valid__contains=moment)


class Membership(models.Model):
    """A role that a person holds in a unit for a time."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    valid = DateTimeRangeField()
    team = models.CharField(max_length=60, blank=True)
    # Collection teams that a department sent down keep the department they came from.
    source_department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_membership_of_a_kind_at_a_time",
                expressions=[
                    (F("user"), RangeOperators.EQUAL),
                    (F("unit"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (F("valid"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="membership_lasts_some_time",
                condition=~Q(valid=Func(template="'empty'::tstzrange")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"


class Site(models.Model):
    """What the loaded site package says of itself: one row."""

    code = models.CharField(max_length=40, unique=True)
    titles = models.JSONField()
    notices = models.JSONField(default=dict)
    demonstration = models.BooleanField(default=False)
    district = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # Longitude and latitude that a map opens at.
    center = models.JSONField()
    # Demonstration accounts with their invented passwords, to be shown on sign-in.
    accounts = models.JSONField(default=list)
    # Empty until a package was loaded to its very end.
    loaded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self.titles)

    @property
    def notice(self) -> str:
        return localized(self.notices)
