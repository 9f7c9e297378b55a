"""Processes as data, the classification, and photos."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed, NotFound
from workflow import process_taking
from workflow.attachments import store
from workflow.models import Attachment, Category, Condition, Process
from workflow.permissions import can_change_rules, can_read_rules
from workflow.process_data import draft_of
from workflow.serializers import (
    AttachmentSerializer,
    CategorySerializer,
    NewProcessSerializer,
    ProcessSerializer,
    UnsoundSerializer,
    UploadSerializer,
)

NAMED = OpenApiParameter(
    "kind",
    str,
    OpenApiParameter.PATH,
    description="A kind of subject, for its usual process, or a process's code.",
)


class ProcessViewSet(ReadOnlyModelViewSet[Process]):
    """The processes that subjects begin with now: their states and moves, as data."""

    request: AuthedApiRequest
    queryset = Process.objects.filter(in_use=True)
    serializer_class = ProcessSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "kind"  # or a code
    lookup_value_regex = r"[-\w]+"

    def get_queryset(self) -> QuerySet[Process]:
        """The newest version in use of each."""
        newest = super().get_queryset().order_by("code", "-version").distinct("code")
        rows = Process.objects.filter(pk__in=newest.values("pk"))
        return rows.order_by("kind", "-is_default", "-priority", "code")

    @extend_schema(parameters=[NAMED])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(ProcessSerializer(self._named(kwargs["kind"])).data)

    def _named(self, name: str) -> Process:
        usual = Process.objects.filter(kind=name, is_default=True).first()
        found = usual or self.get_queryset().filter(code=name).first()
        if found is None:
            raise NotFound
        return found

    @extend_schema(
        responses={200: OpenApiTypes.OBJECT},
        parameters=[
            NAMED,
            OpenApiParameter("version", int, description="any that is loaded"),
        ],
    )
    @action(detail=True)
    def export(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """The process as a site package has it; the newest version in use by default.

        What waits in a process, and who may do it, is for whoever works by the rules.
        """
        if not can_read_rules(request.user):
            raise NotAllowed
        process = self._named(kwargs["kind"])
        version = request.query_params.get("version", "")
        if version:
            wanted = int(version) if version.isdecimal() and len(version) < 10 else 0
            rows = Process.objects.filter(code=process.code, version=wanted)
            process = get_object_or_404(rows)
        return Response(draft_of(process).data)

    @extend_schema(
        request=NewProcessSerializer,
        responses={201: ProcessSerializer, 400: UnsoundSerializer},
    )
    def create(self, request: AuthedApiRequest) -> Response:
        """Take a new version, if it is sound. Only for system administrators."""
        if not can_change_rules(request.user):
            raise NotAllowed
        sent = NewProcessSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        looked = process_taking.look_at(told["process"])
        if looked.problems:
            error = process_taking.NoProcess(first=looked.problems[0])
            said = {"detail": error.text, "code": type(error).__name__}
            return Response(said | {"problems": looked.problems}, error.status)
        process = process_taking.take(
            told["process"],
            by=request.user,
            in_use=told["in_use"],
            default=told["default"],
            address=request.META.get("REMOTE_ADDR", ""),
        )
        return Response(ProcessSerializer(process).data, status.HTTP_201_CREATED)


class CategoryFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=Category.Kind.choices)
    parent = filters.CharFilter(field_name="parent__code")
    standard = filters.CharFilter(
        field_name="standard__code", help_text="the edition's code; else that in force"
    )

    class Meta:
        model = Category
        fields = ("kind", "parent", "standard")


class CategoryViewSet(ReadOnlyModelViewSet[Category]):
    """Subclasses of the standard in force, with their filing conditions.

    ``standard`` names another edition.
    """

    queryset = Category.objects.choosable()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilter
    pagination_class = None
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Category]:
        conditions = Condition.objects.in_use().select_related("department")
        rows = super().get_queryset()
        if code := self.request.query_params.get("standard"):
            subclasses = Category.objects.in_use().filter(parent__isnull=False)
            rows = subclasses.filter(standard__code=code.replace("\x00", ""))
        rows = rows.select_related("parent", "standard")
        return rows.prefetch_related(Prefetch("conditions", conditions))


class AttachmentViewSet(GenericViewSet[Attachment]):
    """Photos: sent ahead under a uuid of the client's, then named by an act."""

    request: AuthedApiRequest
    queryset = Attachment.objects.none()
    serializer_class = AttachmentSerializer
    parser_classes = (MultiPartParser,)
    filter_backends = ()
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[Attachment]:
        if getattr(self, "swagger_fake_view", False):
            return Attachment.objects.none()
        return Attachment.objects.visible_to(self.request.user)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses=AttachmentSerializer,
    )
    def create(self, request: AuthedApiRequest) -> Response:
        """Keep a photo. Sent again with the same uuid and file, the same answer."""
        sent = UploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        uuid, file = sent.validated_data["uuid"], sent.validated_data["file"]
        return Response(AttachmentSerializer(store(request.user, uuid, file)).data)

    def retrieve(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> Response:
        return Response(AttachmentSerializer(self.get_object()).data)
