"""What the API of every kind of subject shares: acting, and telling what was done."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotFound
from workflow.engine import moves_open_to
from workflow.models import Event, Subject
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
        rows = whole_events(subject.events())
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
