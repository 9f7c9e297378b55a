"""Tables whose rows are placed by the address that they name."""

from typing import ClassVar

from django.contrib.gis.db import models as gis
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.models.sent import SentTable
from govmap.lib.geo import SRID


class GeocodeRun(SentTable):
    """One table. What its rows say besides lies sealed beside the file, not here."""

    LOCK: ClassVar[int] = 8

    class Meta:
        ordering = ("-pk",)


class GeocodedRow(models.Model):
    """One row: what it says, which address is meant, and how surely."""

    class Outcome(models.TextChoices):
        SURE = "sure", _("certain match")
        UNSURE = "unsure", _("to be looked at")
        NONE = "none", _("not matched")

    run = models.ForeignKey(GeocodeRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # as a spreadsheet shows it
    said = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    score = models.PositiveSmallIntegerField(default=0)  # 0 to 100
    level = models.CharField(max_length=10, blank=True)
    why = models.CharField(max_length=300, blank=True)
    # The address that is meant; empty where none is.
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=200, blank=True)
    cell = models.CharField(max_length=15, blank=True)
    place = gis.PointField(srid=SRID, null=True, spatial_index=False)
    # [{code, text, cell, lon, lat, score, level, why}], the likeliest first.
    candidates = models.JSONField(default=list)
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ("line",)
        constraints = [
            models.UniqueConstraint("run", "line", name="geocoded_row_is_one_of_line"),
            models.CheckConstraint(
                name="geocoded_row_with_an_address_has_a_place",
                condition=Q(code="") | Q(place__isnull=False),
            ),
        ]
        indexes = [
            models.Index("run", "outcome", "line", name="geocoded_rows_by_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.said}"


class GeocodeDownload(models.Model):
    """Somebody took a placed table with him: written once."""

    append_only: ClassVar[bool] = True
    run = models.UUIDField()  # the table itself may be removed
    name = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    form = models.CharField(max_length=10)
    rows = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.name} {self.by_id} {self.at}"
