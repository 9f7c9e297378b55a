"""The API of phrases: what is offered to the person who asks, and his own."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.mixins import DestroyModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest
from workflow import phrases
from workflow.models import OwnPhrase, Phase
from workflow.models.phrase import TEXT_MAX


class OfferedSerializer(serializers.Serializer[Any]):
    """One phrase; ``key`` names it where an act says that it was used."""

    key = serializers.CharField()
    text = serializers.CharField()
    own = serializers.BooleanField(source="is_own")
    used = serializers.IntegerField(help_text="times, by who asks")


class OwnPhraseSerializer(serializers.ModelSerializer[OwnPhrase]):
    text = serializers.CharField(max_length=TEXT_MAX)
    phase = serializers.ChoiceField(Phase.choices, required=False, allow_blank=True)

    class Meta:
        model = OwnPhrase
        fields = ("id", "text", "kind", "verb", "phase", "used")
        read_only_fields = ("id", "used")


WHERE = [
    OpenApiParameter("kind", str, description="of the subject, as case"),
    OpenApiParameter("verb", str, description="of the move"),
    OpenApiParameter("phase", str, description="that the subject stands in"),
]


class PhraseViewSet(DestroyModelMixin, GenericViewSet[OwnPhrase]):
    """常用语: the person's own and those of his units, the most used first."""

    request: AuthedApiRequest
    queryset = OwnPhrase.objects.none()
    serializer_class = OwnPhraseSerializer
    pagination_class = None
    filter_backends = ()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[OwnPhrase]:
        if getattr(self, "swagger_fake_view", False):
            return OwnPhrase.objects.none()
        return OwnPhrase.objects.filter(person=self.request.user)

    @extend_schema(responses=OfferedSerializer(many=True), parameters=WHERE)
    def list(self, request: AuthedApiRequest) -> Response:
        """What a form offers for a move in a phase."""
        asked = {
            name: request.query_params.get(name, "").replace("\x00", "")
            for name in ("kind", "verb", "phase")
        }
        offered = phrases.offered_to(request.user, **asked)
        return Response(OfferedSerializer(offered, many=True).data)

    @extend_schema(responses={201: OwnPhraseSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """Keep a phrase of one's own; the same one again is the same."""
        sent = OwnPhraseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        row = phrases.keep(request.user, **sent.validated_data)
        return Response(OwnPhraseSerializer(row).data, status.HTTP_201_CREATED)
