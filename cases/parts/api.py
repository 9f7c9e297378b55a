"""City parts for other programs."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cases.models import Case
from cases.parts.registry import PartFilters, by_cell, by_class, part_seen, parts_seen
from cases.parts.views import UNITS, check_sees
from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import PointField
from govmap.lib.paging import KeysetPagination
from layers.models import Part


class PartSerializer(serializers.ModelSerializer[Part]):
    """The fields of GB/T 47678.5-2026 table 2; ``place`` is a point on it."""

    department = serializers.CharField(source="department.code", default=None)
    owner = serializers.CharField(source="owner.code", default=None)
    upkeep = serializers.CharField(source="upkeep.code", default=None)
    place = PointField(source="geometry.point_on_surface")

    class Meta:
        model = Part
        fields = ("code", "category_code", "name", "state", "cell", *UNITS, "place")


class PartCasesSerializer(PartSerializer):
    """With the numbers of the cases about it that the reader sees."""

    cases = serializers.SerializerMethodField()

    class Meta:
        model = Part
        fields = (*PartSerializer.Meta.fields, "cases")

    def get_cases(self, part: Part) -> list[str]:
        rows = Case.objects.visible_to(self.context["request"].user)
        found = rows.filter(part__code=part.code).order_by("-pk")
        return [str(uuid) for uuid in found.values_list("uuid", flat=True)[:50]]


class FigureSerializer(serializers.Serializer[Any]):
    """``looked_at``: by a survey of the last year; ``covered`` per cent."""

    code = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    looked_at = serializers.IntegerField()
    broken = serializers.IntegerField(help_text="of a state that is not sound")
    covered = serializers.IntegerField()


class CoverageSerializer(serializers.Serializer[Any]):
    classes = FigureSerializer(many=True)
    cells = FigureSerializer(many=True)


class PartViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Part]):
    """部件 of one's ground, or that one's unit answers for."""

    request: AuthedApiRequest
    queryset = Part.objects.none()
    serializer_class = PartSerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[0-9]{16,17}"

    def get_queryset(self) -> QuerySet[Part]:
        if getattr(self, "swagger_fake_view", False):
            return Part.objects.none()
        check_sees(self.request.user)
        user = self.request.user
        if self.action == "retrieve":
            return part_seen(user, self.kwargs["code"]).select_related(*UNITS)
        rows = parts_seen(user).select_related(*UNITS)
        if self.action == "list":
            rows = PartFilters(self.request._request.GET).apply(rows)
        return rows.order_by("-pk")

    def get_serializer_class(self) -> Any:
        return PartCasesSerializer if self.action == "retrieve" else PartSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("class", str, description="code"),
            OpenApiParameter("cell", str, description="code, or how it begins"),
            OpenApiParameter("state", str, description="or `broken`: all but 完好"),
            OpenApiParameter("q", str, description="how code or name begin"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of them, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        parameters=[OpenApiParameter("class", str, description="for the cells")],
        responses=CoverageSerializer,
    )
    @action(detail=False, pagination_class=None)
    def coverage(self, request: AuthedApiRequest) -> Response:
        """How many were looked at in the last year, by class and by cell."""
        rows = self.get_queryset()
        code = request.query_params.get("class", "")[:5].replace("\x00", "")
        cells = by_cell(rows.filter(category_code=code) if code else rows)
        told = {"classes": by_class(rows), "cells": cells}
        return Response(CoverageSerializer(told).data)
