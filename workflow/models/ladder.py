"""The ladder 提醒—催办—督办: what happens as a limit runs out, and what did."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from govmap.lib.history import kept
from govmap.lib.localized import localized
from workflow.models.clock import Deadline


class LadderStepQuerySet(models.QuerySet["LadderStep"]):
    def in_use(self) -> Self:
        return self.filter(in_use=True)


@kept
class LadderStep(models.Model):
    """One rung: at which point of which limits, who is told and what is done."""

    code = models.CharField(max_length=40, unique=True)
    titles = models.JSONField()  # what a notice of it says
    kind = models.CharField(max_length=20, blank=True)  # of subjects; empty: all
    # The limit's name in the process's words; empty: all.
    name = models.CharField(max_length=20, blank=True)
    # Per cent of the limit that are used, or minutes after it was due (before: less
    # than none): one of the two.
    share = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.IntegerField(null=True, blank=True)
    # As a process says who: [{"at": unit's name, "role": role}, {"is": name}].
    who = models.JSONField(default=list, blank=True)
    # A move that the system then does by itself, where the process has it.
    verb = models.CharField(max_length=40, blank=True)
    # What it does it with: {"reason": a code of the move's list}.
    evidence = models.JSONField(default=dict, blank=True)
    in_use = models.BooleanField(default=True)
    # Points that were passed before are not made up for.
    begins_at = models.DateTimeField(default=timezone.now)
    objects = LadderStepQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "name", "share", "minutes", "code")
        constraints = [
            models.CheckConstraint(
                name="ladder_step_is_at_one_point",
                condition=Q(share__isnull=True) ^ Q(minutes__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return localized(self.titles)


class LadderFiring(models.Model):
    """A step that was taken for a limit; the row is what keeps it from being twice.

    Written in the transaction that tells and does. An extension begins a new round.
    """

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="firings")
    step = models.ForeignKey(LadderStep, models.CASCADE, related_name="firings")
    round = models.PositiveSmallIntegerField(default=0)
    fired_at = models.DateTimeField()
    told = models.PositiveIntegerField(default=0)  # how many people
    # Why the step's move was not done; empty where it was, or there is none.
    refused = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "deadline", "step", "round", name="ladder_step_is_taken_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id}: {self.step_id} ({self.round})"
