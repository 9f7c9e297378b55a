"""An import: one file on its way in."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from layers.models.catalogue import Layer
from layers.models.version import Version


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        """Reports quote rows: they are for those who may import into the layer."""
        return self.filter(layer__in=Layer.objects.writable_by(user))


class ImportRun(models.Model):
    """One file on its way in: its job, its progress and its report."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        ASKING = "asking", _("waiting for an answer")
        DONE = "done", _("imported")
        FAILED = "failed", _("not imported")
        CANCELLED = "cancelled", _("cancelled")

    UNDER_WAY = (Status.WAITING, Status.RUNNING)
    # The file has given all it will; what comes next is another run.
    ENDED = (Status.ASKING, Status.DONE, Status.FAILED, Status.CANCELLED)

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)  # made by the client
    layer = models.ForeignKey(Layer, models.PROTECT, related_name="imports")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    source_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300)  # under GOVMAP_VAR
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)  # layer in the file, crs, encoding
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True, blank=True)
    report = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.source_name} → {self.layer_id}"

    @property
    def has_ended(self) -> bool:
        return self.status in self.ENDED
