"""The catalogue, the features of a layer, and the grid cells."""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ReadOnlyModelViewSet, ViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import (
    DIGITS,
    MEDIA_TYPE,
    FeatureCollectionSerializer,
    FeatureSerializer,
    bbox_of,
    collection_answer,
    feature,
    feature_answer,
)
from govmap.lib.paging import read_limit
from layers.at import day_of, day_unless_version
from layers.catalogue.serializers import LayerSerializer
from layers.converters import KeyConverter
from layers.features.history import rows_of, steps_of
from layers.features.serializers import StepSerializer
from layers.imports.api import TakesFiles
from layers.models import Feature, GridCell, Layer
from layers.models.feature import FeatureQuerySet
from layers.permissions import visible_fields
from layers.versions.serializers import VersionSerializer

USUAL, MOST = 200, 2000  # features of one answer
GROUND = AsGeoJSON("geometry", precision=DIGITS)
BBOX = OpenApiParameter("bbox", str, description="west,south,east,north in degrees")
LIMIT = OpenApiParameter("limit", int, description=f"at most {MOST}; usually {USUAL}")
AFTER = OpenApiParameter("after", str, description="as `next` of an answer has it")
AT = OpenApiParameter("at", date, description="what was so that day")
KEY = OpenApiParameter(
    "key", str, OpenApiParameter.PATH, description="with / as ~2F and ~ as ~7E"
)
COLLECTION = {(200, MEDIA_TYPE): FeatureCollectionSerializer}


