"""What somebody asked for about a subject, and what was answered."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User


class RequestQuerySet(models.QuerySet["Request"]):
    def open(self) -> Self:
        return self.filter(answer=Request.Answer.OPEN)


class Request(models.Model):
    """One thing asked for: an extension, a suspension, a cancellation.

    Made and answered by effects only (`workflow.requests`), in the process's words.
    """

    class Answer(models.TextChoices):
        OPEN = "", _("open")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", pgettext_lazy("answer to a request", "refused")
        WITHDRAWN = "withdrawn", _("taken back")
        # The subject moved on to where nobody answers it any more.
        LAPSED = "lapsed", _("lapsed")

    kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    what = models.CharField(max_length=40)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # The `seq` of the subject's events that asked and answered.
    asked_seq = models.PositiveIntegerField()
    answer_seq = models.PositiveIntegerField(null=True, blank=True)
    # What the asking event keeps: amount, until, reason.
    given = models.JSONField(default=dict)
    answer = models.CharField(
        max_length=10, choices=Answer, default=Answer.OPEN, blank=True
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind",
                "subject_id",
                "what",
                condition=Q(answer=""),
                name="one_open_request_of_a_sort",
            ),
            models.CheckConstraint(
                name="request_is_answered_at_some_time",
                condition=Q(answer="", decided_at__isnull=True)
                | (~Q(answer="") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id"], name="request_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.what}: {self.answer or 'open'}"
