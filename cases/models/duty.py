"""履职事项清单: which matters a street must do, only assists in, or does no more."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from govmap.lib.history import kept


class DutyQuerySet(models.QuerySet["Duty"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)


@kept
class Duty(models.Model):
    """One matter of the list."""

    class Kind(models.TextChoices):
        BASIC = "basic", _("basic duty")
        ASSISTING = "assisting", _("assisting duty")
        WITHDRAWN = "withdrawn", _("withdrawn to the department above")

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    basis = models.CharField(max_length=300, blank=True)
    # Whom the street assists, or who does what was withdrawn from it.
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateField(null=True, blank=True)
    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def is_withdrawn(self) -> bool:
        return self.kind == self.Kind.WITHDRAWN
