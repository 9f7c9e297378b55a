"""A process is data: states in phases, and the moves between them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.arguments import implied, split


class Phase(models.TextChoices):
    """What every process has, whatever its states are called (CJJ/T 106)."""

    COLLECT = "collect", _("collect")
    DISPATCH = "dispatch", _("dispatch")
    RESOLVE = "resolve", _("resolve")
    VERIFY = "verify", _("verify")
    DONE = "done", _("done")


class ProcessQuerySet(models.QuerySet["Process"]):
    def current(self, kind: str) -> "Process":
        """The process that a new subject of this kind begins with."""
        return self.get(kind=kind, is_default=True)

    def newest(self, kind: str) -> list["Process"]:
        """The newest version in use of each process, the one to be tried first first.

        By priority, the greater first; the default before its equals.
        """
        rows = self.filter(kind=kind, in_use=True).order_by("code", "-version")
        found = list(rows.distinct("code"))
        return sorted(found, key=lambda row: (-row.priority, not row.is_default))


@kept
class Process(models.Model):
    """One version of one process.

    Its states and moves never change once loaded; whether new subjects begin with it
    (``in_use``, ``is_default``) does.
    """

    kind = models.CharField(max_length=20)  # the subjects it serves
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    titles = models.JSONField()
    is_default = models.BooleanField(default=False)
    in_use = models.BooleanField(default=True)
    # Which new subjects begin with it: {fact: value or list of values}; all if empty.
    takes = models.JSONField(default=dict)
    priority = models.IntegerField(default=0)
    # {name: {"limit": number, "type": LimitType, "label": {...}, "basis": {...},
    # "standing": "law", "waits": true}}; of one that waits nothing is ever late.
    limits = models.JSONField(default=dict)
    # What a limit may stand still for: {name: {"label": {...}, "basis": {...}}}
    pauses = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)  # of the data it was loaded from
    loaded_at = models.DateTimeField(default=timezone.now)
    objects = ProcessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("code", "version", name="process_version_is_one"),
            models.UniqueConstraint(
                "kind", condition=Q(is_default=True), name="one_default_process_a_kind"
            ),
            models.CheckConstraint(
                name="default_process_is_in_use",
                condition=Q(is_default=False) | Q(in_use=True),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)

    @property
    def moves(self) -> tuple["Transition", ...]:
        return moves_of(self.pk)

    @property
    def rail(self) -> tuple["State", ...]:
        """The states that the progress rail shows, in order."""
        return tuple(state for state in states_of(self.pk) if state.on_rail)

    def limit_for(self, name: str) -> tuple[int, str] | None:
        """The stage limit of that name: number and `LimitType`; None if it has none."""
        found = self.limits.get(name)
        return (found["limit"], found["type"]) if found else None

    def waits(self, name: str) -> bool:
        """Whether that limit is a time that must pass, not one by which to be done."""
        return bool(self.limits.get(name, {}).get("waits"))

    def limit_label(self, name: str) -> str:
        return localized(self.limits.get(name, {}).get("label")) or name

    def pause_label(self, name: str) -> str:
        """What a limit stands still for, in words; nothing for an unnamed pause."""
        return localized(self.pauses.get(name, {}).get("label")) or name

    def fits(self, facts: Mapping[str, Any]) -> bool:
        """Whether a new subject of which these ``facts`` are true may begin with it."""
        return all(
            facts.get(name) in wanted
            if isinstance(wanted, list)
            else facts.get(name) == wanted
            for name, wanted in self.takes.items()
        )


class ProcessFile(models.Model):
    """What a process was loaded from: the database does not keep the order of keys.

    Apart from the process, which is read with every event.
    """

    process = models.OneToOneField(Process, models.PROTECT, related_name="file")
    text = models.TextField()

    def __str__(self) -> str:
        return f"{self.process.code} {self.process.version}"


class State(models.Model):
    """Where a subject can stand."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="states")
    code = models.CharField(max_length=40)
    phase = models.CharField(max_length=10, choices=Phase)
    labels = models.JSONField()
    order = models.PositiveSmallIntegerField()
    on_rail = models.BooleanField(default=True)

    class Meta:
        ordering = ("process", "order")
        constraints = [
            models.UniqueConstraint("process", "code", name="state_code_is_unique")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return localized(self.labels)


class TransitionQuerySet(models.QuerySet["Transition"]):
    def whole(self) -> Self:
        return self.select_related("from_state", "to_state").order_by("order", "pk")


class Transition(models.Model):
    """One move: verb, from, to, who may, with what evidence, and what else it does.

    ``who``: list of ``{"role": role, "at": name}``: a holder of the role in one of
    the units that the subject names so (`Subject.related_units`), or
    ``{"role": role, "is": name}``: a holder who is that person of the subject; with
    ``"not": "asker:what"`` (or a list of these) not who asked for that.
    ``when``: guards ``name:argument:...``; all must hold.
    ``auto``: the system does it by itself, too; with ``when_over`` as soon as the
    limit of that name has run out.
    ``barred``: phases; whoever moved the subject out of a state of one may not.
    ``evidence``: ``{name: {"required": bool, "label": {…}, …}}``; names that are not
    listed are refused. ``reasons``: ``[{"code", "label"}]`` for evidence "reason".
    ``effects``: registered effects ``name`` or ``name:argument``, done in this order.
    A move that stays leads to the state it is done from.
    """

    process = models.ForeignKey(Process, models.PROTECT, related_name="transitions")
    verb = models.CharField(max_length=40)
    # Empty where the move makes the subject.
    from_state = models.ForeignKey(State, models.PROTECT, null=True, related_name="+")
    to_state = models.ForeignKey(State, models.PROTECT, related_name="+")
    labels = models.JSONField()
    who = models.JSONField()
    when = models.JSONField(default=list)
    auto = models.BooleanField(default=False)
    when_over = models.CharField(max_length=20, blank=True)
    barred = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    reasons = models.JSONField(default=list)
    effects = models.JSONField(default=list)
    primary = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField()
    objects = TransitionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "process",
                "verb",
                "from_state",
                name="one_move_of_a_verb_from_a_state",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return localized(self.labels)

    @property
    def stays(self) -> bool:
        """Whether it leaves the subject in its state: urging, asking, answering."""
        return self.from_state_id == self.to_state_id

    @property
    def waits(self) -> bool:
        """Whether a subject waits for it: what moves it on, or answers a request."""
        return not self.stays or any(
            split(text)[0] in {"grant", "refuse"} for text in self.effects
        )

    @property
    def guards(self) -> list[str]:
        """What it waits for: as the data says, and as its effects need."""
        return [*self.when, *implied(self.effects)]

    def fields(self) -> list[dict[str, Any]]:
        """The evidence as a form shows it: name, label, whether it must be there."""
        return [
            {
                "name": name,
                "label": localized(spec.get("label")),
                "required": bool(spec.get("required")),
                **({"choices": self.reason_choices()} if name == "reason" else {}),
            }
            # The database does not keep the order of keys.
            for name, spec in sorted(
                self.evidence.items(), key=lambda pair: pair[1].get("order", 0)
            )
        ]

    def reason_choices(self) -> list[tuple[str, str]]:
        return [(row["code"], localized(row["label"])) for row in self.reasons]


@lru_cache(maxsize=64)
def moves_of(process_id: int) -> tuple[Transition, ...]:
    """All moves of a process. Kept for ever: a loaded process never changes."""
    return tuple(Transition.objects.filter(process_id=process_id).whole())


@lru_cache(maxsize=64)
def states_of(process_id: int) -> tuple[State, ...]:
    """All states of a process, each with the process, in the order of the rail."""
    rows = State.objects.filter(process_id=process_id).select_related("process")
    return tuple(rows.order_by("order"))


def forget() -> None:
    """Where another database takes this one's place, its processes are others."""
    moves_of.cache_clear()
    states_of.cache_clear()
