"""Whistles over the API: blown, listed, and moved on."""

from typing import Any

from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from cases.models import Whistle, WhistleCall
from cases.whistles import blowing
from cases.whistles.lists import dress
from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import PointField
from govmap.lib.times import light_of
from workflow.act_api import (
    PlacedViewSet,
    SentSerializer,
    StorySerializer,
)
from workflow.models import Phase
from workflow.serializers import StateSerializer


class CallSerializer(serializers.ModelSerializer[WhistleCall]):
    """One called unit's part."""

    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.__str__", read_only=True)

    class Meta:
        model = WhistleCall
        fields = (
            *("unit", "unit_name", "called_at", "sign_by", "appear_by", "signed_at"),
            *("arrived_at", "seen_by_street", "reported_at", "result", "mark"),
            *("street_mark", "urged", "supervised"),
        )


class WhistleSerializer(serializers.ModelSerializer[Whistle]):
    """A row of a list."""

    state = StateSerializer(read_only=True)
    occasion = serializers.CharField(source="occasion.code", read_only=True)
    occasion_name = serializers.CharField(source="occasion.__str__", read_only=True)
    street = serializers.CharField(source="street.code", read_only=True)
    community = serializers.CharField(
        source="community.code", default=None, allow_null=True, read_only=True
    )
    place = PointField()
    calls = CallSerializer(source="parts", many=True, read_only=True)

    class Meta:
        model = Whistle
        fields = (
            *("uuid", "number", "state", "occasion", "occasion_name", "street"),
            *("community", "place", "address", "appear_by", "proposed_at", "blown_at"),
            *("ended_at", "marks_asked", "events_count", "calls"),
        )


class WholeWhistleSerializer(StorySerializer, WhistleSerializer):
    """One whistle, with what was done and what may be done next."""

    class Meta:
        model = Whistle
        fields = (*WhistleSerializer.Meta.fields, "events", "moves")


class BlownSerializer(SentSerializer):
    """A new whistle. ``evidence``: ``occasion`` (code), ``place`` [lon, lat] or
    ``address``, ``departments`` (codes), ``appear_by`` (ISO 8601), ``note``, ``origin``
    (uuid or number of a case).
    """


class WhistleFilter(filters.FilterSet):
    occasion = filters.CharFilter(field_name="occasion__code")
    street = filters.CharFilter(field_name="street__code")
    phase = filters.ChoiceFilter(field_name="state__phase", choices=Phase.choices)

    class Meta:
        model = Whistle
        fields = ("occasion", "street", "phase")


class WhistleViewSet(PlacedViewSet):
    """吹哨, of which everybody sees those that concern him."""

    model, whole = Whistle, WholeWhistleSerializer
    queryset = Whistle.objects.none()
    serializer_class = WhistleSerializer
    filterset_class = WhistleFilter

    @extend_schema(
        request=BlownSerializer,
        responses={201: WholeWhistleSerializer, 200: WholeWhistleSerializer},
    )
    def create(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Blow or propose. 201; sent again with the same uuid and body, 200."""
        return self.begun(request, BlownSerializer, blowing.call)

    def dress(self, rows: list[Any]) -> None:
        dress(rows)

    def said_of(self, row: Any) -> dict[str, Any]:
        return {
            "number": row.number,
            "occasion": str(row.occasion),
            "phase": row.state.phase,
            "light": light_of(row.clock, timezone.now()) if row.clock else "",
            "label": f"{row.occasion} · {row.address or row.number}",
        }
