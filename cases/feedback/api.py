"""Complaints and suggestions for other programs."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from cases.feedback.sending import PAGE_MOST, TEXT_MOST, answer, send
from cases.models import Feedback, reads_feedback
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotAllowed
from govmap.lib.paging import KeysetPagination


class FeedbackSerializer(serializers.ModelSerializer[Feedback]):
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)
    sender = serializers.CharField(source="sender.__str__", read_only=True)
    unit = serializers.CharField(
        source="unit.code", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = Feedback
        fields = (
            *("uuid", "kind", "kind_label", "text", "page", "sender", "unit"),
            *("sent_at", "answer", "answered_at"),
        )


class NewFeedbackSerializer(serializers.Serializer[Any]):
    """``uuid`` is made by whoever sends it, so that it is kept once."""

    uuid = ClientUUIDField()
    kind = serializers.ChoiceField(choices=Feedback.Kind.choices)
    text = serializers.CharField(max_length=TEXT_MOST)
    page = serializers.CharField(
        max_length=PAGE_MOST, required=False, allow_blank=True, default=""
    )


class FeedbackAnswerSerializer(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=TEXT_MOST)
    again = serializers.BooleanField(
        default=False, help_text="put it in the place of an earlier answer"
    )


class FeedbackViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Feedback]):
    """One's own; all of them for who answers for the system."""

    request: AuthedApiRequest
    queryset = Feedback.objects.none()
    serializer_class = FeedbackSerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[Feedback]:
        if getattr(self, "swagger_fake_view", False):
            return Feedback.objects.none()
        seen = Feedback.objects.visible_to(self.request.user)
        return seen.select_related("sender", "unit").order_by("-pk")

    @extend_schema(request=NewFeedbackSerializer, responses={201: FeedbackSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """Say it; sent again with the same uuid, the same answer."""
        sent = NewFeedbackSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = send(request.user, **sent.validated_data)
        return Response(FeedbackSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(request=FeedbackAnswerSerializer, responses=FeedbackSerializer)
    @action(detail=True, methods=["post"], url_path="answer")
    def reply(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Answer it; the sender is told."""
        row = self.get_object()
        if not reads_feedback(request.user):
            raise NotAllowed
        sent = FeedbackAnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        row = answer(row, request.user, told["answer"], again=told["again"])
        return Response(FeedbackSerializer(row).data)
