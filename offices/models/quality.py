"""What is looked for in the registers, and how much of it there is, unit by unit."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from govmap.lib.history import kept
from govmap.lib.localized import localized
from offices.models.life import Register


@kept
class QualityRule(models.Model):
    """One thing that should not be: twice there, empty, contradictory, or old.

    What a duplicate or a contradiction is stands in offices/quality/conditions.py by
    the rule's code; a gap names a field, and what is stale a number of days.
    """

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", _("duplicates")
        CONTRADICTION = "contradiction", _("contradictions")
        GAP = "gap", _("gaps")
        STALE = "stale", _("not confirmed for long")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    register = models.CharField(_("register"), max_length=12, choices=Register)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    titles = models.JSONField()
    # The field that mends it: its owner owns the figure.
    field = models.CharField(_("field"), max_length=40, blank=True)
    # Of what is stale: days since somebody confirmed it. Elsewhere a number that the
    # condition takes: years, people, square metres.
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    is_on = models.BooleanField(_("on"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ("order", "code")
        constraints = [
            models.CheckConstraint(
                name="gap_names_its_field",
                condition=~Q(kind="gap") | ~Q(field=""),
            ),
            models.CheckConstraint(
                name="stale_says_after_how_many_days",
                condition=~Q(kind="stale") | Q(number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


class QualityFigure(models.Model):
    """How many entries of a community a rule finds, of how many. Counted, not kept.

    Without a community: entries of the street whose community nobody knows.
    """

    rule = models.ForeignKey(QualityRule, models.CASCADE, related_name="figures")
    street = models.ForeignKey(
        Unit, models.CASCADE, null=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        Unit, models.CASCADE, null=True, related_name="+", db_index=False
    )
    found = models.PositiveIntegerField()
    total = models.PositiveIntegerField()
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                *("rule", "street", "community"),
                nulls_distinct=False,
                name="quality_is_counted_once",
            ),
        ]
        indexes = [
            models.Index(fields=["street", "community"], name="quality_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.found} / {self.total}"
