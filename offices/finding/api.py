"""The one box for other programs: the same groups, masked the same way."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import BadInput, NotFound
from offices.finding.groups import can_find, find, find_number
from offices.registers import finding
from offices.registers.serializers import NumberSerializer


class HitSerializer(serializers.Serializer[Any]):
    """One thing, as its own list shows it."""

    uuid = serializers.UUIDField()
    title = serializers.CharField()
    detail = serializers.CharField()
    mark = serializers.CharField(help_text="its state, where that is said")
    page = serializers.CharField(source="url")


class FoundPartSerializer(serializers.Serializer[Any]):
    """The hits of one module among those counted."""

    title = serializers.CharField()
    count = serializers.IntegerField()
    page = serializers.CharField(source="url")


class FoundGroupSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    count = serializers.CharField(source="count_text", help_text="up to 20, then 20+")
    all = serializers.CharField(source="all_url", help_text="the list of all of these")
    hits = HitSerializer(many=True)
    parts = FoundPartSerializer(many=True)


class FindView(APIView):
    """Search across everything that the reader may see."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, description="names, addresses, text")],
        responses=FoundGroupSerializer(many=True),
    )
    def get(self, request: AuthedApiRequest) -> Response:
        """By words. A whole number or phone is refused here (400): it is sent."""
        if not can_find(request.user):
            raise NotFound
        text = request.GET.get("q", "").replace("\x00", "").strip()[: finding.LONGEST]
        if finding.is_number(text):
            raise BadInput
        groups = find(text, request.user).groups
        return Response(FoundGroupSerializer(groups, many=True).data)

    @extend_schema(request=NumberSerializer, responses=FoundGroupSerializer(many=True))
    def post(self, request: AuthedApiRequest) -> Response:
        """By a whole number, phone or unified code; the search is on record."""
        if not can_find(request.user):
            raise NotFound
        sent = NumberSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        text = sent.validated_data["number"]
        if not finding.is_number(text):
            raise BadInput
        groups = find_number(text, request.user).groups
        return Response(FoundGroupSerializer(groups, many=True).data)
