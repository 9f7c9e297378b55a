"""The API of proposals: what is proposed for a case, and doing it."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.dossier import whole
from cases.models import Case
from cases.permissions import can_use_desk
from cases.quick.carrying import carry_out
from cases.quick.proposal import Proposal, propose
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotAllowed
from workflow.serializers import WHOLE_NUMBER_MOST, EventSerializer


class ProposedStepSerializer(serializers.Serializer[Any]):
    verb = serializers.CharField(source="move.verb")
    label = serializers.CharField(source="move.label")  # type: ignore[assignment]
    is_mine = serializers.BooleanField()


class NearSerializer(serializers.Serializer[Any]):
    """A case that may be the same; of a foreign one only how far and how old."""

    number = serializers.SerializerMethodField()
    metres = serializers.FloatField()

    def get_number(self, row: Any) -> str | None:
        return row.case.number if row.seen else None


class ProposalSerializer(serializers.Serializer[Any]):
    """What is proposed; ``problems`` says why it cannot be carried out as it is."""

    complete = serializers.BooleanField()
    steps = ProposedStepSerializer(many=True)
    condition = serializers.IntegerField(source="condition.pk", default=None)
    condition_text = serializers.CharField(source="condition.text", default=None)
    limit = serializers.CharField(source="condition.limit_label", default=None)
    unit = serializers.CharField(source="unit.code", default=None)
    unit_name = serializers.CharField(source="unit.__str__", default=None)
    why = serializers.CharField()
    near = NearSerializer(many=True)
    problems = serializers.ListField(child=serializers.CharField())


class CarryOutSerializer(serializers.Serializer[Any]):
    """``condition`` and ``unit`` as the proposal had them; without them its own."""

    act_id = ClientUUIDField(help_text="made by the client")
    after_event = serializers.IntegerField(min_value=1, max_value=WHOLE_NUMBER_MOST)
    condition = serializers.IntegerField(
        required=False, min_value=1, max_value=WHOLE_NUMBER_MOST
    )
    unit = serializers.CharField(required=False, max_length=40)


class ProposalView(APIView):
    """建议: from a new report to its department in one request."""

    @extend_schema(responses=ProposalSerializer)
    def get(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """What is proposed for the case."""
        _may(request)
        return Response(ProposalSerializer(self._proposal(request, uuid)).data)

    @extend_schema(request=CarryOutSerializer, responses=EventSerializer(many=True))
    def post(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Do all steps, or none. Sent again with the same act_id, the same answer."""
        _may(request)
        case = get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
        sent = CarryOutSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        events, _made = carry_out(case, request.user, **sent.validated_data)
        reader = {"reader": request.user}
        return Response(EventSerializer(events, many=True, context=reader).data)

    def _proposal(self, request: AuthedApiRequest, uuid: UUID) -> Proposal:
        rows = whole(Case.objects.visible_to(request.user), request.user)
        return propose(get_object_or_404(rows, uuid=uuid), request.user)


def _may(request: AuthedApiRequest) -> None:
    if not can_use_desk(request.user):
        raise NotAllowed
