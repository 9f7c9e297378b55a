"""What the API of every kind of subject shares: one of them, acting, what was done."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotFound
from govmap.lib.geojson import (
    DIGITS,
    MEDIA_TYPE,
    FeatureCollectionSerializer,
    collection_answer,
    feature,
)
from govmap.lib.paging import KeysetPagination
from workflow.acting import subject_for_act
from workflow.engine import act, moves_open_to
from workflow.models import Event, Subject
from workflow.own_labels import heard_by
from workflow.serializers import ActSerializer, EventSerializer, MoveSerializer


def uuid_of(text: str) -> UUID:
    """The uuid of an address. Raises NotFound (404) where it is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def whole_events(events: QuerySet[Event]) -> QuerySet[Event]:
    """With what the serializer reads of each."""
    rows = events.select_related("actor", "unit", "remark", "process")
    return rows.prefetch_related("attachments")


def told(event: Event, request: AuthedApiRequest) -> dict[str, Any]:
    """An event that was just written, as the API says it to whoever asked."""
    whole = whole_events(Event.objects.filter(pk=event.pk)).get()
    return EventSerializer(whole, context={"reader": request.user}).data


class SentSerializer(serializers.Serializer[Any]):
    """A new subject. ``evidence`` holds what the process's opening move asks for."""

    uuid = ClientUUIDField(help_text="made by the client; it names subject and act")
    happened_at = serializers.DateTimeField(required=False)
    evidence = serializers.DictField()


class StorySerializer(serializers.Serializer[Any]):
    """What was done with a subject, and what its reader may do next."""

    events = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()

    @extend_schema_field(EventSerializer(many=True))
    def get_events(self, subject: Any) -> Any:
        whole = list(whole_events(subject.events()))
        rows = heard_by(self.context["reader"], subject, whole)
        return EventSerializer(rows, many=True, context=self.context).data

    @extend_schema_field(MoveSerializer(many=True))
    def get_moves(self, subject: Any) -> Any:
        moves = moves_open_to(subject, self.context["reader"])
        return MoveSerializer(moves, many=True).data


def made(event: Event) -> int:
    """The status of an answer to an opening act: 201, or 200 where it came again."""
    return status.HTTP_200_OK if event.repeated else status.HTTP_201_CREATED


class ActsMixin:
    """``POST …/{uuid}/acts/``. The view says whose act it is and how it is done."""

    request: AuthedApiRequest

    def find_for_act(self, uuid: UUID, act_id: UUID | None) -> Subject:
        """The subject that the person may act on. Raises NotFound (404)."""
        raise NotImplementedError

    def carry_out(self, subject: Any, verb: str, **said: Any) -> Event:
        """Do the move. Raises what the engine raises."""
        raise NotImplementedError

    @extend_schema(request=ActSerializer, responses=EventSerializer)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=())
    def acts(self, request: AuthedApiRequest, uuid: str, **kwargs: Any) -> Response:
        """Do one move. Sent again with the same act_id and body, the same answer."""
        sent = ActSerializer(data=request.data)
        # Whoever does not see it learns nothing of it, not even what acts take.
        valid = sent.is_valid()
        said = sent.validated_data
        found = self.find_for_act(uuid_of(uuid), said.get("act_id"))
        if not valid:
            sent.is_valid(raise_exception=True)
        event = self.carry_out(found, said.pop("verb"), **said)
        return Response(told(event, request))


class SubjectViewSet(ActsMixin, ReadOnlyModelViewSet[Any]):
    """What somebody sees of a kind: listed, one whole, acted on.

    A kind whose queryset has `listed` says its model and its two serializers.
    """

    request: AuthedApiRequest
    pagination_class = KeysetPagination
    lookup_field = "uuid"
    model: ClassVar[type[Subject]]
    whole: ClassVar[type[serializers.BaseSerializer[Any]]]  # one with its story

    def rows(self) -> Any:
        """All of the kind, with what a row shows."""
        return self.model._default_manager.listed()  # type: ignore[attr-defined]

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        rows: QuerySet[Any] = self.rows().visible_to(self.request.user)
        return rows

    def get_serializer_class(self) -> Any:
        return self.whole if self.action == "retrieve" else self.serializer_class

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "reader": self.request.user}

    def find_for_act(self, uuid: UUID, act_id: UUID | None) -> Any:
        return subject_for_act(self.rows(), uuid, act_id, self.request.user)

    def carry_out(self, subject: Any, verb: str, **said: Any) -> Event:
        return act(subject, verb, by=self.request.user, **said)

    def begun(
        self,
        request: AuthedApiRequest,
        form: type[SentSerializer],
        begin: Callable[..., tuple[Subject, Event]],
    ) -> Response:
        """A new one, from what was sent: 201; sent again with the same body, 200."""
        sent = form(data=request.data)
        sent.is_valid(raise_exception=True)
        subject, event = begin(by=request.user, **sent.validated_data)
        found = get_object_or_404(self.get_queryset(), uuid=subject.uuid)
        answer = self.whole(found, context=self.get_serializer_context()).data
        return Response(answer, made(event))


class PlacedViewSet(SubjectViewSet):
    """A kind that lies somewhere: ``GET …/geojson/`` has points for a map."""

    def shown(self, rows: Any) -> Any:
        """Those that a map shows: where one is over, its place is no news."""
        return rows.open()

    def dress(self, rows: list[Any]) -> None:
        """What `said_of` reads of a page and no row has by itself."""

    def said_of(self, row: Any) -> dict[str, Any]:
        """What a point says beside where it is."""
        raise NotImplementedError

    @extend_schema(
        responses={(200, MEDIA_TYPE): FeatureCollectionSerializer},
        parameters=[OpenApiParameter("limit", int, description="at most 2000")],
    )
    @action(detail=False)
    def geojson(
        self, request: AuthedApiRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Those that are open and have a place, as points for a map."""
        rows = self.filter_queryset(self.shown(self.get_queryset()))
        placed = rows.filter(place__isnull=False).defer("place")
        points = placed.annotate(point=AsGeoJSON("place", precision=DIGITS))
        page = list(self.paginate_queryset(points) or [])
        self.dress(page)
        features = [
            feature(str(row.uuid), row.point, self.said_of(row)) for row in page
        ]
        assert isinstance(self.paginator, KeysetPagination)
        return collection_answer(features, self.paginator.following)
