"""The wall for other programs: the same figures, and how it is arranged."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.wall import layout
from cases.wall.board import board_of
from cases.wall.permissions import wall_of
from govmap.lib.api import AuthedApiRequest

UNIT = OpenApiParameter(
    "unit", str, description="a district's or street's code; without, the own one"
)
Plain = serializers.Serializer[Any]


class WallFigureSerializer(Plain):
    """``overdue_open`` is of whatever day; the others are of today."""

    name = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField()
    yesterday = serializers.IntegerField(allow_null=True)
    month = serializers.IntegerField(allow_null=True)
    page = serializers.CharField(source="address")


class WallRateSerializer(Plain):
    """``count`` of ``of``."""

    name = serializers.CharField(help_text="response, solved or satisfied")
    percent = serializers.DecimalField(5, 2, allow_null=True)
    count = serializers.IntegerField()
    of = serializers.IntegerField()
    page = serializers.CharField(source="address")


class WallRatesSerializer(Plain):
    month = serializers.DateField(allow_null=True)
    rates = WallRateSerializer(many=True)


class WallLineSerializer(Plain):
    """One area of those compared, in this month; the best first."""

    unit = serializers.CharField(source="code")
    name = serializers.CharField(source="unit")
    filed_today = serializers.IntegerField(source="today")
    filed = serializers.IntegerField(source="filings")
    overdue = serializers.IntegerField()
    score = serializers.DecimalField(5, 2, allow_null=True)
    grade = serializers.CharField()


class WallClassSerializer(Plain):
    """Filed in the last seven days."""

    title = serializers.CharField()
    count = serializers.IntegerField()
    page = serializers.CharField(source="address")


class WallTrendSerializer(Plain):
    """Filed on a day, and on the same day of the year before."""

    day = serializers.DateField()
    count = serializers.IntegerField()
    before = serializers.IntegerField()


class WallTickSerializer(Plain):
    """One event: no actor, no words, nothing finer than a community."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    area = serializers.CharField()
    what = serializers.CharField()
    deed = serializers.CharField()
    phase = serializers.CharField()
    urgent = serializers.BooleanField()
    page = serializers.CharField(source="address")


class WallCallSerializer(Plain):
    unit = serializers.CharField()
    step = serializers.CharField()
    late = serializers.BooleanField()


class WallWhistleSerializer(Plain):
    uuid = serializers.UUIDField()
    occasion = serializers.CharField()
    area = serializers.CharField()
    blown_at = serializers.DateTimeField()
    appear_by = serializers.DateTimeField()
    light = serializers.CharField()
    calls = WallCallSerializer(many=True)


class WallCellSerializer(Plain):
    """Open cases of one grid cell, at a point of the cell, not at their own."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    count = serializers.IntegerField()
    overdue = serializers.IntegerField(source="red")
    light = serializers.CharField()
    community = serializers.CharField(source="area")


class WallTargetSerializer(Plain):
    """Something new of the last half hour, at its cell or community."""

    key = serializers.CharField()
    sort = serializers.CharField(help_text="urgent, whistle or red")
    title = serializers.CharField()
    area = serializers.CharField()
    at = serializers.DateTimeField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    page = serializers.CharField(source="address")


class WallSerializer(Plain):
    """All that a wall shows, at most a few seconds old."""

    unit = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.__str__")
    at = serializers.DateTimeField()
    event = serializers.IntegerField(help_text="the last event that is in it")
    today = WallFigureSerializer(many=True)
    rates = WallRatesSerializer()
    compared = WallLineSerializer(many=True, source="lines")
    classes = WallClassSerializer(many=True)
    trend = WallTrendSerializer(many=True)
    events = WallTickSerializer(many=True, source="ticks")
    whistles = WallWhistleSerializer(many=True)
    cells = WallCellSerializer(many=True, source="map.cells")
    news = WallTargetSerializer(many=True, source="map.targets")
    shift = serializers.CharField(help_text="of the roster, with its hours")


class WallPanelSerializer(Plain):
    panel = serializers.CharField()
    x = serializers.IntegerField()
    y = serializers.IntegerField()
    w = serializers.IntegerField()
    h = serializers.IntegerField()


class WallSceneSerializer(Plain):
    name = serializers.CharField()
    seconds = serializers.IntegerField()
    panels = WallPanelSerializer(many=True)


class WallLayoutSerializer(Plain):
    """``version``: that of the arrangement which the change began with."""

    version = serializers.IntegerField(min_value=0)
    is_usual = serializers.BooleanField(read_only=True)
    scenes = WallSceneSerializer(many=True)


class WallView(APIView):
    @extend_schema(parameters=[UNIT], responses=WallSerializer)
    def get(self, request: AuthedApiRequest) -> Response:
        """The figures of one unit's wall."""
        unit = wall_of(request.user, request.query_params.get("unit", ""))
        return Response(WallSerializer(board_of(unit)).data)


class WallLayoutView(APIView):
    """How a unit's wall is arranged; its own command centre changes it."""

    @extend_schema(parameters=[UNIT], responses=WallLayoutSerializer)
    def get(self, request: AuthedApiRequest) -> Response:
        unit = wall_of(request.user, request.query_params.get("unit", ""))
        return Response(WallLayoutSerializer(layout.layout_of(unit)).data)

    @extend_schema(
        parameters=[UNIT], request=WallLayoutSerializer, responses=WallLayoutSerializer
    )
    def put(self, request: AuthedApiRequest) -> Response:
        """All scenes anew. 409 where somebody else changed them meanwhile."""
        unit = wall_of(request.user, request.query_params.get("unit", ""))
        told = WallLayoutSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        kept = layout.save(
            unit,
            told.validated_data["scenes"],
            version=told.validated_data["version"],
            by=request.user,
            address=request.path,
        )
        return Response(WallLayoutSerializer(kept).data)

    @extend_schema(parameters=[UNIT], responses=WallLayoutSerializer)
    def delete(self, request: AuthedApiRequest) -> Response:
        """The usual scenes again."""
        unit = wall_of(request.user, request.query_params.get("unit", ""))
        kept = layout.reset(unit, by=request.user, address=request.path)
        return Response(WallLayoutSerializer(kept).data)
