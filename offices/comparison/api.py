"""Comparisons for other programs: differences answered, lists sent, results fetched."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.tables import carrying
from cases.tables.api import SentTableSerializer, SentTableViewSet
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination
from offices.comparison import answering, results, running
from offices.comparison.forms import ANSWERS
from offices.comparison.lists import narrowed
from offices.comparison.permissions import (
    can_see_results,
    can_see_rounds,
    can_send,
    rounds_for,
    sources_for,
)
from offices.models import ComparisonRound, ComparisonSource, ComparisonTask
from offices.registers.permissions import uses_registers


class ComparisonTaskSerializer(serializers.ModelSerializer[ComparisonTask]):
    """One difference; names are masked, and numbers are not in it."""

    source = serializers.CharField(source="source.code")  # type: ignore[assignment]
    entry = serializers.UUIDField(source="subject", allow_null=True)
    title = serializers.CharField()
    community = serializers.CharField(source="community.code", default=None)
    street = serializers.CharField(source="street.code", default=None)

    class Meta:
        model = ComparisonTask
        fields = (
            *("uuid", "source", "kind", "title", "fields", "entry", "address"),
            *("community", "street", "made_at", "due_on", "answer", "reason"),
        )
        read_only_fields = fields


class GivenAnswerSerializer(serializers.Serializer[Any]):
    said = serializers.ChoiceField(choices=[value for value, _label in ANSWERS])
    reason = serializers.CharField(max_length=200, required=False, default="")
    on = serializers.DateField(required=False, default=None)


class ComparisonTaskViewSet(ReadOnlyModelViewSet[ComparisonTask]):
    """What waits on one's ground; ``state=answered`` for what does not."""

    request: AuthedApiRequest
    queryset = ComparisonTask.objects.none()
    serializer_class = ComparisonTaskSerializer
    pagination_class = KeysetPagination
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[ComparisonTask]:
        if getattr(self, "swagger_fake_view", False):
            return ComparisonTask.objects.none()
        if not uses_registers(self.request.user):
            raise NotFound
        rows: Any = ComparisonTask.objects.visible_to(self.request.user).listed()
        if self.action != "list":
            return rows
        names = ("source", "kind", "unit", "state")
        asked = {name: self.request.GET.get(name, "") for name in names}
        return narrowed(rows, asked)

    @extend_schema(request=GivenAnswerSerializer, responses=ComparisonTaskSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """It is so, it is not so, or nobody can be reached."""
        row = self.get_object()
        sent = GivenAnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with recorded(request.user, address=request.META.get("REMOTE_ADDR", "")):
            answering.answer(row, request.user, **sent.validated_data)
        return Response(self.get_serializer(self.get_object()).data)


class ComparisonRoundSerializer(SentTableSerializer):
    source = serializers.CharField(source="source.code")  # type: ignore[assignment]
    answers = serializers.SerializerMethodField()
    lines = None  # type: ignore[assignment]

    class Meta(SentTableSerializer.Meta):
        model = ComparisonRound
        fields = (
            *("uuid", "name", "sent_at", "status", "taking", "rows_read", "counts"),
            *("message", "taken_at", "ended_at", "source", "answers"),
        )
        read_only_fields = fields

    def get_answers(self, run: ComparisonRound) -> dict[str, int]:
        """How many were asked, and what was answered."""
        return results.progress([run]).get(run.pk, {})


class SentListSerializer(serializers.Serializer[Any]):
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="code", queryset=ComparisonSource.objects.in_use()
    )
    file = serializers.FileField()


class ComparisonRoundViewSet(SentTableViewSet[ComparisonRound]):
    """The arrivals of one's lists."""

    queryset = ComparisonRound.objects.none()
    serializer_class = ComparisonRoundSerializer
    parser_classes = (JSONParser, MultiPartParser)
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[ComparisonRound]:
        if getattr(self, "swagger_fake_view", False):
            return ComparisonRound.objects.none()
        if not can_see_rounds(self.request.user):
            raise NotFound
        return rounds_for(self.request.user)

    @extend_schema(
        request=SentListSerializer, responses={202: ComparisonRoundSerializer}
    )
    def create(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """A list has arrived; it is compared by a job, and asked only when told."""
        self.get_queryset()
        sent = SentListSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        source, file = sent.validated_data["source"], sent.validated_data["file"]
        if not sources_for(request.user).filter(pk=source.pk).exists():
            raise NotFound
        run = running.send(request.user, source, file.name, file)
        return Response(self.get_serializer(run).data, status.HTTP_202_ACCEPTED)

    def take_it(self, run: ComparisonRound) -> ComparisonRound:
        self._check(run)
        return running.take(run)

    def cancel_it(self, run: ComparisonRound) -> None:
        self._check(run)
        carrying.cancel(run)

    def _check(self, run: ComparisonRound) -> None:
        if not can_send(self.request.user, run.source):
            raise NotFound

    @extend_schema(responses={200: bytes})
    @action(detail=True, methods=["get"])
    def result(self, request: AuthedApiRequest, **kwargs: Any) -> Any:
        """The result as a workbook, for the owner of the list."""
        run = self.get_object()
        if not can_see_results(request.user, run.source):
            raise NotFound
        return results.result_sheet(run)
