"""The API of exports: the same as the pages have, with the same rights."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.paging import KeysetPagination
from workflow import export_views, exporting
from workflow.act_api import uuid_of
from workflow.exporting import PURPOSE_MOST, register_for
from workflow.models import Export

LONGEST_QUERY = 4000  # signs


class ExportSerializer(serializers.ModelSerializer[Export]):
    """One export; its file is another address, for whoever asked for it."""

    stand = serializers.ChoiceField(choices=Export.Stand.choices)
    by = serializers.CharField(source="by.username")
    unit = serializers.CharField(source="unit.code")
    decided_by = serializers.CharField(source="decided_by.username", default=None)

    class Meta:
        model = Export
        fields = (
            *("uuid", "number", "register", "form", "stand", "by", "unit", "role"),
            *("asked_at", "purpose", "query", "words", "columns", "expected"),
            *("needs_approval", "decided_by", "decided_at", "refused"),
            *("made_at", "rows", "is_cut", "size", "sha256", "keep_until"),
            *("removed_at",),
        )


class AskSerializer(serializers.Serializer[Any]):
    """A file of a list that a query string names, as the list's page takes it."""

    register = serializers.CharField(max_length=40)
    query = serializers.CharField(
        max_length=LONGEST_QUERY, allow_blank=True, default=""
    )
    columns = serializers.ListField(
        child=serializers.CharField(max_length=40),
        max_length=100,
        required=False,
        help_text="a register whose columns are fixed needs none",
    )
    purpose = serializers.CharField(
        max_length=PURPOSE_MOST,
        allow_blank=True,
        default="",
        help_text="may be left out where the list asks for none",
    )
    form = serializers.ChoiceField(choices=Export.Form.choices)


class DecisionSerializer(serializers.Serializer[Any]):
    agrees = serializers.BooleanField()
    reason = serializers.CharField(max_length=200, allow_blank=True, default="")


VIEW = OpenApiParameter(
    "view",
    str,
    enum=[export_views.OWN, export_views.DECIDE, export_views.RECORD],
    description="my own, those that wait for me, or the record of my units",
)


class ExportViewSet(ListModelMixin, GenericViewSet[Export]):
    """Files of lists: asked for, decided on, fetched."""

    request: AuthedApiRequest
    queryset = Export.objects.none()
    serializer_class = ExportSerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[Export]:
        if getattr(self, "swagger_fake_view", False):
            return Export.objects.none()
        view = self.request.query_params.get("view", export_views.OWN)
        rows = export_views.rows_of(self.request.user, view)
        return rows.select_related("by", "unit", "decided_by")

    @extend_schema(parameters=[VIEW])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of exports, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=AskSerializer, responses={201: ExportSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """Ask for a file of a list. It is made by a job; above a limit somebody else
        approves first."""
        sent = AskSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = {"columns": (), **sent.validated_data}
        register = register_for(request.user, said.pop("register"))
        row = exporting.ask(request.user, register, **said)
        return Response(ExportSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(responses=ExportSerializer)
    def retrieve(self, request: AuthedApiRequest, uuid: str) -> Response:
        """One's own, and those that one may decide on or read the record of."""
        row = export_views.shown_export(request.user, uuid_of(uuid))
        return Response(ExportSerializer(row).data)

    @extend_schema(request=DecisionSerializer, responses=ExportSerializer)
    @action(detail=True, methods=["post"], pagination_class=None)
    def decide(self, request: AuthedApiRequest, uuid: str) -> Response:
        """Approve or refuse what somebody else asked for."""
        row = export_views.shown_export(request.user, uuid_of(uuid))
        sent = DecisionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = exporting.decide(row, request.user, **sent.validated_data)
        return Response(ExportSerializer(row).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, pagination_class=None)
    def file(self, request: AuthedApiRequest, uuid: str) -> HttpResponseBase:
        """The file, for whoever asked for it alone; each time is on record."""
        address = request.META.get("REMOTE_ADDR", "")
        return export_views.fetch(request.user, uuid_of(uuid), address)
