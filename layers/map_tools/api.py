"""The map's tools for programs."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ViewSet

from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.paging import KeysetPagination
from layers.map_tools.asked import answer, read
from layers.map_tools.keeping import keep_sketch, keep_view
from layers.map_tools.shapes import Kind
from layers.models import MapView, Sketch


class GroundCountSerializer(serializers.Serializer[Any]):
    """How many of a layer lie there; ``more`` than were counted."""

    layer = serializers.CharField(source="layer.code")
    title = serializers.CharField(source="layer.title")
    number = serializers.IntegerField()
    more = serializers.BooleanField()


class GroundRowSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())


class GroundTableSerializer(serializers.Serializer[Any]):
    """``columns`` are the titles of ``values``; ``following`` is the next ``after``."""

    layer = serializers.CharField(source="layer.code")
    columns = serializers.ListField(child=serializers.CharField(), source="titles")
    rows = GroundRowSerializer(many=True)
    following = serializers.CharField(allow_null=True)


class GroundAnswerSerializer(serializers.Serializer[Any]):
    counts = GroundCountSerializer(many=True)
    table = GroundTableSerializer(allow_null=True)


ASKED = [
    OpenApiParameter("kind", str, required=True, enum=[kind.value for kind in Kind]),
    OpenApiParameter("shape", str, required=True, description="its corners, packed"),
    OpenApiParameter("metres", int, description="so near counts too; 1 to 5,000"),
    OpenApiParameter("layers", str, description="codes, parted by commas"),
    OpenApiParameter("layer", str, description="the one whose rows are told"),
    OpenApiParameter("after", str, description="`following` of the page before"),
    OpenApiParameter("at", str, description="what was so that day"),
]


class MapQueryViewSet(ViewSet):
    """空间查询: what of the layers lies in a shape."""

    request: AuthedApiRequest

    @extend_schema(parameters=ASKED, responses=GroundAnswerSerializer)
    def list(self, request: AuthedApiRequest) -> Response:
        """Of each layer how many, and a page of one layer's rows."""
        found = answer(read(request.query_params.dict()), request.user)
        return Response(GroundAnswerSerializer(found).data)


class MapViewSerializer(serializers.ModelSerializer[MapView]):
    """``address``: query and hash of the map's page, `?layers=a,b#16/39.91/116.36`."""

    uuid = ClientUUIDField()
    title = serializers.CharField()
    address = serializers.CharField()

    class Meta:
        model = MapView
        fields = ("uuid", "title", "address", "made_at")
        read_only_fields = ("made_at",)


class MapViewViewSet(ListModelMixin, GenericViewSet[MapView]):
    """书签: views of the map that one keeps for oneself."""

    request: AuthedApiRequest
    queryset = MapView.objects.none()
    serializer_class = MapViewSerializer
    pagination_class = KeysetPagination
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[MapView]:
        if getattr(self, "swagger_fake_view", False):
            return MapView.objects.none()
        return MapView.objects.visible_to(self.request.user)

    def create(self, request: AuthedApiRequest) -> Response:
        """Keep one; sent again with its uuid, nothing is kept twice."""
        sent = MapViewSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = keep_view(request.user, **sent.validated_data)
        return Response(MapViewSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: AuthedApiRequest, uuid: str) -> Response:
        """Forget one of one's own."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class SketchShapeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    shape = serializers.CharField(max_length=4000, help_text="its corners, packed")
    words = serializers.CharField(allow_blank=True, default="")


class SketchSerializer(serializers.ModelSerializer[Sketch]):
    """``shared``: the unit sees it; ``own``: the reader may change it."""

    uuid = ClientUUIDField()
    title = serializers.CharField()
    shapes = SketchShapeSerializer(many=True)
    owner = serializers.CharField(source="owner.name", read_only=True)
    own = serializers.SerializerMethodField()

    class Meta:
        model = Sketch
        fields = ("uuid", "title", "shapes", "shared", "owner", "own", "made_at")
        read_only_fields = ("made_at",)

    def get_own(self, row: Sketch) -> bool:
        return bool(row.owner_id == self.context["request"].user.pk)


class SketchViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Sketch]):
    """标绘: shapes with words upon the map, for oneself or shown to the unit."""

    request: AuthedApiRequest
    queryset = Sketch.objects.none()
    serializer_class = SketchSerializer
    pagination_class = KeysetPagination
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[Sketch]:
        if getattr(self, "swagger_fake_view", False):
            return Sketch.objects.none()
        return Sketch.objects.visible_to(self.request.user).select_related("owner")

    def create(self, request: AuthedApiRequest) -> Response:
        """Keep a sketch; with the uuid of one of one's own, change that one."""
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = {"shared": False, **sent.validated_data}
        row = keep_sketch(request.user, **said)
        return Response(self.get_serializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: AuthedApiRequest, uuid: str) -> Response:
        """Delete one of one's own; 404 for a colleague's."""
        rows = Sketch.objects.filter(owner=request.user)
        get_object_or_404(rows, uuid=uuid).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
