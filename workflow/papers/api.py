"""Papers over the API: offered, printed, listed, fetched, kept book of."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.paging import KeysetPagination
from workflow.models import PaperDelivery, PaperTemplate, PrintedPaper
from workflow.papers import files, jobs, printing
from workflow.papers.permissions import can_keep
from workflow.papers.views import as_pdf, found_or_404, offers

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class DeliverySerializer(serializers.ModelSerializer[PaperDelivery]):
    """送达: how and when it reached whom, and who signed for it."""

    class Meta:
        model = PaperDelivery
        fields = ("how", "day", "received_by", "note", "at")
        read_only_fields = ("at",)


class PaperSerializer(serializers.ModelSerializer[PrintedPaper]):
    """A printed paper. ``sha256`` is of its file, empty until that is made."""

    template = serializers.CharField(source="template.code", read_only=True)
    version = serializers.IntegerField(source="template.version", read_only=True)
    title = serializers.CharField(source="template.__str__", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)
    to_unit = serializers.CharField(
        source="to_unit.code", default=None, allow_null=True, read_only=True
    )
    void = serializers.BooleanField(source="is_void", read_only=True)
    deliveries = DeliverySerializer(many=True, read_only=True)

    class Meta:
        model = PrintedPaper
        fields = (
            *("uuid", "template", "version", "title", "kind", "key", "label"),
            *("number", "unit", "to_unit", "to_name", "printed_at", "sha256", "size"),
            *("void", "void_reason", "deliveries"),
        )


class PrintSerializer(serializers.Serializer[Any]):
    """A paper of one thing; ``answers`` to what the template asks."""

    uuid = ClientUUIDField(help_text="made by the client; sent twice, one paper")
    template = serializers.SlugField(help_text="code of a template in use")
    kind = serializers.SlugField(help_text="case, whistle or day")
    key = serializers.CharField(
        max_length=60, help_text="a uuid; of a day unit:YYYY-MM-DD"
    )
    to_name = serializers.CharField(required=False, allow_blank=True, max_length=120)
    answers = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=4000), required=False
    )


class OfferSerializer(serializers.Serializer[Any]):
    """A paper that the person prints of the thing; ``now``: at this step."""

    template = serializers.CharField(source="template.code")
    title = serializers.CharField(source="template.__str__")
    now = serializers.BooleanField()


class VoidSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class PaperFilter(filters.FilterSet):
    kind = filters.CharFilter()
    key = filters.CharFilter()
    template = filters.CharFilter(field_name="code")

    class Meta:
        model = PrintedPaper
        fields = ("kind", "key", "template", "number")


class PaperViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[PrintedPaper]):
    """文书: those of the person's units; of who works for the district all."""

    request: AuthedApiRequest
    queryset = PrintedPaper.objects.none()
    serializer_class = PaperSerializer
    pagination_class = KeysetPagination
    filterset_class = PaperFilter
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[PrintedPaper]:
        if getattr(self, "swagger_fake_view", False):
            return PrintedPaper.objects.none()
        rows = PrintedPaper.objects.visible_to(self.request.user).listed()
        return rows.prefetch_related("deliveries")

    @extend_schema(
        request=PrintSerializer, responses={201: PaperSerializer, 200: PaperSerializer}
    )
    def create(self, request: AuthedApiRequest) -> Response:
        """Print a paper. 201; sent again with the same uuid, 200."""
        sent = PrintSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        found = found_or_404(said["kind"], said["key"], request.user)
        rows = PaperTemplate.objects.current().filter(about=found.kind)
        template = rows.filter(code=said["template"]).first()
        if template is None:
            raise NotFound
        is_known = PrintedPaper.objects.filter(uuid=said["uuid"]).exists()
        paper = printing.print_paper(
            template,
            found,
            request.user,
            uuid=said["uuid"],
            to_name=said.get("to_name", ""),
            sent=said.get("answers", {}),
        )
        jobs.make_now_or_soon(paper)
        code = status.HTTP_200_OK if is_known else status.HTTP_201_CREATED
        return Response(PaperSerializer(paper).data, code)

    @extend_schema(
        responses=OfferSerializer(many=True),
        parameters=[
            OpenApiParameter("kind", str, required=True),
            OpenApiParameter("key", str, required=True),
        ],
        filters=False,
    )
    @action(detail=False, pagination_class=None, filter_backends=())
    def offered(self, request: AuthedApiRequest) -> Response:
        """The papers that I print of one thing."""
        asked = request.query_params
        found = found_or_404(asked.get("kind", ""), asked.get("key", ""), request.user)
        rows = offers(found, request.user)
        return Response(OfferSerializer(rows, many=True).data)

    @extend_schema(responses=PDF)
    @action(detail=True, pagination_class=None, filter_backends=())
    def file(self, request: AuthedApiRequest, uuid: Any) -> HttpResponse:
        """The kept PDF, byte by byte as it was made; 作废 stands on a voided one."""
        row = self.get_object()
        return as_pdf(files.content_of(row), str(row.uuid))

    @extend_schema(request=None, responses=PDF)
    @action(detail=True, methods=["post"], filter_backends=())
    def reprint(self, request: AuthedApiRequest, uuid: Any) -> HttpResponse:
        """The same once more, marked 重印 and on record."""
        row = self._kept()
        return as_pdf(files.reprinted(row, request.user), f"{row.uuid}-reprint")

    @extend_schema(request=VoidSerializer, responses=PaperSerializer)
    @action(detail=True, methods=["post"], filter_backends=())
    def void(self, request: AuthedApiRequest, uuid: Any) -> Response:
        """作废: it stays on record, and its number stays used."""
        row = self._kept()
        sent = VoidSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        printing.void(row, request.user, sent.validated_data["reason"])
        return Response(PaperSerializer(self.get_object()).data)

    @extend_schema(request=DeliverySerializer, responses={201: PaperSerializer})
    @action(detail=True, methods=["post"], filter_backends=())
    def delivery(self, request: AuthedApiRequest, uuid: Any) -> Response:
        """Record how it was delivered; the last word counts."""
        row = self._kept()
        sent = DeliverySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        sent.save(paper=row, by=request.user)
        return Response(PaperSerializer(self.get_object()).data, 201)

    def _kept(self) -> PrintedPaper:
        row = self.get_object()
        if not can_keep(self.request.user, row):
            raise NotAllowed
        return row
