"""Who called or came: known to the desk, hidden from everybody else."""

from django.db import models

from cases.models.case import Case
from cases.models.source import Tag
from govmap.lib.sealed import KeyedHashField, SealedField, TailField


class Caller(models.Model):
    """Name and number behind a case: ciphertext, a keyed hash and the last four."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="caller")
    name = SealedField(blank=True, default="")
    phone = SealedField(blank=True, default="")
    # By this the same caller is known again, without anybody reading the number.
    phone_hash = KeyedHashField(of="phone")
    phone_tail = TailField(of="phone")

    class Meta:
        indexes = [models.Index(fields=["phone_hash"], name="caller_by_hash")]

    def __str__(self) -> str:
        return f"{self.case_id} ••••{self.phone_tail}"


class CaseTag(models.Model):
    """A mark on a case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="tags")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "tag", name="case_tag_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.tag}"
