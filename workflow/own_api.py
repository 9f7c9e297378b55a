"""The API of what a person keeps for himself: saved views, and what he has read."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from workflow import saved_views, seen_views
from workflow.act_api import uuid_of
from workflow.models import SavedView


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    """A list's filters under a name; ``unit`` is the code of whose people share it."""

    unit = serializers.CharField(
        source="unit.code", default=None, allow_null=True, read_only=True
    )
    owner = serializers.CharField(source="owner.__str__", read_only=True)

    class Meta:
        model = SavedView
        fields = ("uuid", "page", "name", "query", "unit", "owner", "is_default")


class NewViewSerializer(serializers.Serializer[Any]):
    page = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=saved_views.NAME_MAX)
    query = serializers.CharField(
        max_length=saved_views.QUERY_MAX,
        allow_blank=True,
        help_text="as the address of the page has it",
    )
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True)
    is_default = serializers.BooleanField(default=False)


class ChangedViewSerializer(serializers.Serializer[Any]):
    """What is named, is changed."""

    name = serializers.CharField(max_length=saved_views.NAME_MAX, required=False)
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True)
    is_default = serializers.BooleanField(required=False)
    move = serializers.ChoiceField(
        choices=[saved_views.UP, saved_views.DOWN], required=False
    )
    removed = serializers.BooleanField(
        required=False, help_text="false gives back what was deleted within a day"
    )


class SavedViewViewSet(GenericViewSet[SavedView]):
    """常用视图 of the person who asks, and of the units in which he has a post."""

    request: AuthedApiRequest
    queryset = SavedView.objects.none()
    serializer_class = SavedViewSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def get_queryset(self) -> QuerySet[SavedView]:
        if getattr(self, "swagger_fake_view", False):
            return SavedView.objects.none()
        return SavedView.objects.kept().visible_to(self.request.user)

    @extend_schema(parameters=[OpenApiParameter("page", str, required=True)])
    def list(self, request: AuthedApiRequest) -> Response:
        """Those of one page, one's own first."""
        name = request.query_params.get("page", "")
        page = saved_views.page_named(name, request.user)
        rows = saved_views.views_of(request.user, page.name)
        return Response(SavedViewSerializer(rows, many=True).data)

    @extend_schema(request=NewViewSerializer, responses={201: SavedViewSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        sent = NewViewSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        page = saved_views.page_named(told.pop("page"), request.user)
        view = saved_views.save_view(page, request.user, **told)
        return Response(SavedViewSerializer(view).data, status.HTTP_201_CREATED)

    @extend_schema(request=ChangedViewSerializer)
    def partial_update(self, request: AuthedApiRequest, uuid: str) -> Response:
        sent = ChangedViewSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told, user = sent.validated_data, request.user
        comes_back = told.get("removed") is False
        view = saved_views.found(uuid_of(uuid), user, removed=comes_back)
        if comes_back:
            saved_views.restore(view)
        if "name" in told:
            saved_views.rename(view, told["name"])
        if "unit" in told:
            saved_views.share(view, user, told["unit"])
        if "is_default" in told:
            saved_views.set_default(view, user, yes=told["is_default"])
        if "move" in told:
            saved_views.move(view, told["move"])
        return Response(SavedViewSerializer(view).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: AuthedApiRequest, uuid: str) -> Response:
        """Taken away; within a day ``{"removed": false}`` gives it back."""
        saved_views.remove(saved_views.found(uuid_of(uuid), request.user))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MarkSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(max_length=20, help_text="of subjects, as case")
    subjects = serializers.ListField(
        child=ClientUUIDField(), min_length=1, max_length=seen_views.MOST
    )
    unread = serializers.BooleanField()


class MarkedSerializer(serializers.Serializer[Any]):
    marked = serializers.IntegerField()


class SeenView(APIView):
    """Which subjects the person has read. Opening one marks it by itself."""

    request: AuthedApiRequest

    @extend_schema(request=MarkSerializer, responses=MarkedSerializer)
    def post(self, request: AuthedApiRequest) -> Response:
        sent = MarkSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        marked = seen_views.marked(
            request.user, told["kind"], told["subjects"], unread=told["unread"]
        )
        return Response({"marked": marked})
