"""Whatever has a life in the engine, and who it concerns."""

from collections.abc import Collection
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from workflow.models.process import Process, State, Transition, states_of

S = TypeVar("S", bound="Subject")


class Scope(models.Model):
    """One unit or one person that a subject concerns.

    ``holder`` folds both into one indexed number: the unit's id, or the person's as
    a negative number, so that "what do I see" is one range of one index.
    """

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=20)
    holder = models.GeneratedField(
        expression=Coalesce(F("unit_id"), -F("user_id")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="scope_names_a_unit_or_a_person",
                condition=Q(unit__isnull=True) ^ Q(user__isnull=True),
            ),
            models.UniqueConstraint(
                "kind", "subject_id", "holder", "why", name="scope_row_is_one"
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "holder", "subject_id"], name="scope_by_holder"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}: {self.holder} ({self.why})"


class SubjectQuerySet(models.QuerySet[S]):
    """Rows of a kind whose readers its scope rows name."""

    def visible_to(self, user: User, *, below: int | None = None) -> Self:
        """Those that concern a unit of the person's or himself; the district all.

        Pages, API, tiles and events all start here, so the rule has one home.
        ``below``: no row from this id on is wanted, as by a page further on. The
        database does not see by itself that then no scope row from there on is.
        """
        if user.sees_district:
            return self
        mine = Scope.objects.filter(
            kind=self.model.KIND, subject_id=OuterRef("pk"), holder__in=user.holders
        )
        if below is not None:
            mine = mine.filter(subject_id__lt=below)
        return self.filter(Exists(mine))


class Subject(models.Model):
    """A row with a state, moved only by `workflow.engine`."""

    KIND: ClassVar[str]
    # What processes may call units and people of such a subject.
    RELATED_UNITS: ClassVar[frozenset[str]] = frozenset()
    RELATED_PEOPLE: ClassVar[frozenset[str]] = frozenset()
    # Names of limits that `limit_for` answers.
    LIMITS: ClassVar[frozenset[str]] = frozenset()
    # Facts of a new subject that a process may say it takes.
    FACTS: ClassVar[frozenset[str]] = frozenset()
    # The effect without which a new row cannot be saved.
    OPENS_WITH: ClassVar[str] = ""

    uuid = models.UUIDField(unique=True, default=uuid7)
    process = models.ForeignKey(Process, models.PROTECT, related_name="+")
    state = models.ForeignKey(State, models.PROTECT, related_name="+")
    # The number of its events, and so the `seq` of the last.
    events_count = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    @property
    def heard_by_all(self) -> bool:
        """Whether every open page hears of its acts, whoever may read it."""
        return False

    def heard_by(self) -> set[int]:
        """Holders that hear of its acts besides those of its scope rows."""
        return set()

    @classmethod
    def seen_by_post(cls, user: User) -> "models.QuerySet[Any] | None":
        """What this person sees by a post that no scope row names; None for nothing.

        For rows that follow a post, as a provider's stewards do, whoever holds it.
        """
        return None

    @classmethod
    def from_db(
        cls,
        db: str | None,
        field_names: Collection[str],
        values: Collection[Any],
        **kwargs: Any,
    ) -> Self:
        """State and process from memory: they never change, so no list joins them."""
        row = super().from_db(db, field_names, values, **kwargs)
        if "state_id" in field_names and "process_id" in field_names:
            found = next(s for s in states_of(row.process_id) if s.pk == row.state_id)
            row.state, row.process = found, found.process
        return row

    def related_units(self, name: str) -> set[int]:
        """Ids of the units that the process's data calls ``name`` of this subject."""
        raise NotImplementedError

    def related_people(self, name: str) -> set[int]:
        """Ids of the people that the process's data calls ``name`` of this subject."""
        raise NotImplementedError

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        """Ids of the units and of the people that see it from its first day."""
        raise NotImplementedError

    def limit_for(self, name: str) -> tuple[int, str]:
        """The limit of what ``name`` says: number and `LimitType`."""
        raise NotImplementedError

    def moves_from_here(self) -> list[Transition]:
        return [
            move for move in self.process.moves if move.from_state_id == self.state_id
        ]
