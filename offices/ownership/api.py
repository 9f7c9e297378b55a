"""Corrections for other programs: the same lists, the same rights, the same answers."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination
from offices.models import Proposal
from offices.ownership import deciding, values
from offices.ownership.deciding import seen_entry
from offices.ownership.views import DECIDE, DONE, MINE, list_of
from offices.registers import proposing
from offices.registers.entries import CHOICES
from offices.registers.identity import mask_number
from offices.registers.owning import SEALED, text_of
from offices.registers.permissions import uses_registers


def by(request: AuthedApiRequest) -> Any:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


class FieldProposalSerializer(serializers.ModelSerializer[Proposal]):
    """Values as codes and texts; numbers and phones by their last four signs."""

    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    unit = serializers.CharField(source="unit.code", default=None, read_only=True)
    asked_by = serializers.CharField(source="asked_by.username", read_only=True)
    decided_by = serializers.CharField(
        source="decided_by.username", default=None, read_only=True
    )

    class Meta:
        model = Proposal
        fields = (
            *("uuid", "register", "subject", "field", "before", "after", "reason"),
            *("unit", "asked_by", "asked_at", "yellow_at", "due_at", "file_name"),
            *("granted", "answer", "decided_by", "decided_at"),
        )
        read_only_fields = fields

    def get_before(self, row: Proposal) -> str:
        return self._said(row, row.before)

    def get_after(self, row: Proposal) -> str:
        return self._said(row, row.after)

    def _said(self, row: Proposal, value: Any) -> str:
        text = text_of(value)
        return mask_number(text[-4:]) if row.field in SEALED else text


class AskedProposalSerializer(serializers.Serializer[Any]):
    register = serializers.ChoiceField(choices=CHOICES)
    subject = serializers.UUIDField(help_text="of the entry")
    field = serializers.CharField(max_length=40)
    after = serializers.CharField(allow_blank=True, max_length=200)
    reason = serializers.CharField(max_length=200)


class AnswerSerializer(serializers.Serializer[Any]):
    granted = serializers.BooleanField()
    answer = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=200
    )
    seen = serializers.CharField(
        required=False,
        default="",
        max_length=40,
        help_text="``changed_at`` of the entry that was looked at",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["granted"] and not attrs["answer"].strip():
            raise serializers.ValidationError({"answer": ["say why not"]})
        return attrs


class ProposalViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Proposal]
):
    """更正建议: for me to decide, proposed by me, or decided (``?which=``)."""

    request: AuthedApiRequest
    queryset = Proposal.objects.none()
    serializer_class = FieldProposalSerializer
    pagination_class = KeysetPagination
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Proposal.objects.none()
        user = self.request.user
        if not uses_registers(user):
            raise NotFound
        if self.action == "list":
            which = self.request.GET.get("which", DECIDE)
            return list_of(user, which if which in (MINE, DONE) else DECIDE)
        rows = Proposal.objects.visible_to(user)
        return rows.select_related("unit", "asked_by", "decided_by")

    @extend_schema(
        parameters=[OpenApiParameter("which", str, enum=[DECIDE, MINE, DONE])]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request=AskedProposalSerializer, responses={201: FieldProposalSerializer}
    )
    def create(self, request: AuthedApiRequest) -> Response:
        """Propose another value for a field that somebody else owns."""
        self.get_queryset()
        sent = AskedProposalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        row = seen_entry(said["register"], said["subject"], request.user)
        value = values.read(row, said["field"], said["after"], request.user)
        with by(request):
            made = proposing.propose(
                row, said["field"], value, request.user, reason=said["reason"]
            )
        data = FieldProposalSerializer(made).data
        return Response(data, status.HTTP_201_CREATED)

    @extend_schema(request=AnswerSerializer, responses=FieldProposalSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """The owner's answer; 409 where somebody answered first."""
        one = self.get_object()
        sent = AnswerSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with by(request):
            deciding.decide(one, request.user, **sent.validated_data)
        return Response(FieldProposalSerializer(self.get_object()).data)
