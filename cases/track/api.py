"""Tracks over the API: the phone sends, the worker reads his own, others with a
purpose."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from cases.models import TrackPoint, TrackReading, TrackSettings
from cases.track import keeping, reading
from cases.track.duty import duty_of
from cases.track.views import day_asked
from cases.track.workers import as_geojson, on_duty_outdoors, pins_of
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.geojson import FeatureCollectionSerializer, PointField

YEAR_3000 = 32_503_680_000_000  # milliseconds


class PositionsThrottle(UserRateThrottle):
    """A phone sends once a minute, and a few times more after it had no network.

    Counted by process.
    """

    scope = "positions"
    rate = "20/min"


class PositionSerializer(serializers.Serializer[Any]):
    """``stamp``: milliseconds of the phone's own clock, since 1970 in UTC."""

    stamp = serializers.IntegerField(min_value=0, max_value=YEAR_3000)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    accuracy = serializers.FloatField(
        min_value=0, max_value=100_000, required=False, allow_null=True, default=None
    )


class PositionsSerializer(serializers.Serializer[Any]):
    """``sent_at``: the same clock now, by which a wrong one is put right."""

    sent_at = serializers.IntegerField(min_value=0, max_value=YEAR_3000)
    positions = serializers.ListField(
        child=PositionSerializer(), allow_empty=False, max_length=keeping.MOST
    )


class TrackTakenSerializer(serializers.Serializer[Any]):
    kept = serializers.IntegerField()
    dropped = serializers.IntegerField(
        help_text="in the future, out of the time on duty, too old, too dense or vague"
    )


class TrackPointSerializer(serializers.ModelSerializer[TrackPoint]):
    place = PointField()

    class Meta:
        model = TrackPoint
        fields = ("at", "place", "accuracy")


class OwnTrackSerializer(serializers.Serializer[Any]):
    """``is_on``: the site keeps tracks. ``on_duty``: one's own is kept now."""

    is_on = serializers.BooleanField()
    on_duty = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True, help_text="ends by itself")
    days = serializers.IntegerField(help_text="that positions are kept")
    every = serializers.IntegerField(help_text="seconds")
    metres = serializers.IntegerField()
    day = serializers.DateField()
    points = TrackPointSerializer(many=True)


class TrackDutySerializer(serializers.Serializer[Any]):
    on = serializers.BooleanField()


class TrackReadingSerializer(serializers.ModelSerializer[TrackReading]):
    by = serializers.CharField(source="by.name")

    class Meta:
        model = TrackReading
        fields = ("by", "purpose", "day", "note", "at")


class LookSerializer(serializers.Serializer[Any]):
    person = serializers.CharField(max_length=150, help_text="user name")
    day = serializers.DateField()
    purpose = serializers.ChoiceField(choices=reading.PURPOSES)
    note = serializers.CharField(max_length=200)


class TrackView(APIView):
    """我的轨迹."""

    request: AuthedApiRequest

    def get_throttles(self) -> list[Any]:
        return [PositionsThrottle()] if self.request.method == "POST" else []

    @extend_schema(
        parameters=[OpenApiParameter("day", str, description="2026-11-20; today")],
        responses=OwnTrackSerializer,
    )
    def get(self, request: AuthedApiRequest) -> Response:
        """One's own positions of a day, and whether they are kept now."""
        keeping.check_goes_out(request.user)
        return Response(OwnTrackSerializer(self._own(request)).data)

    def _own(self, request: AuthedApiRequest) -> dict[str, Any]:
        settings, now = TrackSettings.current(), timezone.now()
        day = day_asked(request.query_params.get("day", ""), settings.days)
        duty = duty_of(request.user, since=now, until=now)
        return {
            "is_on": settings.is_on,
            "on_duty": settings.is_on and duty.is_on(now),
            "until": duty.ends(now) if settings.is_on else None,
            **{"days": settings.days, "every": settings.every},
            **{"metres": settings.metres, "day": day},
            "points": reading.track_of(request.user, day),
        }

    @extend_schema(request=PositionsSerializer, responses=TrackTakenSerializer)
    def post(self, request: AuthedApiRequest) -> Response:
        """Positions of the phone, some at once; sent again, kept once."""
        keeping.check_goes_out(request.user)
        sent = PositionsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        positions = [keeping.Position(**one) for one in said["positions"]]
        taken = keeping.take(request.user, positions, said["sent_at"])
        return Response(TrackTakenSerializer(taken).data)


class DutyView(APIView):
    """上岗, 下岗: they start and stop the track, and count for nothing else."""

    @extend_schema(request=TrackDutySerializer, responses={204: None})
    def post(self, request: AuthedApiRequest) -> Response:
        keeping.check_goes_out(request.user)
        sent = TrackDutySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        keeping.mark(request.user, on=sent.validated_data["on"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class TrackReadingsView(APIView):
    """Looks at tracks: who looked at one's own; a look at another's."""

    @extend_schema(responses=TrackReadingSerializer(many=True))
    def get(self, request: AuthedApiRequest) -> Response:
        """The last looks at one's own positions."""
        rows = reading.readings_of(request.user)
        return Response(TrackReadingSerializer(rows, many=True).data)

    @extend_schema(request=LookSerializer, responses=TrackPointSerializer(many=True))
    def post(self, request: AuthedApiRequest) -> Response:
        """The positions of one of one's workers; that they were read is on record."""
        if not reading.can_read_tracks(request.user):
            raise NotFound
        sent = LookSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        first = reading.first_day(TrackSettings.current().days)
        if not first <= said["day"] <= timezone.localdate():
            raise ValidationError({"day": [str(first)]})
        _person, points = reading.read(
            request.user,
            said["person"],
            said["day"],
            purpose=said["purpose"],
            note=said["note"],
        )
        return Response(TrackPointSerializer(points, many=True).data)


class WorkersView(APIView):
    """Workers on duty, for whose work it is to know."""

    @extend_schema(
        operation_id="workers_on_duty", responses=FeatureCollectionSerializer
    )
    def get(self, request: AuthedApiRequest) -> Response:
        """Points; ``at`` is null where only the post is known."""
        if not reading.sees_workers(request.user):
            raise NotFound
        return Response(as_geojson(pins_of(on_duty_outdoors(request.user))))
