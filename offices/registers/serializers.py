"""What the API of the registers says of an entry, and what it takes."""

from typing import Any

from rest_framework import serializers

from accounts.models import Unit
from govmap.lib.sealed import mask_name
from offices.models import (
    Building,
    Dwelling,
    Household,
    Label,
    Organization,
    Person,
    RegisterReading,
)
from offices.registers import codes, matching
from offices.registers.identity import mask_number

GROUND = ("address", "cell", "community", "street")
END = ("state", "ended_on", "source", "created_at", "changed_at")


class EntrySerializer(serializers.ModelSerializer[Any]):
    """What every entry tells; units and cells by their codes."""

    cell = serializers.CharField(source="cell.code", default=None, read_only=True)
    community = serializers.CharField(
        source="community.code", default=None, read_only=True
    )
    street = serializers.CharField(source="street.code", default=None, read_only=True)


PERSON = (
    *("former_name", "foreign_name", "paper", "sex", "birth", "nation"),
    *("native_place", "marriage", "political", "education", "service", "occupation"),
    *("workplace", "nationality", "registration_area", "registration_address", "match"),
    *("came_on", "flow_reason", "residence_kind", "permit", "permit_until"),
    *("visit_purpose", "paper_until", "leaves_on", "left_kind", "needs"),
)


class PersonRowSerializer(EntrySerializer):
    """A row of a list: masked."""

    name = serializers.SerializerMethodField()
    number = serializers.SerializerMethodField()
    dwelling = serializers.UUIDField(source="dwelling.uuid", default=None)

    class Meta:
        model = Person
        fields: tuple[str, ...] = (
            *("uuid", "kind", "name", "number", "sex", "birth", "match"),
            *("dwelling", *GROUND, *END),
        )
        read_only_fields = fields

    def get_name(self, row: Person) -> str:
        return mask_name(row.name)

    def get_number(self, row: Person) -> str:
        return mask_number(row.number_tail)


class PersonSerializer(PersonRowSerializer):
    """One person, with the name; number and phone stay masked."""

    phone = serializers.SerializerMethodField()
    merged_into = serializers.UUIDField(source="merged_into.uuid", default=None)

    class Meta(PersonRowSerializer.Meta):
        fields = (
            *("uuid", "kind", "name", "number", "phone", *PERSON),
            *("dwelling", "merged_into", *GROUND, *END),
        )
        read_only_fields = fields

    def get_name(self, row: Person) -> str:
        return row.name

    def get_phone(self, row: Person) -> str:
        return mask_number(row.phone_tail)


class CodedSerializer(serializers.ModelSerializer[Any]):
    """What is written: coded fields hold codes of their lists."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        lists = codes.LISTS[self.Meta.model.__name__]
        for name, value in attrs.items():
            if name in lists and value:
                known = dict(codes.choices_of(lists[name]))
                if value not in known:
                    raise serializers.ValidationError(
                        {name: [f"{value}: no code of the list {lists[name]}"]}
                    )
        return attrs


class WrittenPersonSerializer(CodedSerializer):
    number = serializers.CharField(required=False, allow_blank=True, max_length=30)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    dwelling = serializers.UUIDField(required=False, write_only=True)
    another = serializers.BooleanField(
        required=False,
        write_only=True,
        help_text="that none of the matches is meant",
    )

    class Meta:
        model = Person
        fields = (
            *("kind", "name", "number", "phone", *PERSON, "source"),
            *("dwelling", "another"),
        )


class MatchSerializer(serializers.Serializer[Any]):
    """An entry that may be meant; of one elsewhere only where it lies."""

    uuid = serializers.SerializerMethodField()
    name = serializers.CharField()
    number = serializers.CharField()
    why = serializers.CharField()
    street = serializers.CharField(source="row.street.code", default=None)

    def get_uuid(self, match: matching.Match) -> str | None:
        return None if match.is_elsewhere else str(match.row.uuid)


class AskedMatchSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(required=False, default="", max_length=30)
    name = serializers.CharField(required=False, default="", max_length=60)
    birth = serializers.DateField(required=False, default=None, allow_null=True)
    phone = serializers.CharField(required=False, default="", max_length=30)


class NumberSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(max_length=30)


class MovingSerializer(serializers.Serializer[Any]):
    dwelling = serializers.UUIDField()
    on = serializers.DateField(required=False, default=None)
    tenure = serializers.CharField(required=False, default="", max_length=10)


class EndedSerializer(serializers.Serializer[Any]):
    """On which day it ended; where to, or by whose word."""

    on = serializers.DateField(required=False, default=None)
    told = serializers.CharField(required=False, default="", max_length=200)


class EndSerializer(EndedSerializer):
    what = serializers.ChoiceField(choices=["moved_out", "died"])


class LabelSerializer(serializers.ModelSerializer[Any]):
    """One label; by whose word, and from when to when."""

    code = serializers.CharField(source="code.code")
    title = serializers.CharField(source="code.__str__")
    source_unit = serializers.CharField(source="source_unit.code", default=None)

    class Meta:
        model = Label
        fields = (
            *("id", "code", "title", "source_unit", "basis", "since", "until"),
            "checked",
        )
        read_only_fields = fields


class WrittenLabelSerializer(serializers.ModelSerializer[Any]):
    code = serializers.CharField(max_length=16)
    source_unit = serializers.SlugRelatedField(
        slug_field="code", queryset=Unit.objects.all(), required=False, allow_null=True
    )

    class Meta:
        model = Label
        fields = ("code", "source_unit", "basis", "since", "until", "checked")
        validators: list[Any] = []


class RevealSerializer(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=["number", "phone"], write_only=True)
    purpose = serializers.ChoiceField(
        choices=RegisterReading.Purpose.choices, write_only=True
    )
    note = serializers.CharField(
        required=False, default="", max_length=100, write_only=True
    )
    text = serializers.CharField(read_only=True)


class MemberSerializer(serializers.Serializer[Any]):
    person = serializers.UUIDField(source="person.uuid")
    name = serializers.SerializerMethodField()
    relation = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()

    def get_name(self, row: Any) -> str:
        return str(row.person)


class HouseholdRowSerializer(EntrySerializer):
    dwelling = serializers.UUIDField(source="dwelling.uuid", default=None)

    class Meta:
        model = Household
        fields: tuple[str, ...] = ("uuid", "number", "kind", "dwelling", *GROUND, *END)
        read_only_fields = fields


class HouseholdSerializer(HouseholdRowSerializer):
    members = MemberSerializer(many=True)

    class Meta(HouseholdRowSerializer.Meta):
        fields = (*HouseholdRowSerializer.Meta.fields, "members")
        read_only_fields = fields


class WrittenHouseholdSerializer(serializers.ModelSerializer[Any]):
    dwelling = serializers.UUIDField(required=False, write_only=True)

    class Meta:
        model = Household
        fields = ("number", "kind", "dwelling")


class NewMemberSerializer(serializers.Serializer[Any]):
    """``relation``: a code of GB/T 4761."""

    person = serializers.UUIDField()
    relation = serializers.CharField(max_length=10)
    since = serializers.DateField(required=False, default=None)

    def validate_relation(self, code: str) -> str:
        if code not in dict(codes.choices_of("relation")):
            raise serializers.ValidationError(f"{code}: no code of the list relation")
        return code


class DwellingSerializer(EntrySerializer):
    building = serializers.UUIDField(source="building.uuid", read_only=True)

    class Meta:
        model = Dwelling
        fields = (
            *("uuid", "building", "unit", "floor", "room", "use", "area", "rooms"),
            *("is_empty", "is_rented", "rent_use", "hazard", "owner_name"),
            *(*GROUND, *END),
        )
        read_only_fields = (
            *("uuid", "unit", "room", "address", "state", "ended_on"),
            *("created_at", "changed_at"),
        )


class WrittenDwellingSerializer(CodedSerializer):
    """A door at a standard address, by the address's code."""

    address_code = serializers.CharField(max_length=40, write_only=True)

    class Meta:
        model = Dwelling
        fields = (
            *("address_code", "unit", "floor", "room", "use", "area", "rooms"),
            *("is_empty", "is_rented", "rent_use", "hazard", "owner_name", "source"),
        )


