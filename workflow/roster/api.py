"""The API of rosters: who is on duty, shifts, kinds of shifts, handing over."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.models import Unit, User
from govmap.lib.api import AuthedApiRequest, ClientUUIDField
from govmap.lib.errors import NotAllowed, NotFound
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination
from workflow.models import Handover, HandoverMatter, Shift, ShiftKind
from workflow.models.roster import REMARKS_MOST
from workflow.roster import duty, handing, writing
from workflow.roster.matters import page_of, still_open, title_of
from workflow.roster.permissions import can_keep, can_read

DAYS_MOST = 62
UNITS_MOST = 100


class ShiftKindSerializer(serializers.ModelSerializer[ShiftKind]):
    class Meta:
        model = ShiftKind
        fields = ("code", "titles", "starts", "ends", "order", "retired")


class ShiftSerializer(serializers.ModelSerializer[Shift]):
    unit = serializers.CharField(source="unit.code")
    kind = serializers.CharField(source="kind.code")
    person = serializers.CharField(source="person.username")
    name = serializers.CharField(source="person.name", read_only=True)
    begins = serializers.DateTimeField(source="lasts.lower", read_only=True)
    ends = serializers.DateTimeField(source="lasts.upper", read_only=True)

    class Meta:
        model = Shift
        fields = ("unit", "day", "kind", "person", "name", "part", "begins", "ends")


class OnDutyOneSerializer(serializers.Serializer[Any]):
    person = serializers.CharField(help_text="user name", max_length=150)
    part = serializers.ChoiceField(Shift.Part.choices, required=False)


class SlotSerializer(serializers.Serializer[Any]):
    """Who is on duty in one shift of a day: these, and nobody else."""

    unit = serializers.CharField(help_text="code")
    day = serializers.DateField()
    kind = serializers.CharField(help_text="code")
    people = OnDutyOneSerializer(many=True)


class CopySerializer(serializers.Serializer[Any]):
    unit = serializers.CharField(help_text="code")
    week = serializers.DateField(help_text="any day of the week that is filled")


class CopiedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    left = serializers.IntegerField(help_text="not copied")


def check_reads(user: User) -> None:
    """Raises NotAllowed."""
    if not can_read(user):
        raise NotAllowed


def kept_unit(user: User, code: str) -> Unit:
    """Raises NotFound, NotAllowed."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise NotFound
    if not can_keep(user, unit):
        raise NotAllowed
    return unit


def day_of(request: Request, name: str, usual: date) -> date:
    text = request.query_params.get(name, "")
    try:
        return date.fromisoformat(text) if text else usual
    except ValueError as error:
        raise ValidationError({name: [_("A day as 2026-07-01, please.")]}) from error


class OnDutyView(APIView):
    """值班人员: who is on duty now."""

    @extend_schema(
        operation_id="on_duty",
        parameters=[
            OpenApiParameter("unit", str, many=True, required=True, description="code")
        ],
        responses=ShiftSerializer(many=True),
    )
    def get(self, request: AuthedApiRequest) -> Response:
        check_reads(request.user)
        codes = request.query_params.getlist("unit")[:UNITS_MOST]
        wanted = [code.replace("\x00", "")[:40] for code in codes]
        units = Unit.objects.filter(code__in=wanted)
        found = duty.on_duty(units.values_list("pk", flat=True), timezone.now())
        rows = [shift for shifts in found.values() for shift in shifts]
        known = {unit.pk: unit for unit in units}
        for row in rows:
            row.unit = known[row.unit_id]
        return Response(ShiftSerializer(rows, many=True).data)


class ShiftViewSet(GenericViewSet[Shift]):
    """值班表: a unit's shifts, read and written a shift at a time."""

    request: AuthedApiRequest
    queryset = Shift.objects.none()
    serializer_class = ShiftSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        parameters=[
            OpenApiParameter("unit", str, required=True, description="code"),
            OpenApiParameter("from", date, description="today by default"),
            OpenApiParameter("to", date, description="at most 62 days on"),
        ],
        responses=ShiftSerializer(many=True),
    )
    def list(self, request: AuthedApiRequest) -> Response:
        """The shifts of a unit that begin in these days."""
        check_reads(request.user)
        code = request.query_params.get("unit", "").replace("\x00", "")
        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            raise NotFound
        first = day_of(request, "from", timezone.localdate())
        last = day_of(request, "to", first + timedelta(days=6))
        last = min(last, first + timedelta(days=DAYS_MOST))
        rows = Shift.objects.filter(unit=unit, day__range=(first, last)).in_order()
        found = rows.select_related("person", "kind", "unit")
        return Response(ShiftSerializer(found, many=True).data)

    @extend_schema(request=SlotSerializer, responses=ShiftSerializer(many=True))
    def create(self, request: AuthedApiRequest) -> Response:
        """Write a shift down: its people are those that are named, and nobody else."""
        check_reads(request.user)
        sent = SlotSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        unit = kept_unit(request.user, data["unit"])
        kind = ShiftKind.objects.filter(code=data["kind"]).first()
        if kind is None:
            raise ValidationError({"kind": [_("choose one of the list")]})
        names = {row["person"]: row.get("part", "member") for row in data["people"]}
        people = dict(
            User.objects.filter(username__in=names).values_list("pk", "username")
        )
        if len(people) != len(names):
            raise ValidationError({"people": [_("choose one of the list")]})
        wanted = {pk: names[name] for pk, name in people.items()}
        with recorded(request.user, address=request.path):
            writing.put(unit, data["day"], kind, wanted)
        rows = Shift.objects.filter(unit=unit, day=data["day"], kind=kind).in_order()
        return Response(
            ShiftSerializer(
                rows.select_related("person", "kind", "unit"), many=True
            ).data
        )

    @extend_schema(request=CopySerializer, responses=CopiedSerializer)
    @action(detail=False, methods=["post"])
    def copy(self, request: AuthedApiRequest) -> Response:
        """The week as the one before it, where nobody is written down yet."""
        check_reads(request.user)
        sent = CopySerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        unit = kept_unit(request.user, sent.validated_data["unit"])
        day = sent.validated_data["week"]
        with recorded(request.user, address=request.path):
            done = writing.copy_week(unit, day - timedelta(days=day.weekday()))
        return Response(CopiedSerializer(done).data)


