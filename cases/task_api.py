"""The list of tasks for other programs: cases and everything else in one order."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.own_tasks import Task, in_one_list, tasks_of
from cases.permissions import can_have_tasks
from cases.to_go import Waiting, waiting_for
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed

CASE = "case"


class FieldTaskSerializer(serializers.Serializer[Any]):
    """One thing to go to. ``points``: longitude and latitude of each of its places."""

    kind = serializers.CharField()
    key = serializers.CharField(help_text="of a case its uuid")
    title = serializers.CharField()
    where = serializers.CharField()
    detail = serializers.CharField()
    action = serializers.CharField(help_text="what its button says")
    due = serializers.DateTimeField(allow_null=True)
    points = serializers.ListField(child=serializers.ListField())


def said_of(one: Task | Waiting) -> dict[str, Any]:
    if isinstance(one, Waiting):
        card = one.card
        names = ("key", "title", "where", "detail", "action")
        said = {name: str(getattr(card, name)) for name in names}
        return {"kind": one.kind.code, **said, "due": card.due, "points": card.points}
    case = one.case
    return {
        "kind": CASE,
        "key": str(case.uuid),
        "title": str(case.category),
        "where": case.address,
        "detail": case.state.label,
        "action": one.primary.label,
        "due": one.due,
        "points": [[case.place.x, case.place.y]] if case.place else [],
    }


class TasksView(APIView):
    """我的待办: by time left."""

    @extend_schema(responses=FieldTaskSerializer(many=True))
    def get(self, request: AuthedApiRequest) -> Response:
        """What waits for the person; 403 for whose role nothing can wait."""
        if not can_have_tasks(request.user):
            raise NotAllowed
        found, _more = tasks_of(request.user)
        others, _rest = waiting_for(request.user)
        rows = in_one_list(found, others, request.user)
        return Response(FieldTaskSerializer(map(said_of, rows), many=True).data)
