"""What happened: written once, never changed."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Unit, User
from accounts.roles import DESK, SUPERVISES, Role
from workflow.models.process import Process
from workflow.models.subject import Scope, Subject


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User) -> Self:
        if user.sees_district:
            return self
        mine = Scope.objects.filter(
            kind=OuterRef("kind"),
            subject_id=OuterRef("subject_id"),
            holder__in=user.holders,
        )
        seen = Q(Exists(mine))
        for kind in Subject.__subclasses__():
            if (rows := kind.seen_by_post(user)) is not None:
                seen |= Q(kind=kind.KIND, subject_id__in=rows.values("pk"))
        return self.filter(seen)

    def last_id(self) -> int:
        """Where a page that is made now begins to listen; 0 before the first event."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def of(self, kind: str, uuid: object) -> Self:
        """The events of one subject, oldest first."""
        return self.filter(kind=kind, subject_uuid=uuid).order_by("seq")


class Event(models.Model):
    """One act, done. No personal and no free text: that is in its `Remark`.

    ``canonical`` is the text that ``hash`` (SHA-256) is of; it holds the hash of the
    event before it of the same subject, so a row cannot be changed, removed or put
    between without a trace.
    """

    append_only: ClassVar[bool] = True
    # Set where an act that was sent again found this event done.
    repeated = False

    act_id = models.UUIDField(unique=True)  # made by the actor's client
    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    subject_uuid = models.UUIDField()
    seq = models.PositiveIntegerField()
    process = models.ForeignKey(Process, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    body_digest = models.CharField(max_length=64)
    canonical = models.TextField()
    canonical_version = models.PositiveSmallIntegerField(default=1)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind", "subject_uuid", "seq", name="event_seq_is_unique"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id", "id"], name="event_by_subject")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_uuid} #{self.seq} {self.verb}"

    def actor_for(self, reader: User) -> str:
        """Who acted, as this reader may know it.

        A volunteer is a neighbour: his name is for himself, for the desk that answers
        him and for who supervises it, never for whom his report may concern.
        """
        told = reader.pk == self.actor_id or reader.has_role(*DESK, *SUPERVISES)
        if self.role == Role.VOLUNTEER and not told:
            return str(Role.VOLUNTEER.label)
        return str(self.actor)


class Remark(models.Model):
    """The words and the position that came with an act; erasable, as a person may ask.

    The event keeps only a digest salted with ``salt``: erase this row and the record
    stays whole.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="remark")
    salt = models.CharField(max_length=32)
    text = models.TextField(blank=True)
    # Longitude, latitude and accuracy in metres of where the actor stood, if he said.
    position = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.text
