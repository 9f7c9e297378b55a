"""Surveys for other programs."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Unit
from accounts.roles import SEES_UNIT
from cases.field_ground import units_to_plan_for
from cases.models import Survey, SurveyItem
from cases.surveys import progress, ticking
from cases.surveys.making import Asked, make
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotAllowed
from govmap.lib.geojson import PointField
from govmap.lib.paging import KeysetPagination
from layers.finding.area import read_area
from workflow.phone_time import PhoneTimeSerializer, taken_time


class SurveySerializer(serializers.ModelSerializer[Survey]):
    unit = serializers.CharField(source="unit.code", read_only=True)
    layer = serializers.CharField(
        source="layer.code", default=None, allow_null=True, read_only=True
    )
    what = serializers.ChoiceField(choices=Survey.What.choices)

    class Meta:
        model = Survey
        fields = (
            *("uuid", "title", "purpose", "unit", "what", "class_code", "layer"),
            *("places", "fields", "starts_on", "ends_on", "withdrawn_at"),
        )


class NewSurveySerializer(serializers.Serializer[Any]):
    """``area`` is a drawn one as addresses have it; codes narrow the unit's ground."""

    uuid = ClientUUIDField()
    title = serializers.CharField(max_length=60)
    purpose = serializers.CharField(max_length=300)
    unit = serializers.CharField(max_length=40)
    what = serializers.ChoiceField(choices=Survey.What.choices)
    class_code = serializers.CharField(max_length=5, required=False, default="")
    layer = serializers.CharField(max_length=40, required=False, default="")
    area = serializers.CharField(max_length=2400, required=False, default="")
    communities = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list
    )
    cells = serializers.ListField(
        child=serializers.CharField(max_length=15), required=False, default=list
    )
    fields_ = serializers.ListField(child=serializers.DictField(), max_length=12)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        """The framework keeps the name ``fields`` for itself."""
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class SurveyItemSerializer(serializers.ModelSerializer[SurveyItem]):
    community = serializers.CharField(
        source="community.code", default=None, allow_null=True, read_only=True
    )
    place = PointField()

    class Meta:
        model = SurveyItem
        fields = (
            *("uuid", "key", "title", "place", "cell", "community", "done_at"),
            "answers",
        )


class AnswersSerializer(PhoneTimeSerializer):
    """``answers`` by the codes of the survey's fields; of photos their uuids.

    ``act_id`` is made by the client: sent again with it, nothing is written anew.
    """

    answers = serializers.DictField()
    act_id = serializers.UUIDField(required=False)


class ProgressSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    total = serializers.IntegerField()
    done = serializers.IntegerField()


class FarSerializer(serializers.Serializer[Any]):
    """Of cells and communities; there is no figure of persons."""

    communities = ProgressSerializer(many=True)
    cells = ProgressSerializer(many=True)


class SurveyViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Survey]):
    """专项普查 that are the person's business."""

    request: AuthedApiRequest
    queryset = Survey.objects.none()
    serializer_class = SurveySerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Survey]:
        if getattr(self, "swagger_fake_view", False):
            return Survey.objects.none()
        if not self.request.user.has_role(*SEES_UNIT):
            raise NotAllowed
        rows = Survey.objects.visible_to(self.request.user)
        return rows.select_related("unit", "layer").order_by("-pk")

    @extend_schema(request=NewSurveySerializer, responses={201: SurveySerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """Make one; sent again with the same uuid, the same answer."""
        if not units_to_plan_for(request.user):
            raise NotAllowed
        sent = NewSurveySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        uuid, code = told.pop("uuid"), told.pop("unit")
        told["fields"] = told.pop("fields_", None) or told.pop("fields", None)
        told["area"] = read_area(told["area"]) if told["area"] else None
        unit = get_object_or_404(Unit, code=code)
        survey = make(request.user, unit, uuid, Asked(**told))
        return Response(SurveySerializer(survey).data, status.HTTP_201_CREATED)

    @extend_schema(responses=FarSerializer)
    @action(detail=True)
    def progress(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        rows = self._things()
        said = {
            "communities": progress.of_communities(rows),
            "cells": progress.of_cells(rows),
        }
        return Response(FarSerializer(said).data)

    @extend_schema(
        parameters=[OpenApiParameter("left", bool, description="only what is left")],
        responses=SurveyItemSerializer(many=True),
    )
    @action(detail=True)
    def things(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """What is to be ticked off, of one's ground or of the whole, by pages."""
        rows = self._things().select_related("community")
        if request.query_params.get("left") in ("1", "true"):
            rows = rows.left()
        page = self.paginate_queryset(rows)
        assert page is not None
        return self.get_paginated_response(SurveyItemSerializer(page, many=True).data)

    @extend_schema(request=AnswersSerializer, responses=SurveyItemSerializer)
    @action(
        detail=True,
        methods=["post"],
        url_path="things/(?P<item>[0-9a-f-]{36})",
    )
    def tick(self, request: AuthedApiRequest, item: str, **kwargs: Any) -> Response:
        """Answer the form of one thing; done again by the same person, put right."""
        row = get_object_or_404(self._things(), uuid=item)
        sent = AnswersSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        at, act = taken_time(said), said.get("act_id")
        row = ticking.tick(row, request.user, said["answers"], act=act, at=at.moment)
        if act is not None:
            at.note(request.user, act)
        return Response(SurveyItemSerializer(row).data)

    @extend_schema(request=None, responses=SurveySerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Nobody is asked any more; what was told stays."""
        row = ticking.end(self.get_object(), request.user)
        return Response(SurveySerializer(row).data)

    def _things(self) -> Any:
        survey = self.get_object()
        rows = SurveyItem.objects.visible_to(self.request.user)
        return rows.filter(survey=survey).order_by("-pk")
