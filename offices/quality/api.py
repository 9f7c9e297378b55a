"""Figures of quality for other programs, and the entries behind them, masked."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.history import recorded
from offices.models import QualityRule
from offices.ownership.deciding import seen_entry
from offices.ownership.views import name_of
from offices.quality import board, confirming
from offices.registers.entries import CHOICES
from offices.registers.permissions import uses_registers

UNIT = OpenApiParameter("unit", str, description="code of a street or community")


def by(request: AuthedApiRequest) -> Any:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


class QualityFigureSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(source="rule.code")
    register = serializers.CharField(source="rule.register")
    kind = serializers.CharField(source="rule.kind")
    owner = serializers.CharField()
    found = serializers.IntegerField()
    total = serializers.IntegerField()


class FoundSerializer(serializers.Serializer[Any]):
    """One entry that a rule finds."""

    uuid = serializers.UUIDField()
    name = serializers.SerializerMethodField()
    address = serializers.CharField()
    community = serializers.CharField(source="community.code", default=None)
    same_as = serializers.UUIDField(source="mate.uuid", default=None)

    def get_name(self, row: Any) -> str:
        return name_of(row)


class FoundPageSerializer(serializers.Serializer[Any]):
    results = FoundSerializer(source="rows", many=True)
    after = serializers.IntegerField(source="more", help_text="0: nothing follows")


class ConfirmedSerializer(serializers.Serializer[Any]):
    register = serializers.ChoiceField(choices=CHOICES)
    subject = serializers.UUIDField()


class QualityViewSet(ViewSet):
    """数据质量 of one's own ground, as of the last count."""

    request: AuthedApiRequest
    lookup_field = "code"
    lookup_value_regex = r"[\w-]+"

    def _unit(self) -> Any:
        if not uses_registers(self.request.user):
            raise NotFound
        code = self.request.GET.get("unit", "")
        units = board.units_of(self.request.user)
        return next((one for one in units if one.code == code), None)

    @extend_schema(parameters=[UNIT], responses=QualityFigureSerializer(many=True))
    def list(self, request: AuthedApiRequest) -> Response:
        """What each rule found, of how many; rules and not people."""
        rows = board.lines(request.user, self._unit())
        return Response(QualityFigureSerializer(rows, many=True).data)

    @extend_schema(
        parameters=[UNIT, OpenApiParameter("after", int)],
        responses=FoundPageSerializer,
    )
    def retrieve(self, request: AuthedApiRequest, code: str) -> Response:
        """The entries that a rule finds now, the newest first."""
        unit = self._unit()
        rule = get_object_or_404(QualityRule, code=code, is_on=True)
        after = request.GET.get("after", "")
        good = after.isascii() and after.isdigit() and len(after) < 19
        page = board.page_of(rule, request.user, unit, int(after) if good else 0)
        return Response(FoundPageSerializer(page).data)

    @extend_schema(request=ConfirmedSerializer, responses={204: None})
    @action(detail=False, methods=["post"])
    def confirm(self, request: AuthedApiRequest) -> Response:
        """An entry is still right."""
        self._unit()
        sent = ConfirmedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        uuid: UUID = sent.validated_data["subject"]
        row = seen_entry(sent.validated_data["register"], uuid, request.user)
        with by(request):
            confirming.confirm(row, request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
