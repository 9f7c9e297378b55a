"""Layers that disagree about the same ground: rules, their runs, what they found."""

import uuid
from typing import Any, Self

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from accounts.roles import STEWARDS
from govmap.lib.geo import SRID
from govmap.lib.localized import localized
from layers.models.catalogue import Layer, may_see
from layers.models.correction import Correction

# The layer of a rule's open conflicts is named so.
RESULT = "conflict-"
LEVELS = (
    Layer.Sensitivity.PUBLIC,
    Layer.Sensitivity.INTERNAL,
    Layer.Sensitivity.SENSITIVE,
)
NUMBERS = {"integer", "number"}


class OverlayRuleQuerySet(models.QuerySet["OverlayRule"]):
    def visible_to(self, user: User) -> Self:
        """Rules whose both layers and all of whose fields the person may see.

        Asked of the layers as they are now, so a field that became sensitive hides
        its conflicts at once. Rules are few.
        """
        if user.has_role(*STEWARDS):
            return self
        rules = OverlayRule.objects.select_related("left", "right")
        seen = [rule.pk for rule in rules if may_see(rule.sensitivity, user)]
        return self.filter(pk__in=seen)


class OverlayRule(models.Model):
    """How two layers, or the rows of one, may lie to each other, and what is wrong."""

    class Relation(models.TextChoices):
        """What is a conflict of a left feature with a right one."""

        OUTSIDE = "outside", _("left lies outside its right one")
        INSIDE = "inside", _("left lies inside a right one")
        OVERLAPS = "overlaps", _("they overlap")
        TWICE = "twice", _("they are the same thing twice")
        COMPARE = "compare", _("left disagrees with what it lies on")

    # The result layer's code is this with a prefix, 40 signs at most.
    code = models.SlugField(max_length=31, unique=True)
    titles = models.JSONField()
    left = models.ForeignKey(Layer, models.PROTECT, related_name="+")
    right = models.ForeignKey(Layer, models.PROTECT, related_name="+")
    relation = models.CharField(max_length=10, choices=Relation)
    # See docs/conflicts.md: what each relation makes of them.
    tolerance_metres = models.FloatField(default=0)
    tolerance_area = models.FloatField(default=0)  # square metres; of lines metres
    tolerance_share = models.FloatField(default=0)  # 0 to 1
    # {"left", "op", "right" or "value", "factor", "slack", "mapping"}; empty: none.
    comparison = models.JSONField(default=dict, blank=True)
    # {"left": {field: [values]}, "right": {…}}: only such features are looked at.
    only = models.JSONField(default=dict, blank=True)
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    objects = OverlayRuleQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                name="overlay_share_is_a_share",
                condition=Q(tolerance_share__gte=0, tolerance_share__lte=1),
            ),
            models.CheckConstraint(
                name="overlay_tolerance_is_not_negative",
                condition=Q(tolerance_metres__gte=0, tolerance_area__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self.titles)

    @property
    def result_code(self) -> str:
        """The code of the layer that shows the open conflicts."""
        return f"{RESULT}{self.code}"

    @property
    def is_of_one_layer(self) -> bool:
        return self.left_id == self.right_id

    def fields(self, side: str) -> set[str]:
        """Attributes of the left or right layer that this rule reads."""
        found = set((self.only or {}).get(side, {}))
        if named := (self.comparison or {}).get(side):
            found.add(named)
        return found

    @property
    def sensitivity(self) -> str:
        """The most sensitive of both layers and of the fields it reads."""
        found = {self.left.sensitivity, self.right.sensitivity}
        for side, layer in (("left", self.left), ("right", self.right)):
            named = self.fields(side)
            found |= {
                row.get("sensitivity", Layer.Sensitivity.INTERNAL)
                for row in layer.schema
                if row["name"] in named
            }
        return max(found, key=LEVELS.index)

    @property
    def compares_numbers(self) -> bool:
        """Whether the comparison is one of numbers, which can miss by some slack."""
        said = self.comparison or {}
        value = said.get("value")
        if not said or said.get("mapping") or isinstance(value, str | list):
            return False
        if said["op"] in ("at_most", "at_least"):
            return True
        sides = [(self.left, said["left"])]
        if named := said.get("right"):
            sides.append((self.right, named))
        return all(type_of(layer, name) in NUMBERS for layer, name in sides)

    @property
    def unit(self) -> str:
        """What the measure of a conflict counts; empty: a plain difference."""
        if self.relation == self.Relation.COMPARE and self.compares_numbers:
            return ""
        return "m²" if self.left.geometry == "polygon" else "m"

    @property
    def has_measure(self) -> bool:
        """A point outside an area is outside: there is nothing to measure."""
        return self.left.geometry != "point" or (
            self.relation == self.Relation.TWICE or not self.unit
        )


def type_of(layer: Layer, name: str) -> str:
    """The type of a layer's field; empty where it has none of that name."""
    found = (row.get("type", "string") for row in layer.schema if row["name"] == name)
    return next(found, "")


class ConflictRun(models.Model):
    """One run of a rule over what is published: its job, progress and outcome."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("finished")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    rule = models.ForeignKey(OverlayRule, models.CASCADE, related_name="runs")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    cancel_asked = models.BooleanField(default=False)
    # Features of the left layer.
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)
    # The versions compared, by primary key: later ones make the run stale.
    left_version = models.BigIntegerField(null=True)
    right_version = models.BigIntegerField(null=True)
    found = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True)
    message = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            # Asked twice, it runs once.
            models.UniqueConstraint(
                "rule",
                condition=Q(status="waiting"),
                name="one_waiting_run_of_a_rule",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}: {self.status}"

    @property
    def has_ended(self) -> bool:
        return self.status not in {self.Status.WAITING, self.Status.RUNNING}


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def visible_to(self, user: User) -> Self:
        rules = OverlayRule.objects.visible_to(user).values_list("pk", flat=True)
        # Ids, not a subquery: the list is read by an index of rule and state.
        return self.filter(rule__in=list(rules))

    def standing(self) -> Self:
        """What the last run still found."""
        return self.filter(gone_at__isnull=True)

    def open(self) -> Self:
        return self.standing().filter(state=Conflict.State.OPEN)


class Conflict(models.Model):
    """Two features that disagree; the same row for as long as runs find it."""

    class State(models.TextChoices):
        OPEN = "open", _("to be settled")
        SENT = "sent", _("sent as a correction")
        EXCEPTED = "excepted", _("accepted as an exception")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    rule = models.ForeignKey(
        OverlayRule, models.CASCADE, related_name="conflicts", db_index=False
    )
    left_key = models.CharField(max_length=80)
    # Empty where the left one lies on no right one at all.
    right_key = models.CharField(max_length=80, blank=True)
    # The part in conflict: outside, shared, or the whole left one where values differ.
    geometry = gis.GeometryField(srid=SRID, spatial_index=False)
    measure = models.FloatField()  # in `rule.unit`
    left_value = models.CharField(max_length=200, blank=True)
    right_value = models.CharField(max_length=200, blank=True)
    street = models.ForeignKey(Unit, models.SET_NULL, null=True, related_name="+")
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    # What was sent to the provider of one of the two layers.
    correction = models.ForeignKey(
        Correction, models.SET_NULL, null=True, related_name="conflicts"
    )
    # How large it was when it was decided: an exception is for no more than that.
    decided_measure = models.FloatField(null=True)
    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(
                fields=["rule", "state", "measure", "id"],
                condition=Q(gone_at__isnull=True),
                name="standing_conflict_by_size",
            ),
            models.Index(
                fields=["state", "id"],
                condition=Q(gone_at__isnull=True),
                name="standing_conflict_by_age",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "rule",
                "left_key",
                "right_key",
                condition=Q(gone_at__isnull=True),
                name="one_standing_conflict_of_a_pair",
            ),
            models.CheckConstraint(
                name="excepted_conflict_has_a_reason",
                condition=~Q(state="excepted") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left_key} / {self.right_key or '–'}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.gone_at is None

    @property
    def values(self) -> dict[str, Any]:
        """The compared values by side."""
        return {"left": self.left_value, "right": self.right_value}
