"""The API of the rules of sampling: kept, tried, and drawn by."""

from typing import Any

from django.forms import BaseForm
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import User
from cases.models import Draw, SamplingRule
from cases.reviewing import drawing
from cases.reviewing.permissions import is_supervisor
from cases.reviewing.rule_forms import DaysForm, SamplingRuleForm
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed
from workflow.models import Category
from workflow.rules_api import (
    NOTHING,
    KeepsRules,
    TitleField,
    check,
    unit_field,
    unit_key,
)


class SamplingRuleSerializer(serializers.ModelSerializer[SamplingRule]):
    """What is drawn, how often. ``category``: ``kind/code`` of the edition in force."""

    title = TitleField("zh-hans", max_length=60)
    title_en = TitleField("en", required=False, allow_blank=True)
    category = serializers.SerializerMethodField()
    street = unit_field("street")
    department = unit_field("department")

    class Meta:
        model = SamplingRule
        fields = (
            *("code", "title", "title_en", "kind", "times", "category", "street"),
            *("department", "share", "most", "least", "per", "every", "days"),
            *("begins_on", "order", "pool", "retired"),
        )

    def get_category(self, rule: SamplingRule) -> str | None:
        row = rule.category
        return f"{row.kind}/{row.code}" if row else None


class TrialSerializer(serializers.Serializer[Any]):
    """What a draw would come to; ``fresh``: of those, not sampled yet."""

    found = serializers.IntegerField()
    picked = serializers.IntegerField()
    fresh = serializers.IntegerField()


class DaysSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()


class DrawSerializer(serializers.ModelSerializer[Draw]):
    class Meta:
        model = Draw
        fields = ("first_day", "last_day", "drawn_at", "found", "picked")


def category_key(said: str) -> int:
    """The key of ``kind/code`` in the edition in force."""
    kind, _slash, code = said.partition("/")
    rows = Category.objects.in_use().filter(standard__is_default=True)
    return rows.filter(kind=kind, code=code).values_list("pk", flat=True).first() or (
        NOTHING
    )


DAYS = [
    OpenApiParameter(name, OpenApiTypes.DATE, required=True)
    for name in ("first", "last")
]


class SamplingRuleViewSet(KeepsRules):
    """抽查规则."""

    queryset = SamplingRule.objects.select_related("category", "street", "department")
    serializer_class = SamplingRuleSerializer
    lookup_field = "code"
    lookup_value_regex = r"[-\w]{1,40}"
    keys = {"category": category_key, "street": unit_key, "department": unit_key}

    def may_change(self, user: User) -> bool:
        """Who keeps the rules sees no cases: a supervisor draws."""
        if self.action == "draw":
            if not is_supervisor(user):
                raise NotAllowed
            return True
        return super().may_change(user)

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        return SamplingRuleForm(data, instance=row or SamplingRule())

    @extend_schema(parameters=DAYS, responses=TrialSerializer)
    @action(detail=True, pagination_class=None)
    def trial(self, request: AuthedApiRequest, code: str) -> Response:
        """How many a draw from these days would come to; nothing is written."""
        days = _days(request.query_params.dict())
        found = drawing.tried(self.get_object(), **days)
        counts = (len(found.found), len(found.picks), len(found.fresh))
        said = dict(zip(("found", "picked", "fresh"), counts, strict=True))
        return Response(TrialSerializer(said).data)

    @extend_schema(request=DaysSerializer, responses={201: DrawSerializer})
    @action(detail=True, methods=["post"], pagination_class=None)
    def draw(self, request: AuthedApiRequest, code: str) -> Response:
        """Draw now from days that are over; once from a period."""
        days = _days(self.typed(self.sent))
        made = drawing.draw(self.get_object(), **days, by=request.user)
        return Response(DrawSerializer(made).data, status.HTTP_201_CREATED)


def _days(data: dict[str, Any]) -> Any:
    form = DaysForm(data)
    check(form)
    return {name: form.cleaned_data[name] for name in ("first", "last")}
