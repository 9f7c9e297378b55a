"""The classification: a versioned dictionary whose conditions carry the rules."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.models.clock import LimitType


@kept
class Standard(models.Model):
    """An edition of the classification (GB/T 30428.2-2013, GB/T 47678.5-2026 …)."""

    code = models.CharField(max_length=40, unique=True)
    titles = models.JSONField()
    valid_from = models.DateField(null=True, blank=True)
    is_default = models.BooleanField(default=False)
    # How a site numbers what it adds: {"subclass": [999, 80], "class": [21, 99],
    # "tag": "自定义"}, each from the first number to the last.
    local = models.JSONField(default=dict, blank=True)
    # What the site decided that a bare limit means: {"hours": "work_hours", …}.
    bare = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return localized(self.titles)


def _lasts(field: str) -> Q:
    """The day of withdrawal is still to come, or there is none."""
    ahead = Q(**{f"{field}__gt": timezone.localdate()})
    return Q(**{f"{field}__isnull": True}) | ahead


class CategoryQuerySet(models.QuerySet["Category"]):
    def choosable(self) -> Self:
        """Subclasses of the standard in force: what a report may name."""
        return self.in_use().filter(standard__is_default=True, parent__isnull=False)

    def in_use(self) -> Self:
        """Not withdrawn, or only from a day to come."""
        return self.filter(_lasts("retired_at"))


@kept
class Category(models.Model):
    """A class (two digits) or a subclass (four digits, five from 2026 on)."""

    class Kind(models.TextChoices):
        PART = "part", _("part")
        EVENT = "event", _("event")

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="categories")
    # Codes of parts and of events overlap, so a code alone names nothing.
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=10)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    # Pinyin initials of the name: llsg finds 垃圾… by typing what is on a phone's keys.
    initials = models.CharField(max_length=60, blank=True)
    # Added by the site, numbered by the rule of `Standard.local`.
    is_local = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    # A report without a photo is refused.
    photo = models.BooleanField(default=False)
    # The same class so near (metres) and so lately (hours) may be the same trouble;
    # 0 metres: never.
    duplicate_radius = models.PositiveSmallIntegerField(default=50)
    duplicate_hours = models.PositiveSmallIntegerField(default=72)
    tags = models.JSONField(default=list, blank=True)
    # Cases keep their class; no new one gets it.
    retired_at = models.DateField(null=True, blank=True)
    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ("standard", "kind", "code")
        constraints = [
            models.UniqueConstraint(
                "standard", "kind", "code", name="category_code_is_unique"
            )
        ]

    def __str__(self) -> str:
        return localized({"zh-hans": self.name, "en": self.name_en})

    @property
    def is_withdrawn(self) -> bool:
        return self.retired_at is not None and self.retired_at <= timezone.localdate()


@kept
class Crosswalk(models.Model):
    """A class of one edition and what it is called in another. A table, not a rule."""

    old = models.ForeignKey(Category, models.CASCADE, related_name="newer")
    new = models.ForeignKey(Category, models.CASCADE, related_name="older")

    class Meta:
        constraints = [
            models.UniqueConstraint("old", "new", name="crosswalk_row_is_one"),
            models.CheckConstraint(
                name="crosswalk_leads_elsewhere", condition=~Q(old=F("new"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class ConditionQuerySet(models.QuerySet["Condition"]):
    def in_use(self) -> Self:
        return self.filter(_lasts("category__retired_at"), retired_at__isnull=True)


@kept
class Condition(models.Model):
    """立案条件: when a case is filed, its limit and when it may be closed."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="conditions")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    closing = models.CharField(max_length=300, blank=True)
    limit = models.PositiveIntegerField()
    limit_type = models.CharField(max_length=20, choices=LimitType)
    # Two-step limits: by the first it is made safe, by the second it is repaired. Both
    # run from the same moment.
    second_limit = models.PositiveIntegerField(null=True, blank=True)
    second_limit_type = models.CharField(max_length=20, choices=LimitType, blank=True)
    second_closing = models.CharField(max_length=300, blank=True)
    basis = models.CharField(max_length=300, blank=True)  # the law or rule behind it
    # Who usually disposes of it: proposed to the dispatcher, never imposed.
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateField(null=True, blank=True)
    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ("category", "order")
        constraints = [
            models.UniqueConstraint(
                "category", "order", name="condition_order_is_unique"
            ),
            models.CheckConstraint(
                name="second_limit_has_a_type",
                condition=Q(second_limit__isnull=True) ^ ~Q(second_limit_type=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def limit_label(self) -> str:
        return f"{self.limit} {self.get_limit_type_display()}"

    @property
    def second_label(self) -> str:
        if self.second_limit is None:
            return ""
        return f"{self.second_limit} {self.get_second_limit_type_display()}"
