"""A case about a city part carries the part."""

from django.db import models

from cases.models.case import Case


class CasePart(models.Model):
    """Which part a case is about. By its code: versions of the layer come and go, and
    the case still says which it was."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="part")
    code = models.CharField(max_length=17, db_index=True)
    name = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.code}"
