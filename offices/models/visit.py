"""走访: one visit to a household, and the days of all modules that it answers."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from govmap.lib.sealed import SealedField
from offices.models.ground import ground_of, on_ground
from offices.models.life import Register
from offices.models.record import Record


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """Those on the ground of his posts."""
        ground = ground_of(user)
        if ground.whole:
            return self
        return self.none() if ground.is_none else self.filter(on_ground(ground))


class Visit(models.Model):
    """Somebody was visited: once, whatever modules wanted it. Only ever added to."""

    append_only: ClassVar[bool] = True

    class Way(models.TextChoices):
        DOOR = "door", _("at the door")
        PHONE = "phone", pgettext_lazy("visit", "by phone")
        VIDEO = "video", _("by video")

    # Made by whoever sends it: sent twice it is one.
    uuid = models.UUIDField(unique=True, default=uuid7)
    register = models.CharField(max_length=12, choices=Register)
    subject = models.UUIDField()
    street = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    community = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    on = models.DateField(_("day"))
    way = models.CharField(_("how"), max_length=6, choices=Way)
    # What was found, and what is needed: of people, and so sealed.
    found = SealedField(_("what was found"), blank=True, default="")
    needs = SealedField(_("what is needed"), blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="visit_by_subject"),
            models.Index(fields=["community", "-id"], name="visit_in_community"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.subject} {self.on}"


class VisitTick(models.Model):
    """A day of a record that a visit answered: from it the next one is counted."""

    append_only: ClassVar[bool] = True

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="ticks")
    record = models.ForeignKey(Record, models.PROTECT, related_name="ticks")
    code = models.CharField(max_length=40)  # of the reminder
    due_on = models.DateField()  # the day that was due

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "record", "code", "visit", name="day_is_ticked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.code} {self.due_on}"