class ChangedDwellingSerializer(CodedSerializer):
    class Meta:
        model = Dwelling
        fields = (
            *("floor", "use", "area", "rooms", "is_empty", "is_rented", "rent_use"),
            *("hazard", "owner_name", "source"),
        )


class BuildingSerializer(EntrySerializer):
    place = serializers.SerializerMethodField()

    class Meta:
        model = Building
        fields = (
            *("uuid", "name", "address_code", "layer_code", "feature_key", "place"),
            *("floors", "floors_below", *GROUND, *END),
        )
        read_only_fields = fields

    def get_place(self, row: Building) -> list[float] | None:
        """Longitude and latitude."""
        return [row.place.x, row.place.y] if row.place else None


class WaySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    color = serializers.CharField()


class DoorSerializer(serializers.Serializer[Any]):
    """A door; ``is_on``: what is asked holds of it."""

    dwelling = serializers.UUIDField(source="dwelling.uuid")
    unit = serializers.CharField(source="dwelling.unit")
    room = serializers.CharField(source="dwelling.room")
    people = serializers.IntegerField()
    is_on = serializers.BooleanField()


class FloorSerializer(serializers.Serializer[Any]):
    """``entrances``: the doors of each entrance, in the order of the section's."""

    number = serializers.IntegerField(allow_null=True)
    entrances = serializers.ListField(child=DoorSerializer(many=True))


class SectionSerializer(serializers.Serializer[Any]):
    """A building cut open."""

    ways = WaySerializer(many=True)
    by = serializers.CharField()
    entrances = serializers.ListField(
        child=serializers.CharField(), source="section.entrances"
    )
    floors = FloorSerializer(many=True, source="section.floors")
    doors = serializers.IntegerField(source="section.doors")
    people = serializers.IntegerField(source="section.people")
    on = serializers.IntegerField(source="section.on")


class OrganizationSerializer(EntrySerializer):
    phone = serializers.SerializerMethodField()

    class Meta:
        model = Organization
        fields = (
            *("uuid", "name", "short_name", "code", "kind", "industry", "phone"),
            *("established_on", "employees", "party_members", "has_party"),
            *("has_union", "attention", "hazard", *GROUND, *END),
        )
        read_only_fields = fields

    def get_phone(self, row: Organization) -> str:
        return mask_number(row.phone_tail)


class WrittenOrganizationSerializer(CodedSerializer):
    phone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    dwelling = serializers.UUIDField(required=False, write_only=True)

    class Meta:
        model = Organization
        fields = (
            *("name", "short_name", "code", "kind", "industry", "phone"),
            *("established_on", "employees", "party_members", "has_party"),
            *("has_union", "attention", "hazard", "source", "dwelling"),
        )
        # The register says it better: with the entry that is there, as 409.
        validators: list[Any] = []