class ShiftKindViewSet(ListModelMixin, GenericViewSet[ShiftKind]):
    """班次: the kinds of shifts; their page is among the rules."""

    request: AuthedApiRequest
    queryset = ShiftKind.objects.all()
    serializer_class = ShiftKindSerializer
    pagination_class = None
    filter_backends = ()

    def get_queryset(self) -> QuerySet[ShiftKind]:
        check_reads(self.request.user)
        return ShiftKind.objects.all()


class HandedMatterSerializer(serializers.ModelSerializer[HandoverMatter]):
    why = serializers.SerializerMethodField()
    page = serializers.SerializerMethodField()
    open = serializers.SerializerMethodField()
    taken_by = serializers.CharField(
        source="taken_by.name", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = HandoverMatter
        fields = (
            *("id", "source", "why", "kind", "subject_uuid", "number", "label"),
            *("place", "due_at", "page", "open", "taken_by", "taken_at"),
        )

    def get_why(self, row: HandoverMatter) -> str:
        return title_of(row.source)

    def get_page(self, row: HandoverMatter) -> str:
        return page_of(row.kind, row.subject_uuid)

    def get_open(self, row: HandoverMatter) -> bool:
        return (row.kind, row.subject_uuid) in self.context.get("still", ())


class HandoverSerializer(serializers.ModelSerializer[Handover]):
    unit = serializers.CharField(source="unit.code")
    kind = serializers.CharField(source="kind.code", default=None, allow_null=True)
    written_by = serializers.CharField(source="written_by.name")
    signed_by = serializers.CharField(
        source="signed_by.name", default=None, allow_null=True
    )

    class Meta:
        model = Handover
        fields = (
            *("uuid", "unit", "kind", "day", "until", "written_by", "written_at"),
            *("remarks", "unnamed", "signed_by", "signed_at"),
        )


class WholeHandoverSerializer(HandoverSerializer):
    matters = HandedMatterSerializer(many=True, read_only=True)

    class Meta:
        model = Handover
        fields = (*HandoverSerializer.Meta.fields, "matters")


class NewHandoverSerializer(serializers.Serializer[Any]):
    uuid = ClientUUIDField()
    unit = serializers.CharField(help_text="code")
    remarks = serializers.CharField(
        required=False, allow_blank=True, max_length=REMARKS_MOST
    )


class TakenSerializer(serializers.Serializer[Any]):
    matters = serializers.ListField(
        child=serializers.IntegerField(), max_length=1000, help_text="ids taken over"
    )


class HandoverViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[Handover]):
    """交接班记录: the notes of one's units, newest first."""

    request: AuthedApiRequest
    queryset = Handover.objects.none()
    serializer_class = HandoverSerializer
    pagination_class = KeysetPagination
    filter_backends = ()
    lookup_field = "uuid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Handover]:
        if getattr(self, "swagger_fake_view", False):
            return Handover.objects.none()
        check_reads(self.request.user)
        return Handover.objects.visible_to(self.request.user).listed()

    def _whole(self, note: Handover) -> dict[str, Any]:
        note = Handover.objects.listed().get(pk=note.pk)
        rows = note.matters.values_list("kind", "subject_uuid")
        context = {"still": still_open(set(rows))}
        return dict(WholeHandoverSerializer(note, context=context).data)

    @extend_schema(responses=WholeHandoverSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With the matters that it names."""
        return Response(self._whole(self.get_object()))

    @extend_schema(
        request=NewHandoverSerializer, responses={201: WholeHandoverSerializer}
    )
    def create(self, request: AuthedApiRequest) -> Response:
        """Hand a shift over: the system names what is open."""
        check_reads(request.user)
        sent = NewHandoverSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        data = sent.validated_data
        unit = Unit.objects.filter(code=data["unit"]).first()
        if unit is None:
            raise NotFound
        note = handing.write(
            unit, request.user, uuid=data["uuid"], remarks=data.get("remarks", "")
        )
        return Response(self._whole(note), status.HTTP_201_CREATED)

    @extend_schema(request=TakenSerializer, responses=WholeHandoverSerializer)
    @action(detail=True, methods=["post"])
    def sign(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Take the shift over, with the matters that are named."""
        note = self.get_object()
        return Response(self._whole(handing.sign(note, request.user, self._taken())))

    @extend_schema(request=TakenSerializer, responses=WholeHandoverSerializer)
    @action(detail=True, methods=["post"])
    def take(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Matters of a signed note that nobody had taken."""
        note = self.get_object()
        handing.take(note, request.user, self._taken())
        return Response(self._whole(note))

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Take one's own note back while nobody has signed it."""
        handing.withdraw(self.get_object(), request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _taken(self) -> list[int]:
        sent = TakenSerializer(data=self.request.data)
        sent.is_valid(raise_exception=True)
        return list(sent.validated_data["matters"])
