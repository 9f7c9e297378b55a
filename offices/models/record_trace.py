"""What stays of a record: what it said before, who opened it, what was posted of it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from cases.models import SentTable
from govmap.lib.sealed import SealedField
from offices.models.module import Module, ModuleVersion
from offices.models.record import Record


class RecordChange(models.Model):
    """What an act wrote into a record: each field, what it was and what it became.

    Values that are personal or sensitive lie sealed.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="changes")
    # Of the event that says who did it, and when.
    seq = models.PositiveIntegerField()
    # {field: [before, after]} of internal fields; names alone of all others.
    data = models.JSONField(default=dict)
    names = models.JSONField(default=list)
    sealed = SealedField(default="", blank=True)
    # Where it was carried to another version of its module.
    version = models.ForeignKey(
        ModuleVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("record", "seq", name="record_change_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} #{self.seq}"


class RecordReading(models.Model):
    """Who looked at personal or sensitive values, and what for. Only ever added to."""

    append_only: ClassVar[bool] = True

    record = models.ForeignKey(Record, models.PROTECT, related_name="readings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    level = models.CharField(max_length=2)  # S2 or S3, the greatest that was opened
    purpose = models.CharField(max_length=200)
    address = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["record", "-at"], name="record_reading_of"),
            models.Index(fields=["by", "-at"], name="record_reading_by"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.by_id} {self.level}"


class RecordFile(models.Model):
    """A file of a record, sealed outside the database and named by its content."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    # Empty until the record is kept.
    record = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="files"
    )
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    field = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64, db_index=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class RecordNotice(models.Model):
    """公示: what is posted of a record, from when to when, and who objected."""

    uuid = models.UUIDField(unique=True, default=uuid7)
    record = models.ForeignKey(Record, models.PROTECT, related_name="notices")
    # [[label, value]]: what the definition names and nothing else.
    items = models.JSONField()
    phone = models.CharField(max_length=40, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.record_id} {self.begins_at:%Y-%m-%d}"

    @property
    def is_up(self) -> bool:
        return self.taken_down_at is None and self.ends_at > timezone.now()


class RecordTable(SentTable):
    """A table of entries of one module, on its way in."""

    LOCK: ClassVar[int] = 4

    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    version = models.ForeignKey(ModuleVersion, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-pk",)
