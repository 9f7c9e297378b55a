"""What a site says of the hotline's orders, as data: limits, classes and weights."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.models import Category
from workflow.models.clock import LimitType

# The hotline's time is natural time: it runs on at night and on holidays.
NATURAL = [LimitType.URGENT_HOURS, LimitType.URGENT_DAYS, LimitType.NATURAL_DAYS]


@kept
class OrderKind(models.Model):
    """By when an order of this kind must be answered."""

    code = models.CharField(max_length=20, unique=True)
    titles = models.JSONField()
    limit = models.PositiveSmallIntegerField()
    limit_type = models.CharField(
        max_length=20,
        choices=[(one.value, one.label) for one in NATURAL],
        default=LimitType.NATURAL_DAYS,
    )
    # Words of an order's class, title or content that make it one of this kind. The
    # first kind that fits is taken; the one marked ``usual`` where none does.
    words = models.JSONField(default=list)
    order = models.PositiveSmallIntegerField(default=0)
    usual = models.BooleanField(default=False)

    class Meta:
        ordering = ("order", "code")
        constraints = [
            models.UniqueConstraint(
                "usual", condition=Q(usual=True), name="one_usual_kind_of_orders"
            ),
            models.CheckConstraint(
                name="orders_run_in_natural_time",
                condition=Q(limit_type__in=[one.value for one in NATURAL]),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)

    @property
    def limit_label(self) -> str:
        return f"{self.limit} {self.get_limit_type_display()}"


@kept
class OrderClass(models.Model):
    """What a class of the hotline's is among ours.

    ``path`` is the class as the sheet writes it (城市管理->市容环境->占道经营) or its
    beginning; the longest that fits counts. The empty one stands for every other: to
    be classified at the desk.
    """

    path = models.CharField(max_length=200, unique=True, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return f"{self.path or '*'}: {self.category}"


class RateRuleQuerySet(models.QuerySet["RateRule"]):
    def on(self, day: date) -> "RateRule | None":
        """The rule in force on that day."""
        return self.filter(valid_from__lte=day).order_by("-valid_from").first()

    def newest_first(self) -> Self:
        return self.order_by("-valid_from")


@kept
class RateRule(models.Model):
    """How the three rates are reckoned and weighed from a day on."""

    valid_from = models.DateField(unique=True)
    # Weights of 响应率, 解决率 and 满意率 in the combined score.
    response = models.PositiveSmallIntegerField(_("weight of the response rate"))
    solved = models.PositiveSmallIntegerField(_("weight of the solution rate"))
    satisfied = models.PositiveSmallIntegerField(_("weight of the satisfaction rate"))
    # Which answers of the caller count as solved, and as satisfied.
    solved_words = models.JSONField(default=list)
    satisfied_words = models.JSONField(default=list)
    basis = models.CharField(max_length=200, blank=True)
    objects = RateRuleQuerySet.as_manager()

    class Meta:
        ordering = ("-valid_from",)
        constraints = [
            models.CheckConstraint(
                name="rates_have_some_weight",
                condition=Q(response__gt=0) | Q(solved__gt=0) | Q(satisfied__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.response}/{self.solved}/{self.satisfied}"
