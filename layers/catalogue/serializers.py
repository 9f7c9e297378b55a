"""How the API speaks of layers."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from govmap.lib.localized import localized
from layers.catalogue.entries import due_of
from layers.models import Layer
from layers.permissions import visible_fields
from layers.versions.serializers import VersionSerializer


class FieldSerializer(serializers.Serializer[Any]):
    """One attribute of a layer."""

    name = serializers.CharField()
    title = serializers.CharField()
    type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    sensitivity = serializers.CharField()
    codes = serializers.DictField(child=serializers.CharField())


class QualitySerializer(serializers.Serializer[Any]):
    """Figures of the published version; null where they are not known."""

    rows = serializers.IntegerField()
    filled = serializers.DictField(child=serializers.IntegerField())
    duplicates = serializers.IntegerField()
    outside = serializers.IntegerField(allow_null=True)
    repaired = serializers.IntegerField(required=False)
    refused = serializers.IntegerField(required=False)
    invalid = serializers.IntegerField(required=False)


class LayerSerializer(serializers.ModelSerializer[Layer]):
    title = serializers.CharField(read_only=True)
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    provider = serializers.CharField(source="provider.code", read_only=True)
    provider_name = serializers.CharField(source="provider.__str__", read_only=True)
    steward = serializers.CharField(
        source="steward.username", read_only=True, allow_null=True, default=None
    )
    next_due = serializers.SerializerMethodField()
    quality = serializers.SerializerMethodField()
    schema = serializers.SerializerMethodField()
    published = VersionSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Layer
        fields = (
            *("code", "title", "kind", "kind_label", "provider", "provider_name"),
            *("sensitivity", "geometry", "key", "feeds", "minzoom", "maxzoom"),
            *("steward", "update_days", "next_due", "quality"),
            *("schema", "published"),
        )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_due(self, layer: Layer) -> datetime | None:
        due = due_of(layer)
        # In the zone of the site, as every other time in the API.
        return timezone.localtime(due) if due else None

    @extend_schema_field(QualitySerializer(allow_null=True))
    def get_quality(self, layer: Layer) -> dict[str, Any] | None:
        """Without the fields that this reader may not see."""
        said = layer.published.quality if layer.published else None
        if not said or "rows" not in said:
            return None
        shown = visible_fields(layer, self.context["request"].user)
        filled = said["filled"].items()
        return {**said, "filled": {k: v for k, v in filled if k in shown}}

    @extend_schema_field(FieldSerializer(many=True))
    def get_schema(self, layer: Layer) -> list[dict[str, Any]]:
        shown = visible_fields(layer, self.context["request"].user)
        return [_field(row) for row in layer.schema if row["name"] in shown]


def _field(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "title": localized(row.get("title")) or row["name"],
        "type": row.get("type", "string"),
        "required": bool(row.get("required")),
        "sensitivity": row.get("sensitivity", Layer.Sensitivity.INTERNAL),
        "codes": {
            str(value): localized(title) if isinstance(title, dict) else str(title)
            for value, title in (row.get("codes") or {}).items()
        },
    }
