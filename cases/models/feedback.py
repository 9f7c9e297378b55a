"""投诉与建议: what people say of the system itself, and what they were answered."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from accounts.roles import DESK, SUPERVISES, Role
from workflow.models import Attachment


def reads_feedback(user: User) -> bool:
    """Whoever answers for the system: its administrator, and the district's centre."""
    return any(
        post.role == Role.SYSTEM
        or (post.role in DESK | SUPERVISES and post.unit.kind == Unit.Kind.DISTRICT)
        for post in user.posts
    )


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User) -> Self:
        """One's own; all of them for who answers for the system."""
        return self if reads_feedback(user) else self.filter(sender=user)


class Feedback(models.Model):
    """One complaint or suggestion. Its words stand here alone, in no event."""

    class Kind(models.TextChoices):
        BURDEN = "burden", _("needless burden")
        FAULT = "fault", _("something does not work")
        SUGGESTION = "suggestion", _("suggestion")
        OTHER = "other", _("other complaint")

    uuid = models.UUIDField(unique=True, default=uuid7)  # made by who sends it
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()
    page = models.CharField(max_length=300, blank=True)  # the path it was said on
    screenshot = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    objects = FeedbackQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["sender", "-id"], name="feedback_of_sender")]
        constraints = [
            models.CheckConstraint(
                name="feedback_answer_has_a_time",
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sent_at:%Y-%m-%d}"
