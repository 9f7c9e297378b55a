"""The record of the catalogue: who changed which entry, when, and what."""

from django.db import models

from accounts.models import User
from layers.models.catalogue import Layer


class LayerChange(models.Model):
    """One change of a catalogue entry. Written once, never changed.

    ``what`` lists ``{"field", "before", "after"}``, whole values, so that any state of
    an entry can be told again; the first change of a layer has ``before`` null.
    """

    append_only = True  # see `grant_serving_role`; a trigger guards it too

    layer = models.ForeignKey(Layer, models.PROTECT, related_name="changes")
    # Empty where a site package changed it.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    what = models.JSONField()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=["layer", "-id"], name="change_by_layer")]

    def __str__(self) -> str:
        return f"{self.layer_id}: {', '.join(row['field'] for row in self.what)}"
