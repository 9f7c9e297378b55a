"""My cells for other programs, and visits."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from offices.models import Visit
from offices.parts import Mine, goes_round, sources
from offices.registers.entries import CHOICES
from offices.rounds.views import FIRST, PAGE
from offices.rounds.visiting import seen, visit
from workflow.phone_time import PhoneTimeSerializer, taken_time


class ItemSerializer(serializers.Serializer[Any]):
    """One thing to do or to know. ``about``: what a visit is sent about."""

    title = serializers.CharField()
    detail = serializers.CharField()
    mark = serializers.CharField()
    day = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField()
    page = serializers.CharField(source="url")
    register = serializers.CharField(source="ask.register", default=None)
    about = serializers.UUIDField(source="ask.uuid", default=None)


class RoundPartSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    items = ItemSerializer(many=True)
    after = serializers.CharField(help_text="of the next page; empty at the end")


class RoundsView(APIView):
    """What is due, new and open in the cells of one's posts."""

    @extend_schema(
        parameters=[
            OpenApiParameter("part", str, description="one part alone, paged"),
            OpenApiParameter("after", str, description="as the page before says"),
        ],
        responses=RoundPartSerializer(many=True),
    )
    def get(self, request: AuthedApiRequest) -> Response:
        """Every part with its first items, or one of them."""
        if not goes_round(request.user):
            raise NotFound
        mine, made = Mine(request.user), sources()
        one = request.GET.get("part", "")
        if one in made:
            parts = [made[one](mine, request.GET.get("after", "")[:40], PAGE)]
        else:
            parts = [source(mine, "", FIRST) for source in made.values()]
        return Response(RoundPartSerializer(parts, many=True).data)


class VisitSerializer(PhoneTimeSerializer, serializers.ModelSerializer[Visit]):
    """A visit; ``uuid`` is made by whoever sends it, so that it is kept once."""

    about = serializers.UUIDField(source="subject")
    register = serializers.ChoiceField(choices=CHOICES)
    on = serializers.DateField(required=False)
    found = serializers.CharField(
        required=False, max_length=500, write_only=True, allow_blank=True
    )
    needs = serializers.CharField(
        required=False, max_length=500, write_only=True, allow_blank=True
    )
    uuid = serializers.UUIDField()

    class Meta:
        model = Visit
        fields = (
            *("uuid", "register", "about", "on", "way", "found", "needs"),
            *("happened_at", "sent_at"),
        )


class VisitsView(APIView):
    @extend_schema(request=VisitSerializer, responses={201: VisitSerializer})
    def post(self, request: AuthedApiRequest) -> Response:
        """Keep a visit: it answers the due visits of every module there."""
        if not goes_round(request.user):
            raise NotFound
        sent = VisitSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        at = taken_time(said)
        about = seen(said.pop("register"), said.pop("subject"), request.user)
        made = visit(about, request.user, **said | {"on": at.day(said.get("on"))})
        at.note(request.user, made.uuid)
        return Response(VisitSerializer(made).data, status.HTTP_201_CREATED)
