"""Coordinate systems that only this site knows."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from govmap.lib.localized import localized

AFFINE = ["a0", "a1", "a2", "b0", "b1", "b2"]
SIMILARITY = ["dx", "dy", "scale", "rotation"]
HELMERT = ["tx", "ty", "tz", "rx", "ry", "rz", "scale", "convention"]


class LocalSystem(models.Model):
    """A survey office's own system, by the parameters it gave this site.

    ``layers.reading.crs_local`` says what each parameter means, in which unit, and
    where its formula stands. They are restricted in most cities: nothing hands them
    out again.
    """

    class Kind(models.TextChoices):
        AFFINE = "affine"
        SIMILARITY = "similarity"
        HELMERT = "helmert"

    code = models.CharField(
        max_length=30, unique=True, validators=[RegexValidator(r"^[A-Za-z0-9_-]+\Z")]
    )
    titles = models.JSONField()
    base = models.CharField(max_length=40)  # EPSG:4548
    kind = models.CharField(max_length=10, choices=Kind)
    parameters = models.JSONField()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                name="local_system_has_its_parameters",
                condition=Q(kind="affine", parameters__has_keys=AFFINE)
                | Q(kind="similarity", parameters__has_keys=SIMILARITY)
                | Q(kind="helmert", parameters__has_keys=HELMERT),
            ),
            models.CheckConstraint(
                name="local_system_code_is_one_word",
                condition=Q(code__regex=r"^[A-Za-z0-9_-]+$"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return localized(self.titles)
