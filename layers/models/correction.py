"""Corrections: what somebody saw in the field that a layer has wrong."""

from typing import ClassVar, Self

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Membership, Site, Unit, User
from accounts.roles import STEWARDS, Role
from govmap.lib.geo import SRID
from layers.models.catalogue import Layer
from layers.models.version import Version
from workflow.models import Deadline, Event, Scope, Subject
from workflow.models.clock import LimitType
from workflow.subjects import subject

# Where neither the layer nor the site says otherwise.
USUAL_LIMIT = (5, LimitType.WORK_DAYS)


class CorrectionLimit(models.Model):
    """Within what time corrections are answered: of one layer, or of all others."""

    layer = models.ForeignKey(
        Layer, models.CASCADE, null=True, blank=True, related_name="+"
    )
    limit = models.PositiveIntegerField()
    limit_type = models.CharField(max_length=20, choices=LimitType)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "layer", name="correction_limit_is_one", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id or '*'}: {self.limit} {self.limit_type}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> Self:
        """Whom it concerns, the provider's stewards, and whoever sees the district.

        Of a layer that somebody does not see he sees no correction, be it his own.
        """
        rows = self
        if not user.has_role(*STEWARDS):
            rows = rows.exclude(layer__sensitivity=Layer.Sensitivity.SENSITIVE)
        if user.sees_district:
            return rows
        seen = Q(
            Exists(
                Scope.objects.filter(
                    kind=Correction.KIND,
                    subject_id=OuterRef("pk"),
                    holder__in=user.holders,
                )
            )
        )
        if user.has_role(*STEWARDS):
            seen |= Q(layer__in=Layer.objects.writable_by(user))
        return rows.filter(seen)

    def listed(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related("layer__provider", "street")

    def unread_by(self, reporter: User) -> Self:
        """The reporter's own of which something happened since he looked."""
        return self.filter(reporter=reporter, seen_events__lt=F("events_count"))


@subject
class Correction(Subject):
    """纠错: a feature that is wrong on the ground, or something that a layer lacks.

    It goes to the provider unit with a limit, and is answered with a version or with a
    reason why not.
    """

    KIND: ClassVar[str] = "correction"
    RELATED_UNITS = frozenset({"provider", "above", "street", "district"})
    RELATED_PEOPLE = frozenset({"reporter"})
    LIMITS = frozenset({"answer"})
    OPENS_WITH = "open_correction"

    layer = models.ForeignKey(Layer, models.PROTECT, related_name="corrections")
    # Empty: something that the layer lacks at the place.
    key = models.CharField(max_length=80, blank=True)
    # The published version in which it was seen.
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    place = gis.PointField(srid=SRID)
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What is wrong: one of the reasons of the move that opened it.
    wrong = models.CharField(max_length=40)
    # {field: what it should be}; null: the field should be empty.
    proposed = models.JSONField(default=dict, blank=True)
    reporter = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    # How many of its events the reporter has seen.
    seen_events = models.PositiveIntegerField(default=1)
    # The draft that makes the change, while it waits for its review.
    draft = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The published version that holds the answer.
    answer = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["layer", "state", "-id"], name="correction_by_layer"),
            models.Index(fields=["state", "-id"], name="correction_by_state"),
            models.Index(fields=["reporter", "-id"], name="correction_by_reporter"),
            models.Index(fields=["layer", "key"], name="correction_by_feature"),
        ]

    def __str__(self) -> str:
        return f"{self.layer_id} {self.key}: {self.wrong}"

    @classmethod
    def seen_by_post(cls, user: User) -> "CorrectionQuerySet | None":
        """A provider's stewards change; scope rows would name those of the day."""
        if user.sees_district or not user.has_role(*STEWARDS):
            return None
        return cls.objects.filter(layer__in=Layer.objects.writable_by(user))

    def heard_by(self) -> set[int]:
        """The stewards of now, who must learn at once that something waits."""
        provider = self.layer.provider
        units = {provider.pk, provider.parent_id} - {None}
        posts = Membership.objects.valid_at(timezone.now()).filter(
            Q(role=Role.STEWARD, unit__in=units) | Q(role=Role.CHIEF_DATA_OFFICER)
        )
        return {-person for person in posts.values_list("user_id", flat=True)}

    def related_units(self, name: str) -> set[int]:
        if name == "district":
            return set(Site.objects.values_list("district_id", flat=True))
        provider = self.layer.provider
        units = {
            "provider": provider.pk,
            "above": provider.parent_id,
            "street": self.street_id,
        }
        unit = units[name]
        return {unit} if unit else set()

    def related_people(self, name: str) -> set[int]:
        return {{"reporter": self.reporter_id}[name]}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        units = self.related_units("provider") | self.related_units("above")
        return units, {self.reporter_id}

    def limit_for(self, name: str) -> tuple[int, str]:
        """Of the layer, else of the site, else the usual one."""
        rows = CorrectionLimit.objects.filter(
            Q(layer=self.layer_id) | Q(layer__isnull=True)
        )
        found = rows.order_by(F("layer").asc(nulls_last=True)).first()
        return (found.limit, found.limit_type) if found else USUAL_LIMIT

    def deadline(self) -> Deadline | None:
        """The last limit, running or met."""
        rows = Deadline.objects.filter(kind=self.KIND, subject_id=self.pk)
        return rows.order_by("-pk").first()

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)

    @property
    def wrong_label(self) -> str:
        """What is wrong, in the words of its process."""
        for move in self.process.moves:
            if move.from_state_id is None:
                for code, label in move.reason_choices():
                    if code == self.wrong:
                        return label
        return self.wrong

    @property
    def is_missing(self) -> bool:
        return not self.key
