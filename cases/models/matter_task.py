"""What a conference decided of a matter, and the tasks that units have from it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from workflow.models import Deadline, Event, Subject, SubjectQuerySet
from workflow.models.clock import LimitType
from workflow.subjects import subject


class MatterDecision(models.Model):
    """决议: what is to be done of one matter, by whom, until when. Never changed."""

    matter = models.ForeignKey("cases.Matter", models.PROTECT, related_name="decisions")
    conference = models.ForeignKey(
        "cases.Conference", models.PROTECT, related_name="decisions"
    )
    text = models.TextField(max_length=2000)
    # What counts as done 办结标准.
    done_when = models.CharField(max_length=300)
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # Until the end of a day, or within so many working days: one of the two.
    until = models.DateField(null=True, blank=True)
    work_days = models.PositiveSmallIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                name="decision_has_one_limit",
                condition=Q(until__isnull=True) ^ Q(work_days__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.decided_at:%Y-%m-%d}"


class MatterTaskQuerySet(SubjectQuerySet["MatterTask"]):
    def open(self) -> Self:
        return self.filter(over_at__isnull=True)

    def with_due(self) -> Self:
        """With ``due``: by when, of the limit that runs or the last that ran."""
        limits = Deadline.objects.filter(
            kind=MatterTask.KIND, subject_id=OuterRef("pk")
        )
        due = limits.order_by(F("met_at").desc(nulls_first=True), "-pk").values(
            "due_at"
        )[:1]
        return self.annotate(due=Subquery(due))

    def listed(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related(
            *("matter__sort", "matter__street", "decision__lead"),
            *("decision__conference__host", "unit"),
        )


@subject
class MatterTask(Subject):
    """What one unit, leading or assisting, does of a decision."""

    KIND: ClassVar[str] = "matter_task"
    PAGE: ClassVar[str] = "matters:task"
    RELATED_UNITS = frozenset({"executing", "lead", "caller", "street", "district"})
    LIMITS = frozenset({"execution"})

    class Part(models.TextChoices):
        LEAD = "lead", _("leads")
        ASSIST = "assist", _("assists")

    matter = models.ForeignKey("cases.Matter", models.PROTECT, related_name="tasks")
    decision = models.ForeignKey(MatterDecision, models.PROTECT, related_name="tasks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    # As the decision says, or a later day that a returned report was given.
    until = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField()
    progress_at = models.DateTimeField(null=True, blank=True)  # the last report of it
    reported_at = models.DateTimeField(null=True, blank=True)  # as done
    # Found done; empty while it is not, or where it was called back.
    accepted_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    urged = models.PositiveSmallIntegerField(default=0)  # times
    supervised = models.BooleanField(default=False)
    objects = MatterTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "decision", "unit", name="unit_has_one_task_of_a_decision"
            ),
            models.CheckConstraint(
                name="accepted_matter_task_is_over",
                condition=Q(accepted_at__isnull=True) | Q(over_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit"],
                condition=Q(over_at__isnull=True),
                name="matter_tasks_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} · {self.unit}"

    def related_units(self, name: str) -> set[int]:
        """``caller``: the unit that called the conference, and checks."""
        if name == "executing":
            return {self.unit_id}
        if name == "lead":
            return {self.decision.lead_id}
        if name == "caller":
            return {self.decision.conference.host_id}
        return self.matter.related_units(name)

    def related_people(self, name: str) -> set[int]:
        raise KeyError(name)

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        return self.related_units("executing") | self.related_units("caller"), set()

    def limit_for(self, name: str) -> tuple[int, str]:
        """Working days as the decision says, or whole days until the day that counts.

        The last day is not cut: `cases.matters.effects` lets it end at midnight.
        """
        if self.until is None:
            days = self.decision.work_days
            assert days, "a decision has a day or a number of days"
            return days, LimitType.WHOLE_WORK_DAYS
        ahead = (self.until - timezone.localdate()).days
        return max(1, ahead), LimitType.NATURAL_DAYS

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)
