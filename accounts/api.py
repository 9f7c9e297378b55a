"""Units, and who is asking."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.models import Membership, Unit, User
from govmap.lib.api import AuthedApiRequest


class UnitSerializer(serializers.ModelSerializer[Unit]):
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.code", default=None, allow_null=True, read_only=True
    )
    kind_label = serializers.CharField(source="get_kind_display", read_only=True)

    class Meta:
        model = Unit
        fields = ("code", "name", "name_en", "kind", "kind_label", "parent")


class UnitFilter(filters.FilterSet):
    kind = filters.MultipleChoiceFilter(choices=Unit.Kind.choices)
    parent = filters.CharFilter(field_name="parent__code")

    class Meta:
        model = Unit
        fields = ("kind", "parent")


class UnitViewSet(ReadOnlyModelViewSet[Unit]):
    """Areas, departments and other bodies; a few hundred, and never paged."""

    queryset = Unit.objects.select_related("parent")
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    pagination_class = None
    lookup_field = "code"
    lookup_value_regex = r"[-.\w]+"

    def get_queryset(self) -> QuerySet[Unit]:
        return super().get_queryset().order_by("code")


class PostSerializer(serializers.ModelSerializer[Membership]):
    unit = UnitSerializer(read_only=True)
    role_label = serializers.CharField(source="get_role_display", read_only=True)

    class Meta:
        model = Membership
        fields = ("unit", "role", "role_label")


class MeSerializer(serializers.ModelSerializer[User]):
    posts = PostSerializer(many=True, read_only=True)

    class Meta:
        model = User
        fields = ("uuid", "username", "name", "posts")


class MeView(APIView):
    """Who is signed in, and the posts that are valid now."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        return Response(MeSerializer(request.user).data)
