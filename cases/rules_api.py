"""The API of the small tables of cases: sources, tags, words of tables, stand-ins."""

from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cases import stand_ins
from cases.models import Source, StandIn, TableWord, Tag
from cases.rule_forms import StandInForm
from cases.table_word_views import WordForm
from cases.word_views import SourceForm, TagForm
from govmap.lib.api import AuthedApiRequest
from workflow.rules_api import KeepsRules, MakesRules, TitleField, check


class TagSerializer(serializers.ModelSerializer[Any]):
    """A mark of cases; its code stays. Without ``order`` a new one goes to the end."""

    title = TitleField("zh-hans")
    title_en = TitleField("en", required=False, allow_blank=True)

    class Meta:
        model: Any = Tag
        fields: tuple[str, ...] = (
            *("id", "code", "title", "title_en", "order", "retired"),
        )


class SourceSerializer(TagSerializer):
    """Where a case comes from; ``desk``: chosen at intake, ``caller``: somebody call"""

    class Meta(TagSerializer.Meta):
        model = Source
        fields = (*TagSerializer.Meta.fields, "desk", "caller")


class TagViewSet(KeepsRules):
    """标签 that cases are marked with."""

    queryset: QuerySet[Any] = Tag.objects.all()
    serializer_class: Any = TagSerializer
    switches = frozenset({"retired"})

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        return TagForm(data, instance=row)


class SourceViewSet(TagViewSet):
    """来源 of cases."""

    queryset = Source.objects.all()
    serializer_class = SourceSerializer

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        return SourceForm(data, instance=row)


class TableWordSerializer(serializers.ModelSerializer[TableWord]):
    """What an incoming table calls a column or a value of ours."""

    class Meta:
        model = TableWord
        fields = ("id", "table", "sort", "word", "means", "retired")


class TableWordViewSet(KeepsRules):
    """来件列名: a word is added, and put out of use or in use again."""

    queryset = TableWord.objects.all()
    serializer_class = TableWordSerializer
    switches = frozenset({"retired"})

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        return WordForm(data, instance=row)


class StandInSerializer(serializers.ModelSerializer[StandIn]):
    """Who does whose work from when to when: two units or two people."""

    unit = serializers.CharField(source="unit.code", default=None)
    by_unit = serializers.CharField(source="by_unit.code", default=None)
    person = serializers.CharField(source="person.username", default=None)
    by_person = serializers.CharField(source="by_person.username", default=None)
    begins = serializers.DateTimeField(source="lasts.lower")
    ends = serializers.DateTimeField(source="lasts.upper")

    class Meta:
        model = StandIn
        fields = (
            *("id", "unit", "by_unit", "person", "by_person", "begins", "ends"),
            "reason",
        )


class NewStandInSerializer(serializers.Serializer[Any]):
    """``away`` and ``by``: a name, a unit or a sign-in name, of the same kind."""

    away = serializers.CharField(max_length=160)
    by = serializers.CharField(max_length=160)
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class StandInViewSet(MakesRules):
    """代班: those that are over too, the newest first."""

    queryset = StandIn.objects.select_related("unit", "by_unit", "person", "by_person")
    serializer_class = StandInSerializer

    @extend_schema(request=NewStandInSerializer, responses={201: StandInSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Somebody stands in; those concerned are told."""
        form = StandInForm(self.request.user, self.typed(self.sent))
        check(form)
        sent = form.cleaned_data
        with self.recorded():
            row = stand_ins.begin(
                sent["away"], sent["by"], sent["lasts"], sent["reason"]
            )
        return Response(StandInSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """From now on it is over; one that has not begun never happens."""
        row = self.get_object()
        if not row.is_over:
            with self.recorded():
                stand_ins.end(row)
        return Response(status=status.HTTP_204_NO_CONTENT)
