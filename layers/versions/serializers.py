"""How the API speaks of versions."""

from rest_framework import serializers

from layers.models import Version


class VersionSerializer(serializers.ModelSerializer[Version]):
    class Meta:
        model = Version
        fields = (
            *("uuid", "number", "as_of", "source_name", "source_sha256", "made_at"),
            *("published_at", "rows", "added", "changed", "moved", "closed"),
        )
