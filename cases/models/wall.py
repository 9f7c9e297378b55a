"""How the walls of command centres are arranged."""

from django.db import models
from django.utils import timezone

from accounts.models import Unit
from govmap.lib.history import kept


@kept
class WallLayout(models.Model):
    """The scenes of one unit's wall; of a unit without a row, the usual ones."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    # As `cases.wall.layout` checks them; empty: the usual ones, whatever they are now.
    scenes = models.JSONField(null=True, blank=True)
    # Whoever saves says which one he began with.
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.unit} {self.version}"
