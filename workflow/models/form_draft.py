"""暂存: a form that somebody began, kept for him until he has sent it."""

from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models import User


class FormDraftQuerySet(models.QuerySet["FormDraft"]):
    def of(self, user: User, form: str) -> Self:
        """Nobody else's, the last kept first."""
        return self.filter(owner=user, form=form).order_by("-kept_at", "-pk")


class FormDraft(models.Model):
    """What was typed under one uuid, which the subject will have once it is sent."""

    uuid = models.UUIDField(unique=True)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    form = models.CharField(max_length=20)
    # Fields by name, as the page's script writes and restores them.
    data = models.JSONField(default=dict)
    # Photos that the server has, in their order; others wait on the phone.
    photos = models.JSONField(default=list, blank=True)
    photos_elsewhere = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField(default=timezone.now)
    objects = FormDraftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "form", "-kept_at"], name="form_drafts_of")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.uuid}"
