"""The registers for other programs: what the pages have, with the same rights.

Lists are masked. One entry read is on record, and so is each number shown.
"""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import User
from govmap.lib.api import AuthedApiRequest
from offices.models import Building, Dwelling, Household, Organization, Person
from offices.registers import entering, finding, life, matching
from offices.registers.entry_api import (
    LABELS,
    EndsEntries,
    EntryFilter,
    EntryViewSet,
    HasLabels,
    Reveals,
    WrittenViewSet,
    by,
    said_in,
    seen_dwelling,
    writes,
)
from offices.registers.permissions import check_keeps
from offices.registers.places import building_at, dwelling_in
from offices.registers.sections import colours_of, section_of
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
    NewMemberSerializer,
    NumberSerializer,
    OrganizationSerializer,
    PersonRowSerializer,
    PersonSerializer,
    SectionSerializer,
    WrittenDwellingSerializer,
    WrittenHouseholdSerializer,
    WrittenOrganizationSerializer,
    WrittenPersonSerializer,
)


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
        return finding.find_living(rows, value, self.request.user)


@writes(WrittenPersonSerializer, WrittenPersonSerializer, PersonSerializer)
class PersonViewSet(Reveals, HasLabels, WrittenViewSet):
    """人口: masked in lists; one person with his name, and what he is served for."""

    model = Person
    queryset = Person.objects.none()
    serializer_class = PersonSerializer
    row_serializer = PersonRowSerializer
    filterset_class = PersonFilter
    about = "person"
    list_ = LABELS["person"]

    def get_queryset(self) -> QuerySet[Any]:
        rows: Any = super().get_queryset()
        rows = rows.select_related("cell", "merged_into")
        is_list = self.action == "list" and not self.is_described
        return rows.looked_after_by(self.request.user) if is_list else rows

    def create(self, request: AuthedApiRequest) -> Response:
        """A new entry, unless somebody matches: then 409 with ``matches``."""
        self.get_queryset()
        said = said_in(WrittenPersonSerializer, request)
        dwelling = self.place(said)
        is_another = said.pop("another", False)
        if not is_another and (found := _matches(request.user, said, dwelling)):
            data = MatchSerializer(found, many=True).data
            return Response({"matches": data}, status.HTTP_409_CONFLICT)
        with by(request):
            row = entering.enter_person(said, request.user, dwelling=dwelling)
        return self.shown(row, status.HTTP_201_CREATED)

    def change(self, row: Any, said: dict[str, Any]) -> Any:
        return entering.change_person(row, said, self.request.user)

    @extend_schema(
        request=AskedMatchSerializer,
        responses=MatchSerializer(many=True),
        filters=False,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def matches(self, request: AuthedApiRequest) -> Response:
        """Whom a new entry may mean."""
        self.get_queryset()
        said = said_in(AskedMatchSerializer, request)
        found = _matches(request.user, said, None)
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
        said = said_in(NumberSerializer, request)
        rows: Any = finding.search_exactly(said["number"], request.user)
        return Response(PersonRowSerializer(rows.listed()[:50], many=True).data)

    @extend_schema(request=MovingSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Into another dwelling."""
        row = self.get_object()
        said = said_in(MovingSerializer, request)
        dwelling = seen_dwelling(said["dwelling"], request.user)
        assert dwelling is not None
        with by(request):
            life.move_in(
                row, dwelling, request.user, on=said["on"], tenure=said["tenure"]
            )
        return self.shown(self.get_object())

    @extend_schema(request=EndSerializer, responses=PersonSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Moved away, or died; nothing is deleted."""
        row = self.get_object()
        said = said_in(EndSerializer, request)
        with by(request):
            if said["what"] == "died":
                life.die(row, request.user, on=said["on"], told=said["told"])
            else:
                life.move_out(row, request.user, on=said["on"], to=said["told"])
        return self.shown(self.get_object())


def _matches(user: User, said: dict[str, Any], dwelling: Dwelling | None) -> Any:
    names = ("number", "name", "birth", "phone")
    known = {name: said[name] for name in names if said.get(name)}
    return matching.matches(user, **known, dwelling=dwelling)


class HouseholdFilter(EntryFilter):
    number = filters.CharFilter()
    q = filters.CharFilter(
        method="find", help_text="a number, a member's name, or an address"
    )

    class Meta:
        model = Household
        fields: list[str] = []

    def find(self, rows: Any, name: str, value: str) -> Any:
        return finding.find_households(rows, value, self.request.user)


@writes(WrittenHouseholdSerializer, WrittenHouseholdSerializer, HouseholdSerializer)
class HouseholdViewSet(EndsEntries):
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

    def enter(self, said: dict[str, Any]) -> Any:
        dwelling = self.place(said)
        return entering.enter_household(said, self.request.user, dwelling=dwelling)

    def change(self, row: Any, said: dict[str, Any]) -> Any:
        return entering.change_household(row, said, self.request.user)

    @extend_schema(request=NewMemberSerializer, responses={201: HouseholdSerializer})
    @action(detail=True, methods=["post"])
    def members(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Somebody of the register joins; from any other household he is gone."""
        row = self.get_object()
        check_keeps(request.user, row)
        said = said_in(NewMemberSerializer, request)
        people = Person.objects.visible_to(request.user).here()
        person = get_object_or_404(people, uuid=said["person"])
        with by(request):
            life.join(person, row, said["relation"], request.user, since=said["since"])
        return self.shown(self.get_object(), status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(
        detail=True,
        methods=["post"],
        url_path="members/(?P<person>[0-9a-f-]{36})/end",
        url_name="member-end",
    )
    def end_member(
        self, request: AuthedApiRequest, uuid: UUID, person: str
    ) -> Response:
        """Somebody leaves the household, by his own uuid."""
        row = self.get_object()
        check_keeps(request.user, row)
        rows = row.members.filter(until=None).select_related("person")
        found = [one for one in rows if str(one.person.uuid) == person]
        if not found:
            return Response(status=status.HTTP_404_NOT_FOUND)
        with by(request):
            life.leave(found[0].person)
        return Response(status=status.HTTP_204_NO_CONTENT)


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


@writes(WrittenDwellingSerializer, ChangedDwellingSerializer, DwellingSerializer)
class DwellingViewSet(HasLabels, EndsEntries):
    """房屋. A new one is the dwelling behind that door; made where there was none."""

    model = Dwelling
    queryset = Dwelling.objects.none()
    serializer_class = DwellingSerializer
    row_serializer = DwellingSerializer
    filterset_class = DwellingFilter
    about = "dwelling"
    list_ = LABELS["dwelling"]

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("cell")

    def enter(self, said: dict[str, Any]) -> Any:
        user = self.request.user
        building = building_at(said.pop("address_code"), user)
        unit, room = said.pop("unit", ""), said.pop("room", "")
        row = dwelling_in(building, unit=unit, room=room, by=user)
        return entering.change_dwelling(row, said, user)

    def change(self, row: Any, said: dict[str, Any]) -> Any:
        return entering.change_dwelling(row, said, self.request.user)


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

    @extend_schema(
        parameters=[
            OpenApiParameter("by", str, description="what colours doors; see ``ways``")
        ],
        responses=SectionSerializer,
        filters=False,
    )
    @action(detail=True, methods=["get"])
    def section(self, request: AuthedApiRequest, uuid: UUID) -> Response:
        """Its doors by floor from the top and entrance, some of them coloured."""
        row = self.get_object()
        ways = colours_of(request.user)
        asked = request.GET.get("by", "")
        chosen = next((way for way in ways if way.code == asked), ways[0])
        section = section_of(row, request.user, chosen)
        said = {"ways": ways, "by": chosen.code, "section": section}
        return Response(SectionSerializer(said).data)


class OrganizationFilter(EntryFilter):
    kind = filters.CharFilter()
    code = filters.CharFilter()
    q = filters.CharFilter(method="find", help_text="a name or a unified code")

    class Meta:
        model = Organization
        fields: list[str] = []

    def find(self, rows: Any, name: str, value: str) -> Any:
        return finding.find_organizations(rows, value, self.request.user)


@writes(
    WrittenOrganizationSerializer, WrittenOrganizationSerializer, OrganizationSerializer
)
class OrganizationViewSet(Reveals, EndsEntries):
    """单位."""

    model = Organization
    queryset = Organization.objects.none()
    serializer_class = OrganizationSerializer
    row_serializer = OrganizationSerializer
    filterset_class = OrganizationFilter

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset().select_related("cell")
        return rows if self.action == "list" else rows.defer(None)

    def enter(self, said: dict[str, Any]) -> Any:
        place = self.place(said)
        return entering.enter_organization(said, self.request.user, place=place)

    def change(self, row: Any, said: dict[str, Any]) -> Any:
        return entering.change_organization(row, said, self.request.user)
