"""A person's keys over the API, as on his page."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from govmap.lib.api import AuthedApiRequest
from layers.models import ProgramToken
from layers.ogc import tokens
from layers.ogc.own_views import own


class ProgramTokenSerializer(serializers.ModelSerializer[ProgramToken]):
    class Meta:
        model = ProgramToken
        fields = (
            *("id", "name", "begins", "made_at", "expires_at", "used_at"),
            *("used_from", "revoked_at"),
        )


class NewTokenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=tokens.NAME_MOST)
    days = serializers.ChoiceField(choices=tokens.DAYS, default=tokens.DAYS[1])


class MadeTokenSerializer(ProgramTokenSerializer):
    """``key`` is told this once."""

    key = serializers.CharField()

    class Meta(ProgramTokenSerializer.Meta):
        fields = (*ProgramTokenSerializer.Meta.fields, "key")  # type: ignore[assignment]


class ProgramTokenViewSet(ReadOnlyModelViewSet[ProgramToken]):
    """Keys by which one's programs read at `/ogc/`."""

    request: AuthedApiRequest
    queryset = ProgramToken.objects.none()
    serializer_class = ProgramTokenSerializer
    pagination_class = None
    filter_backends = ()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[ProgramToken]:
        if getattr(self, "swagger_fake_view", False):
            return ProgramToken.objects.none()
        return own(self.request.user)

    @extend_schema(request=NewTokenSerializer, responses={201: MadeTokenSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """A new key: the only answer that tells it."""
        sent = NewTokenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row, key = tokens.make(request.user, **sent.validated_data)
        said = {**ProgramTokenSerializer(row).data, "key": key}
        return Response(said, status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Revoke it, at once."""
        tokens.revoke(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
