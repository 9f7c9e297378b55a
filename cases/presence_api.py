"""The API of who else has a case open."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Case
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from workflow import presence


class OtherSerializer(serializers.Serializer[Any]):
    """Somebody else who has the case open, and the move that he fills in."""

    person = serializers.CharField()
    move = serializers.CharField()


class HereSerializer(serializers.Serializer[Any]):
    """A page that has the case open."""

    tab = ClientUUIDField(help_text="made by the page; it has one case open at a time")
    verb = serializers.CharField(required=False, allow_blank=True, max_length=40)
    leave = serializers.BooleanField(default=False, help_text="the page was closed")


class CasePresenceView(APIView):
    """他人正在处理: who else has a case open now. Never a lock."""

    @extend_schema(responses=OtherSerializer(many=True))
    def get(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        return self._others(request, self._case(request, uuid))

    @extend_schema(request=HereSerializer, responses=OtherSerializer(many=True))
    def post(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Say that a page has it open; to be said again within 50 seconds."""
        case = self._case(request, uuid)
        sent = HereSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        if told["leave"]:
            presence.leave(request.user, told["tab"])
        else:
            presence.enter(case, request.user, told["tab"], told.get("verb", ""))
        return self._others(request, case)

    def _case(self, request: AuthedApiRequest, uuid: UUID) -> Case:
        return get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)

    def _others(self, request: AuthedApiRequest, case: Case) -> Response:
        found = presence.others(case, request.user)
        return Response(OtherSerializer(found, many=True).data)
