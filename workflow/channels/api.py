"""The API of channels, of the rules over them and of the log of messages."""

import json
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.paging import KeysetPagination
from workflow.channels import kinds, log, sending
from workflow.channels.forms import ChannelForm, RuleForm
from workflow.channels.views import try_out
from workflow.models import (
    Channel,
    Delivery,
    DeliveryBrowser,
    DeliveryTry,
    NoticeRule,
)
from workflow.permissions import can_change_rules
from workflow.rules_api import NOTHING, KeepsRules, TitleField


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    """A gateway. ``secret`` is taken and never given; ``secret_at``: since when."""

    title = TitleField("zh-hans")
    title_en = TitleField("en", required=False, allow_blank=True)
    secret = serializers.CharField(write_only=True, required=False, allow_blank=True)
    headers = serializers.DictField(child=serializers.CharField(), required=False)
    body = serializers.JSONField(required=False)
    digest_at = serializers.ListField(child=serializers.CharField(), required=False)

    class Meta:
        model = Channel
        fields = (
            *("id", "code", "kind", "title", "title_en", "url", "method", "headers"),
            *("body", "shape", "answer_field", "answer_value", "secret", "secret_at"),
            *("digest_at", "most_tries", "in_use"),
        )
        read_only_fields = ("secret_at", "in_use")


class TriedSerializer(serializers.Serializer[Any]):
    """What a receiver said to a test message."""

    ok = serializers.BooleanField()
    said = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    answer = serializers.CharField()


class ChannelUseSerializer(serializers.Serializer[Any]):
    in_use = serializers.BooleanField()


class ChannelViewSet(KeepsRules):
    """通知渠道. Who reads the rules reads them, an administrator changes them."""

    queryset: QuerySet[Any] = Channel.objects.all()
    serializer_class: Any = ChannelSerializer
    lists = frozenset({"headers", "body", "digest_at"})

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        usual = {"method": "POST", "shape": "json", "most_tries": 6}
        headers, times = data.get("headers"), data.get("digest_at")
        if isinstance(headers, dict):
            lines = [f"{name}: {text}" for name, text in headers.items()]
            data["headers"] = "\n".join(lines)
        if not isinstance(data.get("body"), str | None):
            data["body"] = json.dumps(data["body"], ensure_ascii=False)
        if isinstance(times, list):
            data["digest_at"] = " ".join(str(one) for one in times)
        return ChannelForm({**usual, **data}, instance=row)

    @extend_schema(request=ChannelUseSerializer, responses=ChannelSerializer)
    @action(detail=True, methods=["post"])
    def use(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Put it into use, or out of it. 400 where it could not send."""
        row = self.get_object()
        sent = ChannelUseSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        if sent.validated_data["in_use"]:
            kinds.check(row)
        with self.recorded():
            row.in_use = sent.validated_data["in_use"]
            row.save(update_fields=["in_use"])
        return Response(ChannelSerializer(row).data)

    @extend_schema(request=None, responses=TriedSerializer)
    @action(detail=True, methods=["post"], url_path="try", url_name="try")
    def try_out(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Send a test message to oneself."""
        return Response(try_out(self.get_object(), request.user))


def channel_key(code: str) -> int:
    keys = Channel.objects.filter(code=code).values_list("pk", flat=True)
    return keys.first() or NOTHING


class NoticeRuleSerializer(serializers.ModelSerializer[NoticeRule]):
    """What is sent to whom; empty ``what`` or ``role``: all."""

    channel = serializers.CharField(source="channel.code")

    class Meta:
        model = NoticeRule
        fields = (
            *("id", "what", "role", "channel", "choice", "urgent", "gathered"),
            *("quiet_from", "quiet_until", "in_use"),
        )
        extra_kwargs = {"what": {"required": False}, "in_use": {"required": False}}


class NoticeRuleViewSet(KeepsRules):
    """Rules of notices."""

    queryset: QuerySet[Any] = NoticeRule.objects.select_related("channel")
    serializer_class: Any = NoticeRuleSerializer
    keys = {"channel": channel_key}
    switches = frozenset({"in_use"})

    def form(self, row: Any, data: dict[str, Any]) -> BaseForm:
        return RuleForm({"choice": NoticeRule.Choice.USUAL, **data}, instance=row)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Gone; the record keeps what it said."""
        row = self.get_object()
        with self.recorded():
            row.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class TrySerializer(serializers.ModelSerializer[DeliveryTry]):
    class Meta:
        model = DeliveryTry
        fields = ("number", "begun_at", "ended_at", "status", "answer", "trouble")


class BrowserSerializer(serializers.ModelSerializer[DeliveryBrowser]):
    """What became of a web push at one browser; ``host``: its push service."""

    class Meta:
        model = DeliveryBrowser
        fields = ("host", "state", "gone", "tries", "tried_at", "status", "trouble")


class MessageSerializer(serializers.ModelSerializer[Delivery]):
    """One message; ``notices``: how many it holds; ``key``: by which it is known."""

    key = serializers.UUIDField(source="uuid", read_only=True)
    person = serializers.CharField(source="person.username", read_only=True)
    channel = serializers.CharField(source="channel.code", read_only=True)
    notices = serializers.SerializerMethodField()
    log = serializers.SerializerMethodField()
    browsers = BrowserSerializer(many=True, read_only=True)

    class Meta:
        model = Delivery
        fields = (
            *("id", "key", "person", "channel", "state", "notices", "tries", "trouble"),
            *("made_at", "due_at", "ended_at", "log", "browsers"),
        )

    def get_notices(self, row: Any) -> int:
        return int(row.notices)

    @extend_schema_field(TrySerializer(many=True))
    def get_log(self, row: Delivery) -> Any:
        return TrySerializer(row.log.all(), many=True).data


class DeliveryViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Delivery]):
    """发送记录: ``?state=``, ``?channel=`` and ``?day=`` as on the page."""

    request: AuthedApiRequest
    queryset = Delivery.objects.none()
    serializer_class = MessageSerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_value_regex = r"\d{1,18}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        known = hasattr(self, str(request.method).lower())
        user = request.user
        if known and not (isinstance(user, User) and can_change_rules(user)):
            raise NotFound

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return Delivery.objects.none()
        filters = log.Filters(self.request._request.GET)
        return log.shown(log.found(filters)).prefetch_related("log", "browsers")

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def retry(self, request: AuthedApiRequest, *args: Any, **kwargs: Any) -> Response:
        """Try a message again that failed; of another nothing changes."""
        sending.retry(self.get_object(), timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
