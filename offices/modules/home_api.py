"""The homes of the applications for other programs: the figures that the pages show."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.geojson import FeatureCollectionSerializer, collection_answer
from govmap.lib.localized import localized
from offices.modules import shading
from offices.modules.charts import charts_of
from offices.modules.homes import Home, Tile, home_of, tiles_of
from offices.modules.rights import readable_modules

BY = OpenApiParameter("by", str, enum=list(shading.AREAS))
CODE = OpenApiParameter("code", str, OpenApiParameter.PATH)


class TileSerializer(serializers.Serializer[Tile]):
    """What is open in a module, late, past its day, due today and soon."""

    code = serializers.CharField(source="module.code")
    title = serializers.CharField(source="module")
    guide_number = serializers.IntegerField(
        source="module.guide_number", allow_null=True
    )
    open = serializers.IntegerField()
    late = serializers.IntegerField()
    overdue = serializers.IntegerField()
    today = serializers.IntegerField()
    soon = serializers.IntegerField()


class ApplicationSerializer(serializers.Serializer[Any]):
    """An application with its modules, as far as the reader reads them."""

    code = serializers.CharField(source="application.code")
    title = serializers.SerializerMethodField()
    modules = TileSerializer(source="tiles", many=True)

    def get_title(self, row: Any) -> str:
        return localized(row.application.titles)


class ChartLineSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    counts = serializers.SerializerMethodField()

    def get_counts(self, line: Any) -> list[int]:
        return [one.count for one in line.figures]


class ChartSerializer(serializers.Serializer[Any]):
    """The figures of a chart: one line, a number for each column."""

    title = serializers.CharField()
    unit = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    lines = ChartLineSerializer(many=True)


class HomeSerializer(ApplicationSerializer):
    """With its charts, and how many records wait for an answer to a request."""

    asked = serializers.IntegerField()
    charts = serializers.SerializerMethodField()

    def get_charts(self, home: Home) -> Any:
        return ChartSerializer(charts_of(home), many=True).data


class ApplicationViewSet(ViewSet):
    """The six applications of which the reader reads some module."""

    request: AuthedApiRequest
    lookup_field = "code"

    @extend_schema(responses=ApplicationSerializer(many=True))
    def list(self, request: AuthedApiRequest) -> Response:
        return Response(ApplicationSerializer(tiles_of(request.user), many=True).data)

    @extend_schema(parameters=[CODE], responses=HomeSerializer)
    def retrieve(self, request: AuthedApiRequest, code: str) -> Response:
        return Response(HomeSerializer(self._home(code)).data)

    @extend_schema(
        parameters=[CODE, BY],
        responses={(200, "application/geo+json"): FeatureCollectionSerializer},
    )
    @action(detail=True)
    def areas(self, request: Request, code: str) -> HttpResponse:
        """Cells or communities with what is there of it: open, late, written in the
        last twelve weeks, open cases."""
        home = self._home(code)
        by = request.GET.get("by", shading.CELL)
        if by not in shading.AREAS:
            raise NotFound
        user = self.request.user
        return collection_answer(
            shading.areas(home.application, user, home.keys, by), None
        )

    def _home(self, code: str) -> Home:
        """Raises NotFound (404) where the reader reads nothing of it."""
        user = self.request.user
        modules = [
            one for one in readable_modules(user) if one.application.code == code
        ]
        if not modules:
            raise NotFound
        return home_of(modules[0].application, user, modules)
