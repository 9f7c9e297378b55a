"""The API of the knowledge base."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Unit
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed
from govmap.lib.paging import KeysetPagination
from workflow.knowledge import reading, writing
from workflow.knowledge.forms import ArticleForm, newest
from workflow.knowledge.views import readable, writes
from workflow.models import Article, ArticleVersion
from workflow.roster.permissions import can_read
from workflow.rules_api import check, unit_key


class ArticleVersionSerializer(serializers.ModelSerializer[ArticleVersion]):
    units: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        "code", many=True, read_only=True
    )
    classes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ArticleVersion
        fields = (
            *("number", "title", "text", "reply", "classes", "units", "basis"),
            *("valid_from", "valid_to", "review_on", "published_at"),
        )


class ArticleSerializer(serializers.ModelSerializer[Article]):
    """An article with what is in force of it; null while nothing was published."""

    unit = serializers.CharField(source="unit.code")
    current = ArticleVersionSerializer(allow_null=True)

    class Meta:
        model = Article
        fields = ("uuid", "unit", "current", "retired_at")


class DraftSerializer(serializers.Serializer[Any]):
    """What is written; ``unit`` only of a new article."""

    unit = serializers.CharField(required=False, help_text="code of the owner")
    title = serializers.CharField()
    text = serializers.CharField()
    reply = serializers.CharField(required=False, allow_blank=True)
    classes = serializers.ListField(child=serializers.CharField(), required=False)
    units = serializers.ListField(child=serializers.CharField(), required=False)
    basis = serializers.CharField(required=False, allow_blank=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True)
    review_on = serializers.DateField(required=False, allow_null=True)


class ArticleViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Article]):
    """知识库: what is in force for one's units, and what one keeps."""

    request: AuthedApiRequest
    queryset = Article.objects.none()
    serializer_class = ArticleSerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        asked = hasattr(self, str(request.method).lower())
        if asked and not can_read(self.request.user):
            raise NotAllowed

    def get_queryset(self) -> QuerySet[Article]:
        if getattr(self, "swagger_fake_view", False):
            return Article.objects.none()
        rows = readable(self.request.user)
        if self.action == "list":
            asked = self.request.query_params
            rows = Article.objects.visible_to(self.request.user)
            rows = reading.matching(rows, asked.get("q", ""))
            if code := asked.get("class", "").replace("\x00", ""):
                rows = reading.of_class(rows, code[:20])
        found: QuerySet[Article] = rows.select_related("unit", "current")
        return found.prefetch_related("current__units")

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="words"),
            OpenApiParameter("class", str, description="as event/06010"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=DraftSerializer, responses={201: ArticleSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """A new article, as a draft."""
        if not writes(request.user):
            raise NotAllowed
        row = self._keep(None)
        return Response(ArticleSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(responses=ArticleVersionSerializer, methods=["get"])
    @extend_schema(
        request=DraftSerializer, responses=ArticleVersionSerializer, methods=["put"]
    )
    @action(detail=True, methods=["get", "put"])
    def draft(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """What will be said: read and written by who keeps the article."""
        row = self.get_object()
        writing.check_keeps(request.user, row.unit)
        if request.method == "PUT":
            self._keep(row)
        return Response(ArticleVersionSerializer(newest(row)).data)

    @extend_schema(request=None, responses=ArticleSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        row = self.get_object()
        writing.check_keeps(request.user, row.unit)
        writing.publish(row, request.user)
        return Response(ArticleSerializer(self.get_object()).data)

    @extend_schema(request=None, responses=ArticleSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        row = self.get_object()
        writing.check_keeps(request.user, row.unit)
        writing.withdraw(row, request.user)
        return Response(ArticleSerializer(self.get_object()).data)

    def _keep(self, row: Article | None) -> Article:
        """Checked by the form of the page. Raises ValidationError."""
        sent = self.request.data
        said = {**sent} if isinstance(sent, Mapping) else {}
        if isinstance(classes := said.get("classes"), list):
            said["classes"] = " ".join(str(code) for code in classes)
        if "unit" in said:
            said["unit"] = unit_key(str(said["unit"]))
        if isinstance(units := said.get("units"), list):
            codes = [str(code) for code in units]
            found = Unit.objects.filter(code__in=codes).values_list("pk", flat=True)
            said["units"] = [*found, *([0] if len(found) != len(set(codes)) else [])]
        said = {name: value for name, value in said.items() if value is not None}
        form = ArticleForm(self.request.user, row, said)
        check(form)
        clean = dict(form.cleaned_data)
        meant = clean.pop("units")
        made = row or Article(unit=clean.pop("unit"))
        writing.keep(made, self.request.user, clean, meant)
        return made
