"""Patrols for other programs."""

from datetime import timedelta
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
from cases.models import Patrol
from cases.models.patrol import MOST_TIMES
from cases.patrols import planning
from cases.patrols.coverage import rows_of
from cases.patrols.views import WEEK, day_of
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotAllowed
from govmap.lib.paging import KeysetPagination
from workflow.phone_time import PhoneTimeSerializer, taken_time


class PatrolSerializer(serializers.ModelSerializer[Patrol]):
    unit = serializers.CharField(source="unit.code", read_only=True)
    cells: Any = serializers.SlugRelatedField("code", many=True, read_only=True)

    class Meta:
        model = Patrol
        fields = (
            *("uuid", "title", "hint", "unit", "days", "times", "cells"),
            *("starts_on", "ended_on"),
        )


class NewPatrolSerializer(serializers.Serializer[Any]):
    """``days`` of the week, Monday is 0."""

    uuid = ClientUUIDField()
    title = serializers.CharField(max_length=60)
    hint = serializers.CharField(max_length=200, required=False, default="")
    unit = serializers.CharField(max_length=40)
    days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), max_length=7
    )
    times = serializers.IntegerField(min_value=1, max_value=MOST_TIMES, default=1)
    cells = serializers.ListField(
        child=serializers.CharField(max_length=15), max_length=planning.MOST_CELLS
    )
    starts_on = serializers.DateField()


class TickSerializer(PhoneTimeSerializer):
    """``uuid`` is the tick's, made by the client; with ``undo`` it goes again."""

    uuid = ClientUUIDField()
    cell = serializers.CharField(max_length=15)
    undo = serializers.BooleanField(default=False)


class RoundSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    wanted = serializers.IntegerField()
    done = serializers.IntegerField()


class CellSerializer(serializers.Serializer[Any]):
    """Of a cell; there is no figure of persons."""

    cell = serializers.CharField(source="cell.code")
    community = serializers.CharField(source="cell.community.code")
    rounds = RoundSerializer(many=True)


class PatrolViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Patrol]):
    """巡查 that are the person's business."""

    request: AuthedApiRequest
    queryset = Patrol.objects.none()
    serializer_class = PatrolSerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Patrol]:
        if getattr(self, "swagger_fake_view", False):
            return Patrol.objects.none()
        if not self.request.user.has_role(*SEES_UNIT):
            raise NotAllowed
        rows = Patrol.objects.visible_to(self.request.user).select_related("unit")
        return rows.prefetch_related("cells__community").order_by("-pk")

    @extend_schema(request=NewPatrolSerializer, responses={201: PatrolSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """Plan one; sent again with the same uuid, the same answer."""
        if not units_to_plan_for(request.user):
            raise NotAllowed
        sent = NewPatrolSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = dict(sent.validated_data)
        unit = get_object_or_404(Unit, code=told.pop("unit"))
        uuid = told.pop("uuid")
        row = planning.plan(request.user, unit, uuid, planning.Plan(**told))
        return Response(PatrolSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(
        parameters=[OpenApiParameter("to", str, description="the last of seven days")],
        responses=CellSerializer(many=True),
    )
    @action(detail=True, pagination_class=None)
    def coverage(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """How each cell was covered on seven days."""
        row = self.get_object()
        last = day_of(request.query_params.get("to", ""))
        days = [last - timedelta(days=back) for back in range(WEEK - 1, -1, -1)]
        rows = rows_of(row, list(row.cells.select_related("community")), days)
        return Response(CellSerializer(rows, many=True).data)

    @extend_schema(request=TickSerializer, responses=PatrolSerializer)
    @action(detail=True, methods=["post"])
    def ticks(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """One more round of a cell of one's own was made today, or was not.

        Sent again with the uuid, the same round; undone, the last one if it is this.
        """
        row = self.get_object()
        sent = TickSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        at, made = taken_time(told), (row, told["cell"], request.user, told["uuid"])
        if told["undo"]:
            planning.untick(*made)
        else:
            planning.tick(*made, at.day())
        at.note(None, told["uuid"])
        return Response(PatrolSerializer(row).data)

    @extend_schema(request=None, responses=PatrolSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """From today on nobody goes round by it."""
        return Response(
            PatrolSerializer(planning.end(self.get_object(), request.user)).data
        )
