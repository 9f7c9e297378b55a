"""The API of the crosswalk: what a class of one edition is called in another."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from workflow.crosswalk_views import PairForm, pairs_asked
from workflow.models import Crosswalk
from workflow.rules_api import MakesRules, check


class PairSerializer(serializers.ModelSerializer[Crosswalk]):
    """Two classes of two editions, each as ``edition kind/code``."""

    old = serializers.SerializerMethodField()
    new = serializers.SerializerMethodField()
    old_name = serializers.CharField(source="old.__str__")
    new_name = serializers.CharField(source="new.__str__")

    class Meta:
        model = Crosswalk
        fields = ("id", "old", "new", "old_name", "new_name")

    def get_old(self, pair: Crosswalk) -> str:
        return _said(pair.old)

    def get_new(self, pair: Crosswalk) -> str:
        return _said(pair.new)


def _said(row: Any) -> str:
    return f"{row.standard.code} {row.kind}/{row.code}"


class NewPairSerializer(serializers.Serializer[Any]):
    old = serializers.CharField(max_length=80, help_text="gbt47678.5-2026 event/06010")
    new = serializers.CharField(max_length=80)


class CrosswalkViewSet(MakesRules):
    """对照表."""

    queryset = Crosswalk.objects.select_related("old__standard", "new__standard")
    serializer_class = PairSerializer

    def get_queryset(self) -> QuerySet[Crosswalk]:
        if self.action != "list":
            return super().get_queryset()
        rows: QuerySet[Crosswalk] = pairs_asked(self.request.query_params)[0]
        return rows

    @extend_schema(
        parameters=[
            OpenApiParameter("from", str, description="code of an edition"),
            OpenApiParameter("to", str, description="code of the other"),
            OpenApiParameter("q", str, description="words of a class, or its code"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The pairs, narrowed by editions and words."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewPairSerializer, responses={201: PairSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        form = PairForm(self.typed(self.sent))
        check(form)
        with self.recorded():
            row = Crosswalk.objects.create(**form.cleaned_data)
        return Response(PairSerializer(row).data, status.HTTP_201_CREATED)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A pair is no rule that cases keep: it goes; the record says who let it."""
        row = self.get_object()
        with self.recorded():
            row.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
