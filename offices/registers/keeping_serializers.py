"""What the API says of mergings, readings and code lists, and what it takes."""

from typing import Any

from rest_framework import serializers

from offices.models import Code, CodeList, Merging, RegisterReading, SensitiveGroup
from offices.registers import merging
from workflow.rules_api import TitleField, unit_field


class MergingSerializer(serializers.ModelSerializer[Merging]):
    """``granted``: null while nobody decided."""

    asked_by = serializers.CharField(source="asked_by.name")
    decided_by = serializers.CharField(source="decided_by.name", default=None)

    class Meta:
        model = Merging
        fields = (
            *("uuid", "register", "stays", "goes", "reason", "asked_by", "asked_at"),
            *("granted", "decided_by", "decided_at", "answer"),
        )
        read_only_fields = fields


class AskedMergingSerializer(serializers.Serializer[Any]):
    register = serializers.ChoiceField(choices=sorted(merging.MODELS))
    stays = serializers.UUIDField()
    goes = serializers.UUIDField()
    reason = serializers.CharField(max_length=200)


class MergingDecisionSerializer(serializers.Serializer[Any]):
    granted = serializers.BooleanField()
    answer = serializers.CharField(required=False, default="", max_length=200)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["granted"] and not attrs["answer"]:
            raise serializers.ValidationError({"answer": ["Say why not."]})
        return attrs


class ReadingSerializer(serializers.ModelSerializer[RegisterReading]):
    """One look, by whom and what for. Whom it is about is named by his uuid alone."""

    by = serializers.CharField(source="by.username")
    name = serializers.CharField(source="by.name")
    unit = serializers.CharField(source="unit.code", default=None)

    class Meta:
        model = RegisterReading
        fields = (
            *("id", "at", "by", "name", "unit", "role", "register", "subject"),
            *("what", "purpose", "note"),
        )
        read_only_fields = fields


class CodeSerializer(serializers.ModelSerializer[Code]):
    """``list``: the code of the list; ``group``: of the sensitive group it is of."""

    list = serializers.CharField(source="list.code")
    chinese = TitleField("zh-hans")
    english = TitleField("en", required=False, allow_blank=True)
    group = serializers.CharField(source="group.code", default=None, read_only=True)
    retired = serializers.SerializerMethodField()

    class Meta:
        model = Code
        fields = (
            *("id", "list", "code", "chinese", "english", "order", "color", "group"),
            "retired",
        )

    def get_retired(self, row: Code) -> bool:
        return row.retired_at is not None


class CodeListSerializer(serializers.ModelSerializer[CodeList]):
    title = TitleField("zh-hans", read_only=True)
    title_en = TitleField("en", read_only=True)
    codes = CodeSerializer(many=True, read_only=True)

    class Meta:
        model = CodeList
        fields = ("code", "title", "title_en", "standard", "codes")
        read_only_fields = fields


class GroupSerializer(serializers.ModelSerializer[SensitiveGroup]):
    """Off while ``opened_on`` is null."""

    title = TitleField("zh-hans", read_only=True)
    department = unit_field("department")

    class Meta:
        model = SensitiveGroup
        fields = (
            *("id", "code", "title", "competent", "readers"),
            *("document", "department", "opened_on", "until"),
        )
        read_only_fields = ("id", "code", "title", "competent", "readers")
