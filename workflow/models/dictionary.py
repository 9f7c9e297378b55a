"""The classification: a versioned dictionary whose conditions carry the rules."""

from typing import Self

from django.db import models
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

    def __str__(self) -> str:
        return localized(self.titles)


class CategoryQuerySet(models.QuerySet["Category"]):
    def choosable(self) -> Self:
        """Subclasses of the standard in force: what a report may name."""
        return self.filter(standard__is_default=True, parent__isnull=False)


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


@kept
class Condition(models.Model):
    """立案条件: when a case is filed, its limit and when it may be closed."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="conditions")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    closing = models.CharField(max_length=300, blank=True)
    limit = models.PositiveIntegerField()
    limit_type = models.CharField(max_length=20, choices=LimitType)
    # Who usually disposes of it: proposed to the dispatcher, never imposed.
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("category", "order")
        constraints = [
            models.UniqueConstraint(
                "category", "order", name="condition_order_is_unique"
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def limit_label(self) -> str:
        return f"{self.limit} {self.get_limit_type_display()}"
