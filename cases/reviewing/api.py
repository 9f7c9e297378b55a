"""The review over the API: samples, what came of them, typical cases."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.evaluation.periods import asked
from cases.models import Example, Sample
from cases.permissions import can_review
from cases.reviewing import examples, figures, samples
from cases.reviewing.permissions import reads_examples, reads_review_figures
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed
from govmap.lib.paging import KeysetPagination
from workflow.act_api import uuid_of
from workflow.models import Attachment

PERIOD = [
    OpenApiParameter("period", str, description="day, week, month, quarter, year"),
    OpenApiParameter("day", OpenApiTypes.DATE, description="a day in the period"),
    OpenApiParameter("from", OpenApiTypes.DATE, description="or a range of days"),
    OpenApiParameter("to", OpenApiTypes.DATE),
]


class SampleSerializer(serializers.ModelSerializer[Sample]):
    """A closing that was drawn; ``why`` says it in words, a sentence for each draw."""

    case = serializers.UUIDField(source="case.uuid", read_only=True)
    number = serializers.CharField(source="case.number", read_only=True)
    unit = serializers.CharField(source="unit.code", default=None, read_only=True)
    mine = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()

    class Meta:
        model = Sample
        fields = (
            *("uuid", "case", "number", "unit", "closed_on", "drawn_at", "due_at"),
            *("standing", "looked_at", "decided_at", "mine", "why"),
        )

    def get_mine(self, row: Sample) -> bool:
        """False: it waits in the pool."""
        return row.supervisor_id is not None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_why(self, row: Sample) -> list[str]:
        return samples.why(row)


class SampleFilter(filters.FilterSet):
    pool = filters.BooleanFilter(
        field_name="supervisor", lookup_expr="isnull", label="only those of the pool"
    )
    open = filters.BooleanFilter(
        field_name="decided_at", lookup_expr="isnull", label="only those not decided"
    )

    class Meta:
        model = Sample
        fields = ("pool", "open", "standing")


class SampleViewSet(ReadOnlyModelViewSet[Sample]):
    """抽查: the person's own samples, and those of the pool that he may take."""

    request: AuthedApiRequest
    queryset = Sample.objects.none()
    serializer_class = SampleSerializer
    pagination_class = KeysetPagination
    filterset_class = SampleFilter
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[Sample]:
        if getattr(self, "swagger_fake_view", False):
            return Sample.objects.none()
        if not can_review(self.request.user):
            raise NotAllowed
        return samples.whole(samples.seen_by(self.request.user))

    @extend_schema(request=None, responses=SampleSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: AuthedApiRequest, uuid: str) -> Response:
        """Take one of the pool. 409 where somebody was quicker."""
        return Response(self._told(samples.take(request.user, uuid_of(uuid))))

    @extend_schema(request=None, responses=SampleSerializer)
    @action(detail=True, methods=["post"], url_path="put-back")
    def put_back(self, request: AuthedApiRequest, uuid: str) -> Response:
        """Back into the pool, for somebody else."""
        if not can_review(request.user):
            raise NotAllowed
        return Response(self._told(samples.put_back(request.user, uuid_of(uuid))))

    def _told(self, row: Sample) -> Any:
        return SampleSerializer(samples.whole(Sample.objects.filter(pk=row.pk))[0]).data


class ExampleSerializer(serializers.ModelSerializer[Example]):
    """A typical case: without who called, who reported and who acted."""

    category = serializers.CharField(source="case.category.__str__", read_only=True)
    place = serializers.SerializerMethodField()
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    class Meta:
        model = Example
        fields = (
            *("uuid", "title", "lesson", "category", "place", "marked_at"),
            *("before", "after"),
        )

    def get_place(self, row: Any) -> str:
        return str(row.told.place)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_before(self, row: Any) -> list[str]:
        return self._addresses(row, row.told.before)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_after(self, row: Any) -> list[str]:
        return self._addresses(row, row.told.after)

    def _addresses(self, row: Example, photos: list[Attachment]) -> list[str]:
        return [
            reverse("reviewing:example-photo", args=[row.uuid, photo.uuid])
            for photo in photos
        ]


class ExampleViewSet(ReadOnlyModelViewSet[Example]):
    """典型案例, for everybody on duty."""

    request: AuthedApiRequest
    queryset = Example.objects.none()
    serializer_class = ExampleSerializer
    pagination_class = KeysetPagination
    lookup_field = "uuid"

    def get_queryset(self) -> QuerySet[Example]:
        if getattr(self, "swagger_fake_view", False):
            return Example.objects.none()
        if not reads_examples(self.request.user):
            raise NotAllowed
        return examples.found(self.request.query_params.get("q", "")[:60], None)

    @extend_schema(parameters=[OpenApiParameter("q", str, description="words")])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response(
            ExampleSerializer(_dressed(list(page)), many=True).data
        )

    def get_object(self) -> Example:
        return _dressed([super().get_object()])[0]


def _dressed(rows: list[Example]) -> list[Example]:
    for row, told in zip(rows, examples.told(rows), strict=True):
        row.told = told  # type: ignore[attr-defined]
    return rows


class FiguresView(APIView):
    """What came of the samples: a supervisor's own, or the sum for a leader."""

    request: AuthedApiRequest

    @extend_schema(
        parameters=[
            *PERIOD,
            OpenApiParameter("by", str, description="department, class, street"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: AuthedApiRequest) -> Response:
        if not reads_review_figures(request.user):
            raise NotAllowed
        period = asked(request.query_params, timezone.localdate())
        by = request.query_params.get("by", "")
        rows = figures.samples_of(request.user, period)
        by = by if by in figures.BY else "department"
        return Response(
            {
                "first_day": period.first,
                "last_day": period.last,
                "total": figures.told(figures.whole(rows)),
                "results": [figures.told(row) for row in figures.rows_by(rows, by)],
            }
        )
