"""岗位评价 over the API: the same as on the page, and nothing while it is off."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.evaluation import persons
from cases.evaluation.periods import asked
from cases.models import EvaluationSettings
from govmap.lib.api import AuthedApiRequest


class PersonFiguresView(APIView):
    """One's own posts, and for a head those of his unit; ``on`` false: nothing."""

    request: AuthedApiRequest

    @extend_schema(
        parameters=[
            OpenApiParameter("period", str, description="day, week, month, …"),
            OpenApiParameter("day", OpenApiTypes.DATE),
            OpenApiParameter("from", OpenApiTypes.DATE),
            OpenApiParameter("to", OpenApiTypes.DATE),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: AuthedApiRequest) -> Response:
        period = asked(request.query_params, timezone.localdate())
        settings = EvaluationSettings.current()
        is_on = settings.shows_persons(timezone.localdate())
        return Response(
            {
                "on": is_on,
                "until": settings.persons_until if is_on else None,
                "reason": settings.persons_reason if is_on else "",
                "results": persons.told(persons.held(request.user, period)),
            }
        )
