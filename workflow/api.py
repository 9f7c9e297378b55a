"""Processes as data, the classification, and photos."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from govmap.lib.api import AuthedApiRequest
from workflow.attachments import store
from workflow.models import Attachment, Category, Process
from workflow.serializers import (
    AttachmentSerializer,
    CategorySerializer,
    ProcessSerializer,
    UploadSerializer,
)


class ProcessViewSet(ReadOnlyModelViewSet[Process]):
    """The processes that subjects begin with now: their states and moves, as data."""

    queryset = Process.objects.filter(is_default=True).order_by("kind")
    serializer_class = ProcessSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "kind"
    lookup_value_regex = r"[-\w]+"


class CategoryFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=Category.Kind.choices)
    parent = filters.CharFilter(field_name="parent__code")

    class Meta:
        model = Category
        fields = ("kind", "parent")


class CategoryViewSet(ReadOnlyModelViewSet[Category]):
    """Subclasses of the standard in force, with their filing conditions."""

    queryset = Category.objects.choosable()
    serializer_class = CategorySerializer
    filterset_class = CategoryFilter
    pagination_class = None
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Category]:
        rows = super().get_queryset().select_related("parent")
        return rows.prefetch_related("conditions__department")


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
