"""Corrections over the API: sent, listed, and moved on."""

from typing import Any
from uuid import UUID

from django.db.models import Exists
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import DIGITS, PointSerializer
from govmap.lib.paging import KeysetPagination
from layers.corrections import sending
from layers.corrections.lists import LIGHTS, add_clocks, running
from layers.models import Correction
from layers.models.correction import CorrectionQuerySet
from layers.permissions import visible_fields
from workflow.act_api import ActsMixin, SentSerializer, StorySerializer, made
from workflow.models import Event, Phase
from workflow.serializers import (
    DeadlineSerializer,
    StateSerializer,
)


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    """A row of a list; ``version`` is that in which it was seen."""

    state = StateSerializer(read_only=True)
    layer = serializers.CharField(source="layer.code", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    answer = serializers.IntegerField(
        source="answer.number", default=None, allow_null=True, read_only=True
    )
    wrong_label = serializers.CharField(read_only=True)
    place = serializers.SerializerMethodField()
    street = serializers.CharField(
        source="street.code", default=None, allow_null=True, read_only=True
    )
    proposed = serializers.SerializerMethodField()
    deadline = DeadlineSerializer(source="clock", read_only=True, allow_null=True)

    class Meta:
        model = Correction
        fields = (
            *("uuid", "layer", "key", "version", "state", "wrong", "wrong_label"),
            *("place", "street", "proposed", "reported_at", "answer", "deadline"),
            "events_count",
        )

    @extend_schema_field(PointSerializer)
    def get_place(self, correction: Correction) -> dict[str, Any]:
        coordinates = [round(number, DIGITS) for number in correction.place.coords]
        return {"type": "Point", "coordinates": coordinates}

    @extend_schema_field(serializers.DictField())
    def get_proposed(self, correction: Correction) -> dict[str, Any]:
        """Of the fields that the reader may see."""
        seen = visible_fields(correction.layer, self.context["reader"])
        return {k: v for k, v in correction.proposed.items() if k in seen}


class WholeCorrectionSerializer(StorySerializer, CorrectionSerializer):
    """One correction, with what was done and what may be done next."""

    class Meta:
        model = Correction
        fields = (*CorrectionSerializer.Meta.fields, "events", "moves")


class NewCorrectionSerializer(SentSerializer):
    """A new correction. What the process asks for stands under ``evidence``.

    ``feature`` {"layer", "key", "version"} or ``lacking`` {"layer", "version"};
    ``spot`` [lon, lat]; ``reason``, ``values`` {field: value}, ``photos``, ``note``.
    """


class CorrectionFilter(filters.FilterSet):
    layer = filters.CharFilter(field_name="layer__code")
    key = filters.CharFilter(field_name="key")
    phase = filters.ChoiceFilter(field_name="state__phase", choices=Phase.choices)
    light = filters.ChoiceFilter(
        choices=[(name, name) for name in LIGHTS], method="of_light"
    )

    class Meta:
        model = Correction
        fields = ("layer", "key", "phase")

    def of_light(
        self, rows: CorrectionQuerySet, name: str, value: str
    ) -> CorrectionQuerySet:
        return rows.filter(Exists(running(value)))


class CorrectionViewSet(ActsMixin, ReadOnlyModelViewSet[Correction]):
    """纠错, of which everybody sees those that concern him."""

    request: AuthedApiRequest
    queryset = Correction.objects.none()
    serializer_class = CorrectionSerializer
    pagination_class = KeysetPagination
    filterset_class = CorrectionFilter
    lookup_field = "uuid"

    def get_queryset(self) -> CorrectionQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Correction.objects.none()
        rows = Correction.objects.visible_to(self.request.user).listed()
        return rows.select_related("version", "answer")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of corrections, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        rows = list(page or [])
        add_clocks(rows)
        said = CorrectionSerializer(rows, many=True, context=self._reader)
        return self.get_paginated_response(said.data)

    @extend_schema(responses=WholeCorrectionSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self._whole(kwargs["uuid"]))

    @extend_schema(
        request=NewCorrectionSerializer,
        responses={201: WholeCorrectionSerializer, 200: WholeCorrectionSerializer},
    )
    def create(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a correction. 201; sent again with the same uuid and body, 200."""
        sent = NewCorrectionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        new, event = sending.report(by=request.user, **sent.validated_data)
        return Response(self._whole(new.uuid), made(event))

    def find_for_act(self, uuid: UUID, act_id: UUID | None) -> Correction:
        return sending.for_act(uuid, act_id, self.request.user)

    def carry_out(self, subject: Correction, verb: str, **said: Any) -> Event:
        return sending.do(subject, verb, by=self.request.user, **said)

    @property
    def _reader(self) -> dict[str, Any]:
        return {"reader": self.request.user}

    def _whole(self, uuid: str | UUID) -> Any:
        found = get_object_or_404(self.get_queryset(), uuid=uuid)
        add_clocks([found])
        return WholeCorrectionSerializer(found, context=self._reader).data
