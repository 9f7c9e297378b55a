"""The API of a person's own notices."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.paging import LARGEST_ID, KeysetPagination
from workflow import notices
from workflow.models import Notice
from workflow.notice_views import unread_count


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """What somebody was told; ``uuid`` and ``kind`` name the subject, if any."""

    title = serializers.SerializerMethodField()
    instead_of = serializers.CharField(
        source="instead_of.username",
        default=None,
        help_text="who is on leave and is stood in for by who asks",
    )
    subject = serializers.SerializerMethodField()
    uuid = serializers.UUIDField(source="subject_uuid", read_only=True, allow_null=True)

    class Meta:
        model = Notice
        fields = (
            *("id", "what", "title", "subject", "kind", "uuid"),
            *("made_at", "read_at", "instead_of"),
        )

    def get_title(self, row: Notice) -> str:
        return notices.title_of(row)

    def get_subject(self, row: Notice) -> str:
        return str(row.data.get("subject", ""))


class ReadSerializer(serializers.Serializer[Any]):
    """Which notices were read; all of them where none are named."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
        required=False,
        max_length=1000,
    )


class CountSerializer(serializers.Serializer[Any]):
    """How many are unread; counted to 100."""

    unread = serializers.IntegerField()


class NoticeFilter(filters.FilterSet):
    unread = filters.BooleanFilter(
        field_name="read_at", lookup_expr="isnull", label="only those not read yet"
    )

    class Meta:
        model = Notice
        fields = ("unread", "kind")


class NoticeViewSet(ListModelMixin, GenericViewSet[Notice]):
    """What the person who asks was told."""

    request: AuthedApiRequest
    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer
    pagination_class = KeysetPagination
    filterset_class = NoticeFilter

    def get_queryset(self) -> QuerySet[Notice]:
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        rows = Notice.objects.visible_to(self.request.user)
        return rows.select_related("instead_of")

    @extend_schema(request=ReadSerializer, responses=CountSerializer, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def read(self, request: AuthedApiRequest) -> Response:
        """Mark notices as read. What is not the person's own is passed over."""
        sent = ReadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        notices.read(request.user, sent.validated_data.get("ids"))
        return Response({"unread": unread_count(request.user)})
