"""Which column of a provider's file holds which field of a layer."""

from django.db import models

from accounts.models import Unit
from layers.models.catalogue import Layer


class ColumnMapping(models.Model):
    """What a unit chose when its last file for a layer came in."""

    layer = models.ForeignKey(Layer, models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    columns = models.JSONField(default=dict)  # field of the layer: column of the file

    class Meta:
        constraints = [
            models.UniqueConstraint("layer", "unit", name="column_mapping_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.layer_id}: {self.unit_id}"
