"""The API of leaders' instructions."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.models import Instruction
from cases.models.instruction import InstructionQuerySet
from workflow.act_api import StorySerializer, SubjectViewSet
from workflow.serializers import StateSerializer


class InstructionSerializer(serializers.ModelSerializer[Instruction]):
    """One instruction, and how far it is."""

    state = StateSerializer(read_only=True)
    case = serializers.UUIDField(source="case.uuid", read_only=True)
    number = serializers.CharField(source="case.number", read_only=True)
    leader = serializers.CharField(source="leader.name", read_only=True)
    unit = serializers.CharField(source="unit.code", read_only=True)
    due_at = serializers.SerializerMethodField()

    class Meta:
        model = Instruction
        fields: tuple[str, ...] = (
            *("uuid", "state", "case", "number", "leader", "unit", "until"),
            *("given_at", "due_at", "signed_at", "reported_at", "over_at", "urged"),
            "events_count",
        )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_due_at(self, row: Any) -> Any:
        """Of the limit that runs, or the last that ran."""
        return row.due


class WholeInstructionSerializer(StorySerializer, InstructionSerializer):
    class Meta:
        model = Instruction
        fields = (*InstructionSerializer.Meta.fields, "events", "moves")


class InstructionViewSet(SubjectViewSet):
    """批示: those one gave, and those to one's unit. They are given by a move of the
    case."""

    model, whole = Instruction, WholeInstructionSerializer
    queryset = Instruction.objects.none()
    serializer_class = InstructionSerializer

    def rows(self) -> InstructionQuerySet:
        return Instruction.objects.listed().with_due()
