"""The registers for other programs: what the pages have, with the same rights.

Lists are masked. One entry read is on record, and so is each number shown.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.models import User
from govmap.lib.api import AuthedApiRequest
from govmap.lib.errors import NotFound
from govmap.lib.history import recorded
from govmap.lib.paging import KeysetPagination
from offices.models import (
    Building,
    Dwelling,
    Household,
    Organization,
    Person,
    RegisterReading,
)
from offices.registers import entering, finding, life, matching, reading
from offices.registers.permissions import check_keeps, uses_registers
from offices.registers.places import building_at, dwelling_in
from offices.registers.serializers import (
    AskedMatchSerializer,
    BuildingSerializer,
    ChangedDwellingSerializer,
    DwellingSerializer,
    EndSerializer,
    HouseholdRowSerializer,
    HouseholdSerializer,
    MatchSerializer,
    MovingSerializer,
    NumberSerializer,
    OrganizationSerializer,
    PersonRowSerializer,
    PersonSerializer,
    RevealSerializer,
    WrittenDwellingSerializer,
    WrittenOrganizationSerializer,
    WrittenPersonSerializer,
)


def by(request: AuthedApiRequest) -> Any:
    return recorded(request.user, address=request.META.get("REMOTE_ADDR", ""))


class EntryFilter(filters.FilterSet):
    street = filters.CharFilter(field_name="street__code")
    community = filters.CharFilter(field_name="community__code")
    cell = filters.CharFilter(field_name="cell__code")
    state = filters.CharFilter()


class PersonFilter(EntryFilter):
    kind = filters.ChoiceFilter(choices=Person.Kind.choices)
    match = filters.CharFilter()
    born_after = filters.DateFilter(field_name="birth", lookup_expr="gte")
    born_before = filters.DateFilter(field_name="birth", lookup_expr="lt")
    q = filters.CharFilter(method="find", help_text="names, or an address")

    class Meta:
        model = Person
        fields: list[str] = []

    def find(self, rows: Any, name: str, value: str) -> Any:
        if finding.is_number(value):
            return rows.none()
        return finding.find_people(rows, value, self.request.user)


class EntryViewSet(ReadOnlyModelViewSet[Any]):
    """Entries that the reader sees; 404 to whoever has no ground."""

    request: AuthedApiRequest
    pagination_class = KeysetPagination
    lookup_field = "uuid"
    lookup_value_converter = "uuid"
    model: Any
    row_serializer: type[serializers.BaseSerializer[Any]]

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        if self.action == "list":
            return self.row_serializer
        assert self.serializer_class is not None
        return self.serializer_class

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = self.model._default_manager
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        if not uses_registers(self.request.user):
            raise NotFound
        return rows.visible_to(self.request.user).listed()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        reading.note(self.request.user, RegisterReading.What.PAGE, row=row)
        return Response(self.get_serializer(row).data)


class PersonViewSet(EntryViewSet):
    """人口: masked in lists; one person with his name, and what he is served for."""

    model = Person
    queryset = Person.objects.none()
    serializer_class = PersonSerializer
    row_serializer = PersonRowSerializer
    filterset_class = PersonFilter

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        rows = rows.select_related("cell", "merged_into")
        is_list = self.action == "list" and not getattr(
            self, "swagger_fake_view", False
        )
        return rows.looked_after_by(self.request.user) if is_list else rows

    @extend_schema(request=WrittenPersonSerializer, responses={201: PersonSerializer})
    def create(self, request: AuthedApiRequest) -> Response:
        """A new entry, unless somebody matches: then 409 with ``matches``."""
        self.get_queryset()
        sent = WrittenPersonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        dwelling = seen_dwelling(said.pop("dwelling", None), request.user)
        if not said.pop("another", False):
            found = _matches(request.user, said, dwelling)
            if found:
                data = MatchSerializer(found, many=True).data
                return Response({"matches": data}, status.HTTP_409_CONFLICT)
        with by(request):
            row = entering.enter_person(said, request.user, dwelling=dwelling)
        return Response(PersonSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(request=WrittenPersonSerializer, responses=PersonSerializer)
    def partial_update(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        row = self.get_object()
        sent = WrittenPersonSerializer(row, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        said.pop("dwelling", None)
        said.pop("another", None)
        with by(request):
            entering.change_person(row, said, request.user)
        return Response(PersonSerializer(row).data)

    @extend_schema(
        request=AskedMatchSerializer,
        responses=MatchSerializer(many=True),
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def matches(self, request: AuthedApiRequest) -> Response:
        """Whom a new entry may mean."""
        self.get_queryset()
        sent = AskedMatchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        found = _matches(request.user, sent.validated_data, None)
        return Response(MatchSerializer(found, many=True).data)

    @extend_schema(
        request=NumberSerializer,
        responses=PersonRowSerializer(many=True),
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def find(self, request: AuthedApiRequest) -> Response:
        """Whose whole number or phone that is; the search is on record."""
        self.get_queryset()
        sent = NumberSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        rows: Any = finding.search_exactly(sent.validated_data["number"], request.user)
        return Response(PersonRowSerializer(rows.listed()[:50], many=True).data)

    @extend_schema(request=MovingSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Into another dwelling."""
        row = self.get_object()
        sent = MovingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        dwelling = seen_dwelling(said["dwelling"], request.user)
        assert dwelling is not None
        with by(request):
            life.move_in(
                row, dwelling, request.user, on=said["on"], tenure=said["tenure"]
            )
        return Response(PersonSerializer(self.get_object()).data)

    @extend_schema(request=EndSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Moved away, or died; nothing is deleted."""
        row = self.get_object()
        sent = EndSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        with by(request):
            if said["what"] == "died":
                life.die(row, request.user, on=said["on"], told=said["told"])
            else:
                life.move_out(row, request.user, on=said["on"], to=said["told"])
        return Response(PersonSerializer(self.get_object()).data)

    @extend_schema(request=RevealSerializer, responses=RevealSerializer)
    @action(detail=True, methods=["post"])
    def reveal(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """The whole number or phone, after name and purpose are kept."""
        row = self.get_object()
        sent = RevealSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        text = reading.reveal(
            row,
            said["what"],
            request.user,
            purpose=said["purpose"],
            said=said["note"],
        )
        return Response({"text": text})


def _matches(user: User, said: dict[str, Any], dwelling: Dwelling | None) -> Any:
    names = ("number", "name", "birth", "phone")
    known = {name: said[name] for name in names if said.get(name)}
    return matching.matches(user, **known, dwelling=dwelling)


def seen_dwelling(uuid: UUID | None, user: User) -> Dwelling | None:
    """The dwelling, or 404."""
    if uuid is None:
        return None
    return get_object_or_404(Dwelling.objects.visible_to(user).here(), uuid=uuid)


class HouseholdFilter(EntryFilter):
    number = filters.CharFilter()

    class Meta:
        model = Household
        fields: list[str] = []


class HouseholdViewSet(EntryViewSet):
    """户."""

    model = Household
    queryset = Household.objects.none()
    serializer_class = HouseholdSerializer
    row_serializer = HouseholdRowSerializer
    filterset_class = HouseholdFilter

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset().select_related("cell")
        if self.action == "list":
            return rows
        return rows.prefetch_related("members__person")


class DwellingFilter(EntryFilter):
    building = filters.UUIDFilter(field_name="building__uuid")
    rented = filters.BooleanFilter(field_name="is_rented")
    empty = filters.BooleanFilter(field_name="is_empty")
    q = filters.CharFilter(method="find", help_text="an address")

    class Meta:
        model = Dwelling
        fields: list[str] = []

    def find(self, rows: Any, name: str, value: str) -> Any:
        return finding.find_dwellings(rows, value, self.request.user)


class DwellingViewSet(EntryViewSet):
    """房屋."""

    model = Dwelling
    queryset = Dwelling.objects.none()
    serializer_class = DwellingSerializer
    row_serializer = DwellingSerializer
    filterset_class = DwellingFilter

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("cell")

    @extend_schema(
        request=WrittenDwellingSerializer, responses={201: DwellingSerializer}
    )
    def create(self, request: AuthedApiRequest) -> Response:
        """The dwelling behind that door; made where there was none."""
        self.get_queryset()
        sent = WrittenDwellingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        with by(request):
            building = building_at(said.pop("address_code"), request.user)
            unit, room = said.pop("unit", ""), said.pop("room", "")
            row = dwelling_in(building, unit=unit, room=room, by=request.user)
            row = entering.change_dwelling(row, said, request.user)
        return Response(DwellingSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(request=ChangedDwellingSerializer, responses=DwellingSerializer)
    def partial_update(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        row = self.get_object()
        sent = ChangedDwellingSerializer(row, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        with by(request):
            entering.change_dwelling(row, sent.validated_data, request.user)
        return Response(DwellingSerializer(row).data)


class BuildingFilter(EntryFilter):
    feature = filters.CharFilter(field_name="feature_key")

    class Meta:
        model = Building
        fields: list[str] = []


class BuildingViewSet(EntryViewSet):
    """楼栋; its doors are ``/dwellings/?building=``."""

    model = Building
    queryset = Building.objects.none()
    serializer_class = BuildingSerializer
    row_serializer = BuildingSerializer
    filterset_class = BuildingFilter

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("cell")


class OrganizationFilter(EntryFilter):
    kind = filters.CharFilter()
    code = filters.CharFilter()
    q = filters.CharFilter(method="find", help_text="a name or a unified code")

    class Meta:
        model = Organization
        fields: list[str] = []

    def find(self, rows: Any, name: str, value: str) -> Any:
        return finding.find_organizations(rows, value, self.request.user)


class OrganizationViewSet(EntryViewSet):
    """单位."""

    model = Organization
    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer
    row_serializer = OrganizationSerializer
    filterset_class = OrganizationFilter

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset().select_related("cell")
        return rows if self.action == "list" else rows.defer(None)

    @extend_schema(
        request=WrittenOrganizationSerializer, responses={201: OrganizationSerializer}
    )
    def create(self, request: AuthedApiRequest) -> Response:
        self.get_queryset()
        sent = WrittenOrganizationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        place = seen_dwelling(said.pop("dwelling", None), request.user)
        with by(request):
            row = entering.enter_organization(said, request.user, place=place)
        return Response(OrganizationSerializer(row).data, status.HTTP_201_CREATED)

    @extend_schema(
        request=WrittenOrganizationSerializer, responses=OrganizationSerializer
    )
    def partial_update(self, request: AuthedApiRequest, **kwargs: Any) -> Response:
        row = self.get_object()
        check_keeps(request.user, row)
        sent = WrittenOrganizationSerializer(row, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        said.pop("dwelling", None)
        with by(request):
            entering.change_organization(row, said, request.user)
        return Response(OrganizationSerializer(row).data)
