"""A case."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.contrib.gis.db import models as gis
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import (
    F,
    OuterRef,
    Q,
    Subquery,
    prefetch_related_objects,
)
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.models.source import Source
from govmap.lib.geo import SRID
from govmap.lib.localized import localized
from layers.models import GridCell
from workflow.models import (
    Category,
    Condition,
    Deadline,
    Event,
    Subject,
    SubjectQuerySet,
)
from workflow.subjects import subject


class CaseQuerySet(SubjectQuerySet["Case"]):
    def with_source(self) -> Self:
        """With the words for where they came from, for `Case.source_label`."""
        words = Source.objects.filter(code=OuterRef("source")).values("titles")[:1]
        return self.annotate(source_titles=Subquery(words))

    def listed(self) -> Self:
        """With what a row of a list shows.

        With more tables than these the planner would take them in the order written,
        and read every case before it asks whose it is.
        """
        return self.select_related(
            "category", "condition", "street", "community", "cell"
        )


def pressing(limits: Iterable[Deadline]) -> Deadline | None:
    """Of one case's limits, oldest first: the running one first due, else the last."""
    found = list(limits)
    running = [limit for limit in found if limit.met_at is None]
    if running:
        return min(running, key=lambda limit: limit.due_at)
    return found[-1] if found else None


@subject
class Case(Subject):
    """案卷: one trouble at one place, from report to verified close."""

    KIND: ClassVar[str] = "case"
    RELATED_UNITS = frozenset(
        {"street", "community", "district", "level", "host", "assist", "last_host"}
    )
    RELATED_PEOPLE = frozenset({"reporter"})
    LIMITS = frozenset({"disposal", "repair"})
    FACTS = frozenset({"sources", "urgent"})
    OPENS_WITH = "open_case"

    class Edge(models.TextChoices):
        """Where the place lies against the grid; a worker is never refused."""

        INSIDE = "inside", _("inside its cell")
        NEAR = "near", _("within 50 m of its cell")
        OUTSIDE_GRID = "outside_grid", _("outside the grid")
        OUTSIDE_DISTRICT = "outside_district", _("outside the district")
        NO_PLACE = "no_place", _("without a place")

    class Level(models.TextChoices):
        """Who leads it: 小事不出社区、大事不出街道、难事区内统筹."""

        COMMUNITY = "community", _("community")
        STREET = "street", _("street")
        DISTRICT = "district", _("district")

    number = models.CharField(max_length=24, unique=True)
    # The code of a `Source`: kept as it was said, whatever the site says later.
    source = models.CharField(max_length=20, default="field")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    condition = models.ForeignKey(
        Condition, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Its index is among those below.
    place = gis.PointField(srid=SRID, null=True, blank=True, spatial_index=False)
    # The phone's word for how exact the place is, in metres.
    accuracy = models.FloatField(null=True, blank=True)
    edge = models.CharField(max_length=20, choices=Edge)
    # Metres from the place to the cell, or to the district's border.
    edge_distance = models.FloatField(default=0)
    address = models.CharField(max_length=200, blank=True)
    cell = models.ForeignKey(
        GridCell, models.PROTECT, null=True, blank=True, related_name="cases"
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    street = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    reporter = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    level = models.CharField(max_length=10, choices=Level, default=Level.STREET)
    urgent = models.BooleanField(default=False)
    # Once put under supervision 督办 it stays marked: the share of such is counted.
    supervised = models.BooleanField(default=False)
    urged = models.PositiveSmallIntegerField(default=0)  # times 催办
    typical = models.BooleanField(default=False)  # kept as an example 典型案例
    # 并案: the case that leads; this one keeps its history and shares its fate.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_in_a_cell_has_a_place",
                condition=Q(cell__isnull=True) | Q(place__isnull=False),
            ),
            models.CheckConstraint(
                name="case_is_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            ),
        ]
        indexes = [
            # The open ones of a screen, among all that ever lay there.
            GistIndex(fields=["place", "state"], name="case_by_place"),
            models.Index(fields=["state", "-id"], name="case_by_state"),
            models.Index(fields=["street", "state", "-id"], name="case_by_street"),
            # A street's own list in any state.
            models.Index(fields=["street", "-id"], name="case_of_street"),
        ]

    def __str__(self) -> str:
        return self.number

    def related_units(self, name: str) -> set[int]:
        if name in {"host", "assist", "last_host"}:
            return self._working_units(name)
        if name == "level":
            name = self.level
        if name == "district":
            return self._districts()
        unit_id = {"street": self.street_id, "community": self.community_id}[name]
        return {unit_id} if unit_id else set()

    def _districts(self) -> set[int]:
        """Of a case that is not yet told, whose street nobody knows: any district."""
        if not self.street_id:
            districts = Unit.objects.filter(kind=Unit.Kind.DISTRICT)
            return set(districts.values_list("pk", flat=True))
        return {self.street.parent_id} if self.street.parent_id else set()

    def _working_units(self, name: str) -> set[int]:
        """``last_host`` is the host, or who was it last."""
        if not self.pk:
            return set()
        # Fetched once for all that is asked of it; a list has fetched them for its
        # rows. Not filtered by the database for the same reason.
        prefetch_related_objects([self], "assignments")
        parts = list(self.assignments.all())
        if name == "last_host":
            hosts = [part for part in parts if part.part == part.Part.HOST]
            last = max(hosts, key=lambda part: part.pk, default=None)
            return {last.unit_id} if last else set()
        return {
            part.unit_id
            for part in parts
            if part.ended_at is None and part.part == name
        }

    def forget_parts(self) -> None:
        """Who works on it has changed: whoever asks next, reads it anew."""
        getattr(self, "_prefetched_objects_cache", {}).pop("assignments", None)

    def related_people(self, name: str) -> set[int]:
        return {{"reporter": self.reporter_id}[name]}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        """Its community and street, and whoever reported it."""
        units = self.related_units("street") | self.related_units("community")
        return units, {self.reporter_id}

    def limit_for(self, name: str) -> tuple[int, str]:
        """What the filing condition says: of the disposal, or of the repair after it.

        A condition of one step only has one limit for both.
        """
        assert self.condition, f"no condition to take the limit of {name} from"
        rule = self.condition
        if name == "repair" and rule.second_limit:
            return rule.second_limit, rule.second_limit_type
        return rule.limit, rule.limit_type

    def deadline(self) -> Deadline | None:
        """The limit to look at: of those that run the first due, else the last."""
        rows = Deadline.objects.filter(kind=self.KIND, subject_id=self.pk)
        return pressing(rows.order_by("pk"))

    @property
    def source_label(self) -> str:
        """Where it came from, in words: one query, unless `with_source` asked it."""
        titles = self.__dict__.get("source_titles")
        if titles is None:
            rows = Source.objects.filter(code=self.source).values_list("titles")
            titles = next((row for (row,) in rows), {})
        return localized(titles) or self.source

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)
