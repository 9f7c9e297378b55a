"""What people are told."""

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(person=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing that one person is told, about a subject or about the site.

    No personal and no free text: ``data`` names the subject by its number and says in
    both languages what happened (``title``); the rest is read where the link leads.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    what = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, blank=True)  # of the subject
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_uuid = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    # What may be told once only: whoever tells it again changes nothing.
    key = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # Told to whoever stands in for this person, who is on leave.
    instead_of = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Whether a channel may carry it, and no message was made of it yet.
    waits = models.BooleanField(default=False, db_default=False)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "person", "key", condition=~Q(key=""), name="notice_is_told_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_by_person"),
            models.Index(
                fields=["person"],
                condition=Q(read_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(fields=["made_at"], name="notice_by_age"),
            models.Index(fields=["id"], condition=Q(waits=True), name="notice_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.what} {self.subject_uuid or ''}"
