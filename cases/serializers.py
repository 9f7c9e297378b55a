"""How the API speaks of cases."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from cases.models import Case
from govmap.lib.api import ClientUUIDField
from govmap.lib.geojson import DIGITS, PointSerializer
from workflow.serializers import DeadlineSerializer, StateSerializer


class TextField(serializers.CharField):
    """The row as text. ``source="__str__"`` would be inspected for each row anew."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, row: object) -> str:
        return str(row)


class NamedSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = TextField()


class ClassSerializer(NamedSerializer):
    kind = serializers.CharField()


class CaseSerializer(serializers.ModelSerializer[Case]):
    """A row of a list, and the head of a case; `described` fetches what it needs."""

    state = StateSerializer(read_only=True)
    category = ClassSerializer(read_only=True)
    condition = serializers.CharField(
        source="condition.text", default=None, allow_null=True, read_only=True
    )
    place = serializers.SerializerMethodField()
    cell = serializers.CharField(
        source="cell.code", default=None, allow_null=True, read_only=True
    )
    community = NamedSerializer(read_only=True, allow_null=True)
    street = NamedSerializer(read_only=True)
    host = NamedSerializer(read_only=True, allow_null=True)
    deadline = DeadlineSerializer(source="clock", read_only=True, allow_null=True)

    class Meta:
        model = Case
        fields = (
            *("uuid", "number", "state", "category", "condition", "place"),
            *("accuracy", "edge", "edge_distance", "address", "cell", "community"),
            *("street", "source", "reported_at", "host", "deadline", "events_count"),
        )

    @extend_schema_field(PointSerializer(allow_null=True))
    def get_place(self, case: Case) -> dict[str, Any] | None:
        if case.place is None:
            return None
        lon, lat = case.place.coords
        return {
            "type": "Point",
            "coordinates": [round(lon, DIGITS), round(lat, DIGITS)],
        }


class CategoryField(serializers.JSONField):
    """The id of a class, or ``"event/06010"``, or ``{"kind", "code"}``."""


class ReportSerializer(serializers.Serializer[Any]):
    """A new case. What the process asks for stands flat or under ``evidence``.

    The names below are those that the demonstration's process takes.
    """

    uuid = ClientUUIDField(help_text="made by the client; it names case and act")
    happened_at = serializers.DateTimeField(required=False)
    evidence = serializers.DictField(required=False)
    on_the_spot = serializers.DictField(
        required=False,
        help_text="handled at once: evidence of the move that settles it, as photos",
    )
    category = CategoryField(required=False)
    place = serializers.JSONField(
        required=False, help_text="[lon, lat], [lon, lat, metres] or a GeoJSON point"
    )
    address = serializers.CharField(required=False, allow_blank=True)
    photos = serializers.ListField(child=serializers.UUIDField(), required=False)
    note = serializers.CharField(required=False, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """What is no field of ours is evidence, as the client wrote it."""
        if not isinstance(data, dict):
            raise ValidationError({"detail": [_("A JSON object, please.")]})
        known = ("uuid", "happened_at", "on_the_spot")
        own = {name: data[name] for name in known if name in data}
        flat = {name: data[name] for name in data if name not in (*own, "evidence")}
        nested = data.get("evidence", {})
        if not isinstance(nested, dict) or (flat and nested):
            words = _("Evidence is one object, or stands flat beside the uuid.")
            raise ValidationError({"evidence": [words]})
        return {**super().to_internal_value(own), "evidence": flat or nested}
