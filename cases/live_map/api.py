"""The replay of a day over the API: the same document as the map's."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.live_map.replay import PHASES, day_of_cases
from govmap.lib.api import AuthedApiRequest
from layers.at import PARAMETER, day_of


class CaseDaySerializer(serializers.Serializer[dict[str, object]]):
    """A row of ``cases`` is [lon, lat, phase before, second, phase, …].

    Phases are places in ``phases``, -1 before the case was reported; ``whole`` is false
    where more happened than is told.
    """

    day = serializers.DateField()
    begins = serializers.DateTimeField()
    seconds = serializers.IntegerField()
    phases = serializers.ListField(child=serializers.ChoiceField(choices=list(PHASES)))
    whole = serializers.BooleanField()
    cases = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField())
    )


class CaseDayView(APIView):
    """What happened on one day to the cases that the reader sees."""

    request: AuthedApiRequest

    @extend_schema(
        parameters=[OpenApiParameter(PARAMETER, str, description="2026-11-20")],
        responses=CaseDaySerializer,
    )
    def get(self, request: AuthedApiRequest) -> Response:
        asked = day_of(request.query_params) or timezone.localdate()
        return Response(day_of_cases(request.user, asked))
