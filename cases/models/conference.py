"""会商: units come together over one or several hard matters."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.models.matter import Matter
from workflow.models import Event, Subject, SubjectQuerySet
from workflow.subjects import subject


class ConferenceQuerySet(SubjectQuerySet["Conference"]):
    def listed(self) -> Self:
        """With what a row of a list shows."""
        rows = self.select_related("host", "host__parent", "caller")
        return rows.prefetch_related(
            "invitations__unit", "items__matter__sort", "items__matter__street"
        )


@subject
class Conference(Subject):
    """One conference: when, where, under whom, over what, and who comes."""

    KIND: ClassVar[str] = "conference"
    PAGE: ClassVar[str] = "matters:conference"
    RELATED_UNITS = frozenset({"host", "invited", "awaited"})
    RELATED_PEOPLE = frozenset({"caller"})
    OPENS_WITH = "open_conference"

    number = models.CharField(max_length=26, unique=True)
    title = models.CharField(max_length=80)
    # Who called it, and checks what comes of it: a street, community or district.
    host = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    caller = models.ForeignKey(User, models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    venue = models.CharField(max_length=120, blank=True)
    # How to join from afar: a number, never a password.
    online = models.CharField(max_length=120, blank=True)
    chair = models.CharField(max_length=60)
    held_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(blank=True)  # 会议纪要
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = ConferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="conference_is_somewhere",
                condition=~Q(venue="") | ~Q(online=""),
            ),
        ]
        indexes = [models.Index(fields=["begins_at"], name="conference_by_time")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def parts(self) -> "list[Invitation]":
        """Its invitations, fetched once for all that is asked of it."""
        if not self.pk:
            return []
        prefetch_related_objects([self], "invitations")
        return sorted(self.invitations.all(), key=lambda row: row.pk)

    @property
    def answered(self) -> int:
        """How many of the invited have said whether they come."""
        return sum(bool(part.answer) for part in self.parts())

    def agenda(self) -> "list[AgendaItem]":
        """What is spoken of, in order."""
        if not self.pk:
            return []
        prefetch_related_objects([self], "items")
        return sorted(self.items.all(), key=lambda row: (row.order, row.pk))

    def forget_parts(self) -> None:
        """Whoever asks for invitations and agenda next, reads them anew."""
        cache = getattr(self, "_prefetched_objects_cache", {})
        for name in ("invitations", "items"):
            cache.pop(name, None)

    def related_units(self, name: str) -> set[int]:
        """``awaited``: the invited that have not answered."""
        if name == "host":
            return {self.host_id}
        waits = name == "awaited"
        return {part.unit_id for part in self.parts() if not (waits and part.answer)}

    def related_people(self, name: str) -> set[int]:
        return {{"caller": self.caller_id}[name]}

    def concerns_at_first(self) -> tuple[set[int], set[int]]:
        return {self.host_id}, {self.caller_id}

    def events(self) -> models.QuerySet[Event]:
        return Event.objects.of(self.KIND, self.uuid)


class Invitation(models.Model):
    """One invited unit, and whether it comes: the code of the process's reason."""

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="invitations"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=40, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("conference", "unit", name="unit_is_invited_once"),
            models.CheckConstraint(
                name="invitation_is_answered_at_some_time",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conference_id} {self.unit_id}"


class AgendaItem(models.Model):
    """One matter upon one agenda, and what came of it there."""

    class Result(models.TextChoices):
        OPEN = "", _("not spoken of yet")
        DECIDED = "decided", _("decided")
        PUT_OFF = "put_off", _("put off")

    conference = models.ForeignKey(Conference, models.PROTECT, related_name="items")
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="agenda_items")
    order = models.PositiveSmallIntegerField()
    result = models.CharField(
        max_length=10, choices=Result, default=Result.OPEN, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "conference", "matter", name="matter_is_on_an_agenda_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conference_id} {self.order}. {self.matter_id}"
