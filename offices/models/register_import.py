"""Spreadsheets of registers on their way in: the file, its mapping, its rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Unit, User
from cases.models import SentTable
from govmap.lib.history import kept
from offices.models.life import Register

IMPORTED = (
    Register.PERSON,
    Register.HOUSEHOLD,
    Register.DWELLING,
    Register.ORGANIZATION,
)


@kept
class ImportMapping(models.Model):
    """Which column is which field, kept by name for the next file of that kind."""

    register = models.CharField(max_length=12, choices=Register)
    name = models.CharField(_("name of the mapping"), max_length=60)
    # Whose posts may use it: the unit of whoever kept it.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # {field: the title of its column}
    columns = models.JSONField(default=dict)
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                "unit", "register", "name", name="mapping_has_one_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RegisterImport(SentTable):
    """One file for one register. Its rows lie in `StagedRow` until it has ended."""

    LOCK: ClassVar[int] = 5

    register = models.CharField(_("register"), max_length=12, choices=Register)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                name="import_is_of_a_register_that_takes_files",
                condition=Q(register__in=[one.value for one in IMPORTED]),
            )
        ]


class StagedRow(models.Model):
    """What one row says, as it is to be written; ciphertext where it is personal.

    The table is not in the log of the database: after a crash it is empty, and the
    file is looked through again.
    """

    # No key in the database: the rows go with their run, and a check for each of
    # 100,000 would cost as much as writing them.
    run = models.ForeignKey(
        RegisterImport,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    line = models.PositiveIntegerField()
    uuid = models.UUIDField(default=uuid7)  # of the entry, where it makes one
    # By which the register knows it: the keyed hash of a number, a unified code, a
    # door, or a digest of name, birth and address.
    key = models.CharField(max_length=80)
    content = models.CharField(max_length=64)  # keyed: equal for rows that say the same
    building = models.CharField(max_length=40, blank=True)  # code of the address
    entrance = models.CharField(max_length=20, blank=True)
    room = models.CharField(max_length=20, blank=True)
    # Fields of the entry; what is sealed apart, for ciphertext equals nothing.
    values = models.JSONField()
    sealed = models.JSONField(default=dict)
    extra = models.JSONField(default=dict)
    # Why the register does not take it, in a word and a number: "twice 12".
    refused = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("run", "line", name="staged_row_is_one")]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"
