"""Cases: listed, shown, reported, and moved on."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.acting import case_for_act
from cases.filters import CaseFilter
from cases.intake import report
from cases.lists import add_clocks
from cases.models import Assignment, Case, CaseQuerySet
from cases.serializers import CaseSerializer, ReportSerializer
from govmap.lib.api import AuthedApiRequest
from govmap.lib.geojson import (
    DIGITS,
    MEDIA_TYPE,
    FeatureCollectionSerializer,
    collection_answer,
    feature,
)
from govmap.lib.paging import ChosenFirstPagination, KeysetPagination
from govmap.lib.times import light_of
from workflow import seeing
from workflow.act_api import ActsMixin, made, whole_events
from workflow.engine import act, moves_open_to
from workflow.models import Event
from workflow.own_labels import heard_by
from workflow.serializers import EventSerializer, MoveSerializer

UNIT = ("code", "name", "name_en")
HOSTS = Prefetch(
    "assignments",
    Assignment.objects.running()
    .filter(part=Assignment.Part.HOST)
    .select_related("unit"),
    to_attr="hosts",
)

# What a row of the list is made of: a page of whole rows costs twice the time.
COLUMNS = (
    *("uuid", "number", "process", "state", "place", "accuracy", "edge"),
    *("edge_distance", "address", "source", "reported_at", "events_count"),
    *("category__kind", "category__code", "category__name", "category__name_en"),
    *("condition__text", "cell__code"),
    *(f"{unit}__{name}" for unit in ("street", "community") for name in UNIT),
)


def described(cases: Iterable[Case]) -> list[Case]:
    """The cases with their last limit and their host, as the serializer reads them."""
    rows = list(cases)
    add_clocks(rows)
    for case in rows:
        hosts: list[Assignment] = case.hosts  # type: ignore[attr-defined]
        case.host = hosts[0].unit if hosts else None  # type: ignore[attr-defined]
    return rows


class GeoPagination(KeysetPagination):
    usual, most = 500, 2000


class CaseViewSet(ActsMixin, ReadOnlyModelViewSet[Case]):
    """案卷, of which everybody sees those that concern him."""

    request: AuthedApiRequest
    queryset = Case.objects.none()
    serializer_class = CaseSerializer
    pagination_class = ChosenFirstPagination
    filterset_class = CaseFilter
    lookup_field = "uuid"

    def get_queryset(self) -> CaseQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Case.objects.none()
        below = KeysetPagination.end_of(self.request) if not self.detail else None
        return Case.objects.visible_to(self.request.user, below=below)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of cases, the newest first."""
        rows = self.get_queryset().listed().only(*COLUMNS)
        found = self.filter_queryset(rows.prefetch_related(HOSTS))
        page = self.paginate_queryset(found)
        return self.get_paginated_response(
            CaseSerializer(described(page or []), many=True).data
        )

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        case = self._case(kwargs["uuid"])
        seeing.see(case, self.request.user)
        return Response(CaseSerializer(case).data)

    @extend_schema(
        request=ReportSerializer,
        responses={201: CaseSerializer, 200: CaseSerializer},
    )
    def create(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Report a case. 201; sent again with the same uuid and body, 200."""
        sent = ReportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        case, event = report(by=request.user, **sent.validated_data)
        if event.repeated:
            case = self._case(case.uuid)
        else:
            # As it was just written: reading it again would cost as much as writing.
            prefetch_related_objects([case], HOSTS)
            described([case])
        answer = CaseSerializer(case).data
        return Response(answer, made(event))

    @extend_schema(
        responses={(200, MEDIA_TYPE): FeatureCollectionSerializer},
        parameters=[OpenApiParameter("limit", int, description="at most 2000")],
    )
    @action(detail=False, pagination_class=GeoPagination)
    def geojson(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The same cases as points; those without a place are left out."""
        found = self.filter_queryset(self.get_queryset()).filter(place__isnull=False)
        rows = found.defer("place")
        page = self.paginate_queryset(
            rows.annotate(point=AsGeoJSON("place", precision=DIGITS))
        )
        add_clocks(page or [])
        assert isinstance(self.paginator, KeysetPagination)
        return collection_answer(map(_point, page or []), self.paginator.following)

    @extend_schema(responses=EventSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=())
    def events(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """What was done with the case, oldest first."""
        case = self.get_object()
        reader = {"reader": request.user}
        rows = heard_by(request.user, case, list(whole_events(case.events())))
        return Response(EventSerializer(rows, many=True, context=reader).data)

    @extend_schema(responses=MoveSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=())
    def moves(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """The moves open to me now, each with the evidence that it takes."""
        moves = moves_open_to(self.get_object(), request.user)
        return Response(MoveSerializer(moves, many=True).data)

    def find_for_act(self, uuid: UUID, act_id: UUID | None) -> Case:
        return case_for_act(uuid, act_id, self.request.user)

    def carry_out(self, subject: Case, verb: str, **said: Any) -> Event:
        return act(subject, verb, by=self.request.user, **said)

    def _case(self, uuid: str | UUID) -> Case:
        rows = self.get_queryset().listed().only(*COLUMNS)
        case = get_object_or_404(rows.prefetch_related(HOSTS), uuid=uuid)
        return described([case])[0]


def _point(case: Case) -> str:
    deadline = case.clock  # type: ignore[attr-defined]
    said = {
        "number": case.number,
        "state": case.state.code,
        "label": case.state.label,
        "phase": case.state.phase,
        "light": light_of(deadline, timezone.now()) if deadline else "",
        "reported_at": case.reported_at,
    }
    return feature(str(case.uuid), case.point, said)  # type: ignore[attr-defined]
