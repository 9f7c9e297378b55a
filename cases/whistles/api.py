"""Whistles over the API: blown, listed, and moved on."""

from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.models import Whistle, WhistleCall
from cases.models.whistle import WhistleQuerySet
from cases.whistles import blowing
from cases.whistles.lists import dress
from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import (
    DIGITS,
    MEDIA_TYPE,
    FeatureCollectionSerializer,
    PointSerializer,
    collection_answer,
    feature,
)
from govmap.lib.paging import KeysetPagination
from govmap.lib.times import light_of
from workflow.act_api import ActsMixin, SentSerializer, StorySerializer, made
from workflow.models import Event, Phase
from workflow.serializers import (
    StateSerializer,
)


class CallSerializer(serializers.ModelSerializer[WhistleCall]):
    """One called unit's part."""

    unit = serializers.CharField(source="unit.code", read_only=True)
    unit_name = serializers.CharField(source="unit.__str__", read_only=True)

    class Meta:
        model = WhistleCall
        fields = (
            *("unit", "unit_name", "called_at", "sign_by", "appear_by", "signed_at"),
            *("arrived_at", "seen_by_street", "reported_at", "result", "mark"),
            "street_mark",
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
    place = serializers.SerializerMethodField()
    calls = CallSerializer(source="parts", many=True, read_only=True)

    class Meta:
        model = Whistle
        fields = (
            *("uuid", "number", "state", "occasion", "occasion_name", "street"),
            *("community", "place", "address", "appear_by", "proposed_at", "blown_at"),
            *("ended_at", "marks_asked", "events_count", "calls"),
        )

    @extend_schema_field(PointSerializer(allow_null=True))
    def get_place(self, whistle: Whistle) -> dict[str, Any] | None:
        if whistle.place is None:
            return None
        coordinates = [round(number, DIGITS) for number in whistle.place.coords]
        return {"type": "Point", "coordinates": coordinates}


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


class WhistleViewSet(ActsMixin, ReadOnlyModelViewSet[Whistle]):
    """吹哨, of which everybody sees those that concern him."""

    request: AuthedApiRequest
    queryset = Whistle.objects.none()
    serializer_class = WhistleSerializer
    pagination_class = KeysetPagination
    filterset_class = WhistleFilter
    lookup_field = "uuid"

    def get_queryset(self) -> WhistleQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Whistle.objects.none()
        return Whistle.objects.visible_to(self.request.user).listed()

    @extend_schema(responses=WholeWhistleSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self._whole(kwargs["uuid"]))

    @extend_schema(
        request=BlownSerializer,
        responses={201: WholeWhistleSerializer, 200: WholeWhistleSerializer},
    )
    def create(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Blow or propose. 201; sent again with the same uuid and body, 200."""
        sent = BlownSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        blown, event = blowing.call(by=request.user, **sent.validated_data)
        return Response(self._whole(blown.uuid), made(event))

    def find_for_act(self, uuid: UUID, act_id: UUID | None) -> Whistle:
        return blowing.for_act(uuid, act_id, self.request.user)

    def carry_out(self, subject: Whistle, verb: str, **said: Any) -> Event:
        return blowing.do(subject, verb, by=self.request.user, **said)

    @extend_schema(
        responses={(200, MEDIA_TYPE): FeatureCollectionSerializer},
        parameters=[OpenApiParameter("limit", int, description="at most 2000")],
    )
    @action(detail=False)
    def geojson(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Those that are blown and not ended, as points for a map."""
        rows = self.filter_queryset(self.get_queryset().open())
        placed = rows.filter(place__isnull=False).defer("place")
        page = self.paginate_queryset(
            placed.annotate(point=AsGeoJSON("place", precision=DIGITS))
        )
        found = list(page or [])
        dress(found)
        assert isinstance(self.paginator, KeysetPagination)
        return collection_answer(map(_point, found), self.paginator.following)

    @property
    def _reader(self) -> dict[str, Any]:
        return {"reader": self.request.user}

    def _whole(self, uuid: str | UUID) -> Any:
        found = get_object_or_404(self.get_queryset(), uuid=uuid)
        return WholeWhistleSerializer(found, context=self._reader).data


def _point(whistle: Any) -> str:
    clock = whistle.clock
    properties = {
        "number": whistle.number,
        "occasion": str(whistle.occasion),
        "phase": whistle.state.phase,
        "light": light_of(clock, timezone.now()) if clock else "",
        "label": f"{whistle.occasion} · {whistle.address or whistle.number}",
    }
    return feature(str(whistle.uuid), whistle.point, properties)
