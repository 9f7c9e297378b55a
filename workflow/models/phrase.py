"""常用语: texts for opinions and replies, a unit's and a person's own."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Unit, User
from govmap.lib.history import kept
from workflow.models.process import Phase

TEXT_MAX = 500  # characters


class Words(models.Model):
    """A text, and where it is offered: at one kind, phase or move, or everywhere."""

    text = models.CharField(max_length=TEXT_MAX)
    kind = models.CharField(max_length=20, blank=True)  # of the subjects; empty: all
    verb = models.CharField(max_length=40, blank=True)  # empty: at every move
    phase = models.CharField(max_length=10, blank=True, choices=Phase)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class PhraseQuerySet(models.QuerySet["Phrase"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)

    def of_units(self, units: list[int]) -> Self:
        """Everybody's, those of the units, and those of the units above them."""
        above = Unit.objects.filter(children__in=units).values("pk")
        top = Unit.objects.filter(children__children__in=units).values("pk")
        return self.filter(
            Q(unit__isnull=True)
            | Q(unit__in=units)
            | Q(unit__in=above)
            | Q(unit__in=top)
        )


@kept
class Phrase(Words):
    """A unit's phrase; without a unit it is everybody's."""

    code = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    order = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateField(null=True, blank=True)
    # What the site package last said of it, as a digest: what was changed here since
    # stands until the package says something new.
    told = models.CharField(max_length=64, blank=True)
    objects = PhraseQuerySet.as_manager()

    class Meta:
        ordering = ("order", "code")


class OwnPhrase(Words):
    """A person's own phrase, his alone."""

    person = models.ForeignKey(User, models.CASCADE, related_name="phrases")
    used = models.PositiveIntegerField(default=0)  # times

    class Meta:
        ordering = ("-used", "pk")
        constraints = [
            models.UniqueConstraint(
                *("person", "text", "kind", "verb", "phase"),
                name="own_phrase_is_kept_once",
            ),
        ]


class PhraseUse(models.Model):
    """How often a person chose a phrase of a unit: his own list begins with it."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    phrase = models.ForeignKey(Phrase, models.CASCADE, related_name="uses")
    used = models.PositiveIntegerField(default=0)  # times

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "phrase", name="phrase_is_counted_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.phrase_id} ({self.used})"
