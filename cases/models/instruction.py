"""批示: what a leader wants done about a case, and what becomes of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import Unit, User
from cases.models.case import Case
from workflow.models import Deadline, Event, Subject, SubjectQuerySet
from workflow.subjects import subject


class InstructionQuerySet(SubjectQuerySet["Instruction"]):
    def open(self) -> Self:
        return self.filter(over_at__isnull=True)

    def with_due(self) -> Self:
        """With ``due``: by when, of the limit that runs or the last that ran."""
        limits = Deadline.objects.filter(
            kind=Instruction.KIND, subject_id=OuterRef("pk")
        )
        due = limits.order_by(F("met_at").desc(nulls_first=True), "due_at", "-pk")
        return self.annotate(due=Subquery(due.values("due_at")[:1]))

    def listed(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related(
            *("case__category", "case__street", "leader", "unit"),
        )


@subject
class Instruction(Subject):
    """One instruction on one case, to the desk that leads it."""

    KIND: ClassVar[str] = "instruction"
    PAGE: ClassVar[str] = "talk:instruction"
    RELATED_UNITS = frozenset({"executing", "street", "district"})
    RELATED_PEOPLE = frozenset({"giver"})

    case = models.ForeignKey(Case, models.PROTECT, related_name="instructions")
    leader = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # The last day that counts in full, where the leader named one.
    until = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    # Found carried out, or called back.
    over_at = models.DateTimeField(null=True, blank=True)
    urged = models.PositiveSmallIntegerField(default=0)  # times
    objects = InstructionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["leader", "-id"], name="instruction_by_leader"),
            models.Index(
                fields=["unit", "-id"],
                condition=Q(over_at__isnull=True),
                name="instruction_open",
            ),
        ]

    def __str__(self) -> str:
        return self.case.number

    def related_units(self, name: str) -> set[int]:
        if name == "executing":
            return {self.unit_id}
        return self.case.related_units(name)

    def related_people(self, name: str) -> set[int]:
        return {{"giver": self.leader_id}[name]}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        return {self.unit_id}, {self.leader_id}

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)
