"""Tables placed by their addresses, for other programs."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from cases.geocoding import results, running
from cases.geocoding.columns import FIELDS
from cases.geocoding.views import answer_file, own_runs
from cases.models import GeocodedRow, GeocodeRun
from cases.tables.api import SentTableSerializer, SentTableViewSet
from govmap.lib.api import AuthedApiRequest

NAMES = [name for name, *_rest in FIELDS]


class GeocodingSerializer(SentTableSerializer):
    """A table on its way; ``columns`` says which title was taken for which level."""

    columns = serializers.SerializerMethodField()
    lacking = serializers.SerializerMethodField()

    class Meta(SentTableSerializer.Meta):
        model = GeocodeRun
        fields = (*SentTableSerializer.Meta.fields, "columns", "lacking")
        read_only_fields = fields

    def get_columns(self, run: GeocodeRun) -> dict[str, str]:
        return dict(run.report.get("columns", {}))

    def get_lacking(self, run: GeocodeRun) -> bool:
        """Whether no column was found that holds an address."""
        return bool(run.report.get("lacking"))


class SentGeocodingSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()


class ColumnsSerializer(serializers.Serializer[Any]):
    """{level: title}; an empty title takes a column away from a level."""

    columns = serializers.DictField(child=serializers.CharField(allow_blank=True))


class CandidateSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    cell = serializers.CharField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    score = serializers.IntegerField()
    level = serializers.CharField()
    why = serializers.CharField()


class GeocodedRowSerializer(serializers.ModelSerializer[GeocodedRow]):
    candidates = CandidateSerializer(many=True)
    place = serializers.SerializerMethodField()

    class Meta:
        model = GeocodedRow
        fields = (
            *("line", "said", "outcome", "score", "level", "why", "code", "text"),
            *("cell", "place", "candidates", "by_hand"),
        )
        read_only_fields = fields

    def get_place(self, row: GeocodedRow) -> list[float] | None:
        """Longitude and latitude."""
        return [row.place.x, row.place.y] if row.place else None


class ChosenSerializer(serializers.Serializer[Any]):
    """A candidate's ``code``, or empty for none of them; or ``text`` to look for."""

    line = serializers.IntegerField(min_value=1)
    code = serializers.CharField(required=False, allow_blank=True, max_length=40)
    text = serializers.CharField(required=False, allow_blank=True, max_length=100)
    undo = serializers.BooleanField(default=False)


class GeocodingViewSet(SentTableViewSet[GeocodeRun]):
    """One's own tables, for whoever may have tables placed."""

    queryset = GeocodeRun.objects.none()
    serializer_class = GeocodingSerializer
    parser_classes = (JSONParser, MultiPartParser)
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[GeocodeRun]:
        if getattr(self, "swagger_fake_view", False):
            return GeocodeRun.objects.none()
        found: QuerySet[GeocodeRun] = own_runs(self.request.user)
        return found

    @extend_schema(
        request=SentGeocodingSerializer, responses={202: GeocodingSerializer}
    )
    def create(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """A table; a job tries its first rows out, and places all only when told."""
        self.get_queryset()
        sent = SentGeocodingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        file = sent.validated_data["file"]
        run = running.send(request.user, file.name, file)
        return Response(self.get_serializer(run).data, status.HTTP_202_ACCEPTED)

    @extend_schema(request=ColumnsSerializer, responses=GeocodingSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Try out again, told which column is which."""
        run = self.get_object()
        sent = ColumnsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = running.look_again(run, sent.validated_data["columns"])
        return Response(self.get_serializer(row).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("outcome", str, enum=GeocodedRow.Outcome.values),
            OpenApiParameter("after", int, description="the line before the first"),
        ],
        responses=GeocodedRowSerializer(many=True),
        filters=False,
    )
    @action(detail=True, pagination_class=None)
    def rows(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Up to 200 placed rows in the order of their lines."""
        rows = GeocodedRow.objects.filter(run=self.get_object())
        asked = request.query_params
        if (outcome := asked.get("outcome")) in GeocodedRow.Outcome.values:
            rows = rows.filter(outcome=outcome)
        after = asked.get("after", "")
        if after.isascii() and after.isdigit() and len(after) < 9:
            rows = rows.filter(line__gt=int(after))
        return Response(GeocodedRowSerializer(rows[:200], many=True).data)

    @extend_schema(request=ChosenSerializer, responses=GeocodedRowSerializer)
    @action(detail=True, methods=["post"])
    def choose(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Say by hand where a row lies."""
        run = self.get_object()
        sent = ChosenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        if said["undo"]:
            row = running.undo(run, said["line"])
        elif text := said.get("text"):
            row = running.say_again(run, said["line"], text)
        else:
            row = running.choose(run, said["line"], said.get("code", ""))
        return Response(GeocodedRowSerializer(row).data)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "form", str, OpenApiParameter.PATH, enum=list(results.FORMS)
            )
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=True, url_path="file/(?P<form>[a-z]+)")
    def file(self, request: AuthedApiRequest, **kwargs: Any) -> FileResponse:
        """The whole table with what was matched; who took it is on record."""
        return answer_file(self.get_object(), kwargs["form"], request.user)

    def take_it(self, run: GeocodeRun) -> GeocodeRun:
        return running.begin(run)

    def cancel_it(self, run: GeocodeRun) -> None:
        running.cancel(run)
