"""The API of what a person keeps of his own: addresses, choices, browsers, leaves."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from workflow.channels import addresses, choosing, leaves
from workflow.models import Leave, OwnAddress


class AddressSerializer(serializers.ModelSerializer[OwnAddress]):
    """An own address, masked also for who owns it."""

    shown = serializers.SerializerMethodField()

    class Meta:
        model = OwnAddress
        fields = ("way", "shown", "confirmed_at")

    def get_shown(self, row: OwnAddress) -> str:
        return addresses.masked(row)


class NewAddressSerializer(serializers.Serializer[Any]):
    address = serializers.CharField(max_length=254)


class SentCodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20)


class OwnAddressViewSet(GenericViewSet[OwnAddress]):
    """One's own addresses by way: phone, mail, account."""

    request: AuthedApiRequest
    queryset = OwnAddress.objects.none()
    serializer_class = AddressSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "way"
    lookup_value_regex = "|".join(OwnAddress.Way.values)

    def list(self, request: AuthedApiRequest) -> Response:
        return Response(
            AddressSerializer(list(addresses.of(request.user)), many=True).data
        )

    @extend_schema(request=NewAddressSerializer, responses={202: None})
    def update(self, request: AuthedApiRequest, way: str) -> Response:
        """Set it: a code is sent there."""
        sent = NewAddressSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        text = sent.validated_data["address"]
        addresses.ask(request.user, way, text, timezone.now())
        return Response(status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={204: None})
    def destroy(self, request: AuthedApiRequest, way: str) -> Response:
        addresses.remove(request.user, way)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=SentCodeSerializer, responses=AddressSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: AuthedApiRequest, way: str) -> Response:
        """With the code that was sent there."""
        sent = SentCodeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        code = sent.validated_data["code"]
        row = addresses.confirm(request.user, way, code, timezone.now())
        return Response(AddressSerializer(row).data)


class ChoiceSerializer(serializers.Serializer[Any]):
    """A channel and how it stands; ``fixed``: the rules leave no choice."""

    channel = serializers.CharField(source="channel.code")
    title = serializers.CharField(source="channel", read_only=True)
    wanted = serializers.BooleanField()
    gathered = serializers.BooleanField()
    fixed = serializers.BooleanField(read_only=True)
    can_gather = serializers.BooleanField(read_only=True)
    reached = serializers.BooleanField(read_only=True)


class ChoicesSerializer(serializers.Serializer[Any]):
    """All at once; ``quiet_from`` and ``quiet_until`` as 22:00, or both empty."""

    choices = ChoiceSerializer(many=True)
    quiet_from = serializers.CharField(max_length=8, allow_blank=True, default="")
    quiet_until = serializers.CharField(max_length=8, allow_blank=True, default="")


class OwnChoicesView(APIView):
    """What one wants over which channel, and one's quiet hours."""

    @extend_schema(responses=ChoicesSerializer)
    def get(self, request: AuthedApiRequest) -> Response:
        quiet = choosing.quiet_of(request.user)
        told = {
            "choices": choosing.choices_of(request.user),
            "quiet_from": f"{quiet.quiet_from:%H:%M}" if quiet else "",
            "quiet_until": f"{quiet.quiet_until:%H:%M}" if quiet else "",
        }
        return Response(ChoicesSerializer(told).data)

    @extend_schema(request=ChoicesSerializer, responses=ChoicesSerializer)
    def put(self, request: AuthedApiRequest) -> Response:
        sent = ChoicesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        rows = sent.validated_data["choices"]
        choosing.keep(
            request.user,
            wanted=[row["channel"]["code"] for row in rows if row["wanted"]],
            gathered=[row["channel"]["code"] for row in rows if row["gathered"]],
            quiet=choosing.quiet_from(
                sent.validated_data["quiet_from"], sent.validated_data["quiet_until"]
            ),
        )
        return self.get(request)


class LeaveSerializer(serializers.ModelSerializer[Leave]):
    """Who is away, both days included, and who is told as well."""

    person = serializers.CharField(source="person.username", read_only=True)
    stand_in = serializers.CharField(source="stand_in.username")

    class Meta:
        model = Leave
        fields = ("id", "person", "stand_in", "begins_on", "ends_on")


class LeaveViewSet(GenericViewSet[Leave]):
    """One's own leaves that are not over."""

    request: AuthedApiRequest
    queryset = Leave.objects.none()
    serializer_class = LeaveSerializer
    pagination_class = None
    filter_backends = ()
    lookup_value_regex = r"\d{1,18}"

    def get_queryset(self) -> QuerySet[Leave]:
        if getattr(self, "swagger_fake_view", False):
            return Leave.objects.none()
        return leaves.own(self.request.user).select_related("person")

    def list(self, request: AuthedApiRequest) -> Response:
        return Response(LeaveSerializer(self.get_queryset(), many=True).data)

    @extend_schema(responses={201: LeaveSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """``stand_in``: the name or sign-in name of somebody near."""
        sent = LeaveSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        row = leaves.begin(
            request.user,
            leaves.meant(request.user, data["stand_in"]["username"]),
            data["begins_on"],
            data["ends_on"],
            by=request.user,
        )
        return Response(LeaveSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: AuthedApiRequest, pk: str) -> Response:
        """Back already, or not gone after all."""
        leaves.end(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=LeaveSerializer(many=True))
    @action(detail=False)
    def away(self, request: AuthedApiRequest) -> Response:
        """Who is away today; 404 to whoever hands out no work."""
        if not leaves.sees_who_is_away(request.user):
            raise NotFound
        rows = leaves.away_seen_by(request.user, timezone.localdate())[:200]
        return Response(LeaveSerializer(rows, many=True).data)


class PushKeysSerializer(serializers.Serializer[Any]):
    p256dh = serializers.CharField(max_length=200)
    auth = serializers.CharField(max_length=60)


class PushSerializer(serializers.Serializer[Any]):
    """A browser's subscription, as it gives it."""

    endpoint = serializers.CharField(max_length=1000)
    keys = PushKeysSerializer(required=False)


class PushView(APIView):
    """Let a browser take web pushes, or none any more."""

    @extend_schema(request=PushSerializer, responses={201: None})
    def post(self, request: AuthedApiRequest) -> Response:
        sent = PushSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        keys = sent.validated_data.get("keys") or {"p256dh": "", "auth": ""}
        addresses.subscribe(
            request.user, sent.validated_data["endpoint"], keys["p256dh"], keys["auth"]
        )
        return Response(status=status.HTTP_201_CREATED)

    @extend_schema(request=PushSerializer, responses={204: None})
    def delete(self, request: AuthedApiRequest) -> Response:
        sent = PushSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        addresses.unsubscribe(request.user, sent.validated_data["endpoint"])
        return Response(status=status.HTTP_204_NO_CONTENT)