class LayerViewSet(TakesFiles, ReadOnlyModelViewSet[Layer]):
    """The catalogue: what there is, whose it is, and what its fields are."""

    request: AuthedApiRequest
    queryset = Layer.objects.none()
    serializer_class = LayerSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = r"[-\w]+"

    def get_queryset(self) -> QuerySet[Layer]:
        if getattr(self, "swagger_fake_view", False):
            return Layer.objects.none()
        rows = Layer.objects.visible_to(self.request.user)
        return rows.select_related("provider", "steward", "published").order_by(
            "order", "code"
        )

    @extend_schema(responses=VersionSerializer(many=True))
    @action(detail=True)
    def versions(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> Response:
        """The published versions, the newest first."""
        rows = self.get_object().versions.filter(published_at__isnull=False)
        return Response(VersionSerializer(rows.order_by("-number"), many=True).data)

    @extend_schema(
        parameters=[
            *(BBOX, LIMIT, AFTER, AT),
            OpenApiParameter(
                "version", int, description="an older version's number; not with `at`"
            ),
        ],
        responses=COLLECTION,
    )
    @action(detail=True)
    def features(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Features as GeoJSON, by key: of now, of a version or of a day."""
        layer = self.get_object()
        halves = _asked(layer, request)
        if box := bbox_of(request):
            halves = [rows.in_box(box) for rows in halves]
        page, following = _page_of_halves(halves, request)
        shown = visible_fields(layer, request.user)
        values = page.values_list("key", GROUND, "properties")
        return collection_answer(
            (
                feature(key, ground, {k: v for k, v in said.items() if k in shown})
                for key, ground, said in values
            ),
            following,
        )

    @extend_schema(
        operation_id="layers_feature_retrieve",
        parameters=[KEY, AT],
        responses={(200, MEDIA_TYPE): FeatureSerializer},
    )
    @action(detail=True, url_path=rf"features/(?P<key>{KeyConverter.regex})")
    def feature(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """One feature by its key: as it is now, or was on a day."""
        layer = self.get_object()
        rows = rows_of(layer, _key(kwargs["key"]))
        day = day_of(request.query_params)
        rows = rows.on_day(day) if day else rows.current()
        shown = visible_fields(layer, request.user)
        for key, ground, said in rows.values_list("key", GROUND, "properties"):
            visible = {k: v for k, v in said.items() if k in shown}
            return feature_answer(feature(key, ground, visible))
        raise Http404

    @extend_schema(
        operation_id="layers_feature_history",
        parameters=[KEY],
        responses=StepSerializer(many=True),
    )
    @action(detail=True, url_path=rf"features/(?P<key>{KeyConverter.regex})/history")
    def feature_history(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> Response:
        """What each version said of a feature, the newest first."""
        layer = self.get_object()
        shown = visible_fields(layer, request.user)
        steps = steps_of(layer, _key(kwargs["key"]), shown=shown)
        if not steps:
            raise Http404
        return Response(StepSerializer(steps, many=True).data)


def _key(written: str) -> str:
    try:
        return KeyConverter().to_python(written)
    except ValueError as error:
        raise Http404 from error


def _asked(layer: Layer, request: AuthedApiRequest) -> list[FeatureQuerySet]:
    """The rows asked for, in two where open and closed ones count.

    Each half has an index in the order of the keys, both together have none.
    """
    rows = Feature.objects.of_layers([layer.pk])
    day = day_unless_version(request.query_params)
    if day:
        rows = rows.filter(valid__contains=day)
        return [rows.current(), rows.filter(known_to__isnull=False)]
    if not (raw := request.query_params.get("version")):
        return [rows.current()]
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        raise ValidationError({"version": [_("A version's number, please.")]})
    known = layer.versions.filter(number=int(raw), published_at__isnull=False)
    if not known.exists():
        raise Http404
    number = int(raw)
    rows = rows.filter(known_from__lte=number)
    return [rows.current(), rows.filter(known_to__gt=number)]


def _page_of_halves(
    halves: list[FeatureQuerySet], request: AuthedApiRequest
) -> tuple[QuerySet[Any], str | None]:
    """As `_page`; the page's rows are read by their primary keys."""
    limit = read_limit(request, usual=USUAL, most=MOST)
    after = request.query_params.get("after", "").replace("\x00", "")
    found: list[tuple[str, int]] = []
    for rows in halves:
        following = rows.filter(key__gt=after).order_by("key")
        found += following.values_list("key", "pk")[: limit + 1]
    found.sort()
    page = Feature.objects.filter(pk__in=[pk for _key, pk in found[:limit]])
    return page.order_by("key"), _next(request, found, limit)


def _next(
    request: AuthedApiRequest, found: list[tuple[str, int]], limit: int
) -> str | None:
    if len(found) <= limit:
        return None
    here = request.build_absolute_uri()
    return replace_query_param(here, "after", found[limit - 1][0])


def _page(
    rows: QuerySet[Any], request: AuthedApiRequest
) -> tuple[QuerySet[Any], str | None]:
    """One answer's cells, in the order of their codes, and where to read on."""
    limit = read_limit(request, usual=USUAL, most=MOST)
    after = request.query_params.get("after", "").replace("\x00", "")
    rows = rows.filter(code__gt=after).order_by("code")
    # The codes alone are an index scan; the geometries are read once.
    found = list(rows.values_list("code", "pk")[: limit + 1])
    return rows[:limit], _next(request, found, limit)


class CellViewSet(ViewSet):
    """单元网格 as GeoJSON: those of now, or of the moment ``at``."""

    lookup_field = "code"
    lookup_value_regex = r"\d{15}"
    MOMENT = OpenApiParameter("at", datetime, description="the cells of that moment")

    @extend_schema(
        parameters=[
            *(BBOX, LIMIT, AFTER, MOMENT),
            OpenApiParameter("street", str, description="the street's code"),
            OpenApiParameter("community", str, description="the community's code"),
        ],
        responses=COLLECTION,
    )
    def list(self, request: AuthedApiRequest) -> HttpResponse:
        rows = GridCell.objects.valid_at(_moment(request))
        for name, field in (
            ("street", "community__parent__code"),
            ("community", "community__code"),
        ):
            if code := request.query_params.get(name):
                rows = rows.filter(**{field: code.replace("\x00", "")})
        if box := bbox_of(request):
            rows = rows.filter(geometry__bboverlaps=box)
        page, following = _page(rows, request)
        return collection_answer(_cells(page), following)

    @extend_schema(
        parameters=[OpenApiParameter("code", str, OpenApiParameter.PATH), MOMENT],
        responses={(200, MEDIA_TYPE): FeatureSerializer},
    )
    def retrieve(self, request: AuthedApiRequest, code: str) -> HttpResponse:
        rows = GridCell.objects.valid_at(_moment(request)).filter(code=code)
        for text in _cells(rows):
            return feature_answer(text)
        raise Http404


def _moment(request: AuthedApiRequest) -> datetime:
    """``?at=``, without a zone in the site's. Raises ValidationError."""
    if not (raw := request.query_params.get("at")):
        return timezone.now()
    try:
        if moment := parse_datetime(raw):
            aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
            # Postgres knows no offset of more than 15 h 59 min.
            return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValidationError({"at": [_("A moment as 2026-10-01T08:00:00+08:00.")]})


def _cells(rows: QuerySet[GridCell]) -> list[str]:
    cells = rows.select_related("community__parent").defer("geometry")
    return [
        feature(cell.code, cell.ground, _cell(cell))
        for cell in cells.annotate(ground=GROUND)
    ]


def _cell(cell: GridCell) -> dict[str, Any]:
    community = cell.community
    return {
        "code": cell.code,
        "name": cell.name,
        "area": round(cell.area, 1),  # square metres
        "valid_from": cell.valid.lower,
        "valid_to": cell.valid.upper,
        "community": community.code,
        "community_name": str(community),
        "street": community.parent.code if community.parent else None,
    }
