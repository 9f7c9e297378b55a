"""Sent tables for other programs: what their job says, taking them, cancelling."""

from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.models import SentTable
from govmap.lib.api import AuthedApiRequest
from govmap.lib.paging import KeysetPagination

T = TypeVar("T", bound=SentTable)


class SentTableSerializer(serializers.ModelSerializer[Any]):
    lines = serializers.SerializerMethodField()

    class Meta:
        model: type[SentTable]
        fields: tuple[str, ...] = (
            *("uuid", "name", "sent_at", "status", "taking", "rows_read"),
            *("rows_total", "counts", "lines", "message", "taken_at", "ended_at"),
        )
        read_only_fields = fields

    def get_lines(self, run: SentTable) -> list[dict[str, Any]]:
        """What each of the first rows does; the refused ones first."""
        names = ("line", "number", "outcome", "reason")
        return [dict(zip(names, row, strict=True)) for row in run.lines]


class SentTableViewSet(ReadOnlyModelViewSet[T]):
    """``get_queryset`` scopes; ``take_it`` and ``cancel_it`` check who may."""

    request: AuthedApiRequest
    pagination_class = KeysetPagination
    lookup_field = "uuid"

    def take_it(self, run: T) -> T:
        raise NotImplementedError

    def cancel_it(self, run: T) -> None:
        raise NotImplementedError

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """Let it be taken as it was looked through."""
        run = self.take_it(self.get_object())
        return Response(self.get_serializer(run).data)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        run = self.get_object()
        self.cancel_it(run)
        return Response(self.get_serializer(run).data)
