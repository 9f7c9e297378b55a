"""疑难问题库: hard matters, with the cases that they are raised from."""

from typing import ClassVar, Self

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.models.case import Case
from cases.models.matter_task import MatterTask
from govmap.lib.geo import SRID
from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.models import Deadline, Event, Phase, Subject, SubjectQuerySet
from workflow.subjects import subject


class MatterSortQuerySet(models.QuerySet["MatterSort"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)


@kept
class MatterSort(models.Model):
    """What can be hard about a matter, as the site says: ownership, money, policy."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    titles = models.JSONField()
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(default=False)
    objects = MatterSortQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")

    def __str__(self) -> str:
        return localized(self.titles)


class MatterQuerySet(SubjectQuerySet["Matter"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def late(self) -> Self:
        """Decided, and a task of it runs beyond its time."""
        due = Deadline.objects.running().filter(
            kind=MatterTask.KIND,
            subject_id=OuterRef("pk"),
            due_at__lt=timezone.now(),
            paused_at__isnull=True,
        )
        tasks = MatterTask.objects.filter(Exists(due), matter=OuterRef("pk"))
        return self.filter(Exists(tasks))

    def listed(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related("sort", "street", "community")


@subject
class Matter(Subject):
    """疑难问题: what no single unit can end, until a conference decides who does what.

    Its cases keep their own state and clock.
    """

    KIND: ClassVar[str] = "matter"
    PAGE: ClassVar[str] = "matters:matter"
    RELATED_UNITS = frozenset(
        {"street", "community", "district", "deciding", "caller", "executing"}
    )
    RELATED_PEOPLE = frozenset({"raiser"})
    OPENS_WITH = "open_matter"

    number = models.CharField(max_length=26, unique=True)
    title = models.CharField(max_length=80)
    sort = models.ForeignKey(MatterSort, models.PROTECT, related_name="+")
    level = models.CharField(
        max_length=10, choices=Case.Level, default=Case.Level.STREET
    )
    street = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = gis.PointField(srid=SRID, null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    # Whose business it is, as far as who raised it knew.
    concerned = models.ManyToManyField(Unit, blank=True, related_name="+")
    cases = models.ManyToManyField(Case, through="MatterCase", related_name="matters")
    raiser = models.ForeignKey(User, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)  # into the library 入库
    decided_at = models.DateTimeField(null=True, blank=True)  # last
    ended_at = models.DateTimeField(null=True, blank=True)  # however it ended
    # On whose agenda it stands, or stood last.
    conference = models.ForeignKey(
        "cases.Conference", models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = MatterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="matter_has_a_title", condition=~Q(title="")),
        ]
        indexes = [
            models.Index(fields=["street", "-id"], name="matter_by_street"),
            models.Index(
                fields=["sort", "level"],
                condition=Q(ended_at__isnull=True),
                name="matter_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def related_units(self, name: str) -> set[int]:
        """``deciding``: whose leader takes it in and ends it; ``caller``: whoever
        called the conference; ``executing``: who carries out what was decided.
        """
        if name == "executing":
            tasks = MatterTask.objects.filter(matter_id=self.pk)
            return set(tasks.values_list("unit_id", flat=True)) if self.pk else set()
        if name == "caller":
            return {self.conference.host_id} if self.conference else set()
        if name == "deciding":
            name = "district" if self.level == Case.Level.DISTRICT else "street"
        if name == "district":
            above = self.street.parent_id if self.street_id else None
            return {above} if above else set()
        unit = {"street": self.street_id, "community": self.community_id}[name]
        return {unit} if unit else set()

    def related_people(self, name: str) -> set[int]:
        return {{"raiser": self.raiser_id}[name]}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        units = self.related_units("street") | self.related_units("community")
        return units, {self.raiser_id}

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)

    @property
    def is_over(self) -> bool:
        return self.state.phase == Phase.DONE


class MatterCase(models.Model):
    """A case that belongs to a hard matter."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, models.PROTECT, related_name="matter_links")
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("matter", "case", name="case_is_in_a_matter_once")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.case_id}"
