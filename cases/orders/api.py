"""Work orders for other programs: listed, shown, and a file of them taken in."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases.models import Order, OrderSheet
from cases.models.order import OrderQuerySet
from cases.orders import running
from cases.orders.lists import dress
from cases.orders.permissions import can_import, is_centre
from cases.orders.wording import without_phones
from cases.tables.api import SentTableSerializer, SentTableViewSet
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotAllowed
from govmap.lib.paging import KeysetPagination
from govmap.lib.times import light_of


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order without its caller: that is read on its page, and logged."""

    case = serializers.UUIDField(source="case.uuid")
    street = serializers.CharField(source="street.code")
    first_unit = serializers.CharField(source="first_unit.code")
    kind = serializers.CharField(source="kind.code")
    content = serializers.SerializerMethodField()
    phone_tail = serializers.CharField(
        source="tail", help_text="last four digits, for the desk of its street"
    )
    calls = serializers.IntegerField(help_text="orders of this caller of late")
    is_replied = serializers.BooleanField()
    due_at = serializers.DateTimeField(source="clock.due_at", default=None)
    light = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = (
            "uuid",
            "number",
            "case",
            "street",
            "first_unit",
            "kind",
            "received_at",
            "secret",
            "type",
            "class_path",
            "tags",
            "title",
            "content",
            "status",
            "nature",
            "community_name",
            "estate",
            "phone_tail",
            "calls",
            "is_replied",
            "due_at",
            "light",
        )
        read_only_fields = fields

    def get_content(self, order: Order) -> str:
        return without_phones(order.content)

    @extend_schema_field(serializers.ChoiceField(["green", "yellow", "red", ""]))
    def get_light(self, order: Order) -> str:
        return light_of(order.clock, timezone.now()) if order.clock else ""


class SheetSerializer(SentTableSerializer):
    """A file of orders or call-backs on its way in."""

    class Meta(SentTableSerializer.Meta):
        model = OrderSheet
        fields = (*SentTableSerializer.Meta.fields, "what", "month")
        read_only_fields = fields


class SentSheetSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()
    what = serializers.ChoiceField(
        OrderSheet.What.choices, default=OrderSheet.What.ORDERS
    )
    take = serializers.BooleanField(
        default=False, help_text="without it the file is only looked through"
    )


class OrderFilter(filters.FilterSet):
    number = filters.CharFilter(lookup_expr="startswith")
    street = filters.CharFilter(field_name="street__code")
    kind = filters.CharFilter(field_name="kind__code")

    class Meta:
        model = Order
        fields: list[str] = []


class OrderViewSet(ReadOnlyModelViewSet[Order]):
    """工单, of which everybody sees those that are his work."""

    request: AuthedApiRequest
    queryset = Order.objects.none()
    serializer_class = OrderSerializer
    pagination_class = KeysetPagination
    filterset_class = OrderFilter
    lookup_field = "uuid"

    def get_queryset(self) -> OrderQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Order.objects.none()
        rows = Order.objects.visible_to(self.request.user)
        return rows.select_related("case", "street", "first_unit", "kind")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of orders, the newest first."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        dress(page, self.request.user)
        return self.get_paginated_response(OrderSerializer(page, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        order = get_object_or_404(self.get_queryset(), uuid=kwargs["uuid"])
        dress([order], self.request.user)
        return Response(OrderSerializer(order).data)

    @extend_schema(request=SentSheetSerializer, responses={202: SheetSerializer})
    @action(
        detail=False,
        methods=["post"],
        url_path="import",
        url_name="import",
        parser_classes=[MultiPartParser],
        pagination_class=None,
        filter_backends=(),
    )
    def take_in(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        """A sheet of the hotline's; ask `order-sheets` what its job says of it."""
        if not can_import(request.user):
            raise NotAllowed
        sent = SentSheetSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        file, what = said["file"], said["what"]
        sheet = running.send(
            request.user, file.name, file, what=what, at_once=said["take"]
        )
        return Response(SheetSerializer(sheet).data, status.HTTP_202_ACCEPTED)


class OrderSheetViewSet(SentTableViewSet[OrderSheet]):
    """Files of orders and of call-backs: one's own; the centre sees every one."""

    queryset = OrderSheet.objects.none()
    serializer_class = SheetSerializer

    def get_queryset(self) -> QuerySet[OrderSheet]:
        if getattr(self, "swagger_fake_view", False):
            return OrderSheet.objects.none()
        rows = OrderSheet.objects.select_related("by")
        if is_centre(self.request.user):
            return rows
        return rows.filter(by=self.request.user)

    def take_it(self, run: OrderSheet) -> OrderSheet:
        return running.take(run, self.request.user)

    def cancel_it(self, run: OrderSheet) -> None:
        running.cancel(run, self.request.user)
