"""Photos and files that an act came with."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from workflow.models.record import Event


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of events that one may see."""
        seen = Event.objects.visible_to(user)
        return self.filter(Q(uploaded_by=user) | Q(event__in=seen))


class Attachment(models.Model):
    """One file, stored outside the database under the hash of its content."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)  # made by the client
    # The act that it was given with; empty until then.
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    sha256 = models.CharField(max_length=64, db_index=True)  # of the stored copy
    original_sha256 = models.CharField(max_length=64)  # of what was sent
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()  # bytes
    width = models.PositiveIntegerField(default=0)  # pixels
    height = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)  # from EXIF, before it was stripped
    # Longitude and latitude (WGS 84) from EXIF: compared with where the case is when it
    # comes in, and shown on the review's map to whoever checks the work.
    taken_where = models.JSONField(null=True)
    objects = AttachmentQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_voice(self) -> bool:
        """Words said beside the photos, and no photo."""
        return self.media_type.startswith("audio/")
