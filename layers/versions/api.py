"""Versions over the API: listed, shown with what they change, and moved on."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ReadOnlyModelViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import bbox_of
from govmap.lib.paging import KeysetPagination, read_limit
from layers.models import PendingAct, Version
from layers.versions import acts
from layers.versions.differences import KINDS, MOST, USUAL, Asked, Differences
from layers.versions.dossier import whole
from layers.versions.serializers import VersionSerializer
from workflow.act_api import told
from workflow.engine import moves_open_to
from workflow.serializers import (
    ActSerializer,
    EventSerializer,
    MoveSerializer,
    StateSerializer,
)


class WholeVersionSerializer(VersionSerializer):
    """A version as a list and its own address show it."""

    layer = serializers.CharField(source="layer.code", read_only=True)
    state = StateSerializer(read_only=True)
    base = serializers.IntegerField(
        source="base.number",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="number of the version that it is compared with",
    )
    made_by = serializers.CharField(source="made_by.__str__", read_only=True)
    is_published = serializers.SerializerMethodField(
        help_text="whether the layer is this version now"
    )

    class Meta:
        model = Version
        fields = (
            *("uuid", "layer", "state", "number", "is_published", "base", "as_of"),
            *("source_name", "source_sha256", "made_by", "made_at", "published_at"),
            *("rows", "added", "changed", "moved", "closed", "kept", "quality"),
            "events_count",
        )

    def get_is_published(self, version: Version) -> bool:
        return version.layer.published_id == version.pk


class DifferenceSerializer(serializers.Serializer[Any]):
    """One row that differs; only fields that the reader may see."""

    key = serializers.CharField()
    change = serializers.ChoiceField(choices=["new", "changed", "gone"])
    moved = serializers.FloatField(
        allow_null=True, help_text="metres of its middle; null where its shape stayed"
    )
    before = serializers.DictField(help_text="of what changed only what differs")
    after = serializers.DictField()
    bbox = serializers.ListField(
        source="box", child=serializers.FloatField(), help_text="of the shape, degrees"
    )


class DifferencePageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    results = DifferenceSerializer(many=True)


class PendingSerializer(serializers.ModelSerializer[PendingAct]):
    """An act that a worker is to do. Sent again, it answers how far it is."""

    class Meta:
        model = PendingAct
        fields = ("act_id", "verb", "made_at", "ended_at", "trouble")


class VersionFilter(filters.FilterSet):
    layer = filters.CharFilter(field_name="layer__code")
    state = filters.CharFilter(field_name="state__code")

    class Meta:
        model = Version
        fields = ("layer", "state")


class VersionViewSet(ReadOnlyModelViewSet[Version]):
    """Versions: published ones of what one sees, drafts of what one may write."""

    request: AuthedApiRequest
    queryset = Version.objects.none()
    serializer_class = WholeVersionSerializer
    pagination_class = KeysetPagination
    filterset_class = VersionFilter
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[Version]:
        if getattr(self, "swagger_fake_view", False):
            return Version.objects.none()
        return whole(Version.objects.visible_to(self.request.user))

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=KINDS),
            OpenApiParameter("key", str, description="a piece of the row's key"),
            OpenApiParameter("bbox", str, description="west,south,east,north"),
            OpenApiParameter("limit", int, description=f"at most {MOST}"),
            OpenApiParameter("after", str, description="as `next` of an answer has it"),
        ],
        responses=DifferencePageSerializer,
    )
    @action(detail=True, pagination_class=None, filter_backends=())
    def differences(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> Response:
        """The rows that differ from the version before: changed, gone, new."""
        asked = request.query_params
        kind = asked.get("kind", "")
        if kind and kind not in KINDS:
            raise ValidationError({"kind": [_("One of: %s.") % ", ".join(KINDS)]})
        wanted = Asked(kind, asked.get("key", "").replace("\x00", ""), bbox_of(request))
        found = Differences(self.get_object(), request.user).page(
            wanted,
            after=asked.get("after", ""),
            limit=read_limit(request, usual=USUAL, most=MOST),
        )
        here = request.build_absolute_uri()
        following = found.following and replace_query_param(
            here, "after", found.following
        )
        rows = DifferenceSerializer(found.rows, many=True).data
        return Response({"next": following or None, "results": rows})

    @extend_schema(responses=MoveSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=())
    def moves(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """The moves open to me now, each with the evidence that it takes."""
        moves = moves_open_to(self.get_object(), request.user)
        return Response(MoveSerializer(moves, many=True).data)

    @extend_schema(
        request=ActSerializer,
        responses={200: EventSerializer, 202: PendingSerializer},
    )
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=())
    def acts(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Do one move; 202 where a worker does it: ask again with the same act_id."""
        version = self.get_object()
        sent = ActSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        done = acts.do(version, said.pop("verb"), by=request.user, **said)
        if isinstance(done, PendingAct):
            return Response(PendingSerializer(done).data, status.HTTP_202_ACCEPTED)
        return Response(told(done, request))
