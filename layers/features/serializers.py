"""How the API speaks of a feature's history."""

from typing import Any

from rest_framework import serializers


class FieldChangeSerializer(serializers.Serializer[Any]):
    """What a field said before and says since."""

    name = serializers.CharField()
    title = serializers.CharField()
    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class StepSerializer(serializers.Serializer[Any]):
    """What one version did to a feature; it was so from ``since`` until ``until``."""

    change = serializers.ChoiceField(choices=["new", "changed", "gone", "back"])
    version = serializers.IntegerField(source="version.number")
    published_at = serializers.DateTimeField(source="version.published_at")
    since = serializers.DateField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    was_never = serializers.BooleanField()
    fields_changed = FieldChangeSerializer(source="fields", many=True)
    moved_metres = serializers.FloatField(source="moved", allow_null=True)
    area_change = serializers.FloatField(source="grown", allow_null=True)
