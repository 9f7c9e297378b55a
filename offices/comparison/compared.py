"""Each register as a comparison sees it: the key by which a list has its entries, and
the entries behind keys.

People are known by the keyed hash of their number, organisations by their unified
code, households by their number, dwellings by their door.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Chr, Concat

from offices.models import (
    ComparisonSource,
    Dwelling,
    Household,
    Organization,
    Person,
    Register,
    State,
)
from offices.models.ground import OwnGround, on_ground

# Between the parts of a door's key: stands in no address.
BETWEEN = "\x1f"
# {field of a list: column of the entry that is compared}
HASHED = {"phone": "phone_hash", "number": "number_hash"}
UNSEEN = "NOT EXISTS (SELECT FROM comparison_seen w WHERE w.key = {})"


def ground_of_source(source: ComparisonSource) -> OwnGround:
    if source.street_id is None:
        return OwnGround(whole=True)
    return OwnGround(streets=frozenset({source.street_id}))


def door_key(code: str, entrance: str, room: str) -> str:
    return BETWEEN.join((code, entrance, room))


class Compared:
    """A register whose entries bear their key in a column."""

    def __init__(
        self, model: Any, column: str, *joined: str, sealed: tuple[str, ...] = ()
    ) -> None:
        self.model, self.column, self.joined = model, column, joined
        self.sealed = sealed

    def all(self) -> Any:
        """The entries, with what is compared; those merged into others are none."""
        rows = self.model._default_manager.exclude(state=State.MERGED)
        return rows.select_related(*self.joined)

    def key_of(self, row: Any) -> str:
        return str(getattr(row, self.column))

    def held(self, source: ComparisonSource, keys: Iterable[str]) -> dict[str, Any]:
        """{key: entry}; of two the one that has not ended counts, then the elder."""
        rows = self._among(self.all(), list(keys), source)
        found: dict[str, Any] = {}
        for row in rows.defer(*self.sealed).order_by("-pk"):
            there = found.get(key := self.key_of(row))
            if there is None or row.state == State.HERE or there.state != State.HERE:
                found[key] = row
        return found

    def _among(self, rows: Any, keys: list[str], source: ComparisonSource) -> Any:
        return rows.filter(**{f"{self.column}__in": keys})

    def unseen(
        self, source: ComparisonSource, after: int, most: int
    ) -> list[tuple[str, int]]:
        """Keys and ids of entries on the ground of a list that it does not name."""
        rows = self.model._default_manager.here().filter(pk__gt=after)
        ground = ground_of_source(source)
        if not ground.whole:
            rows = rows.filter(on_ground(ground))
        return self._unseen(rows, most)

    def _unseen(self, rows: Any, most: int) -> list[tuple[str, int]]:
        table = self.model._meta.db_table
        rows = rows.exclude(**{self.column: ""})
        rows = rows.extra(where=[UNSEEN.format(f"{table}.{self.column}")])
        return list(rows.order_by("pk").values_list(self.column, "pk")[:most])

    def value(self, row: Any, name: str) -> Any:
        """What an entry says of a field, as the rows of a list say it."""
        if name == "address":
            return _door_of(row.dwelling)
        found: Any = getattr(row, HASHED.get(name, name), None)
        return found.isoformat() if hasattr(found, "isoformat") else found


class ComparedHouseholds(Compared):
    """A number counts on the ground of its list: another street may give it too."""

    def _among(self, rows: Any, keys: list[str], source: ComparisonSource) -> Any:
        ground = ground_of_source(source)
        rows = super()._among(rows, keys, source)
        return rows if ground.whole else rows.filter(on_ground(ground))

    def value(self, row: Any, name: str) -> Any:
        if name == "household_kind":
            return row.kind
        if name in ("head", "number"):
            head = row.head
            return head and (head.name if name == "head" else head.number_hash)
        return super().value(row, name)


class ComparedDwellings(Compared):
    """A door is the code of its building, the entrance and the room."""

    def key_of(self, row: Any) -> str:
        return door_key(row.building.address_code, row.unit, row.room)

    def _among(self, rows: Any, keys: list[str], source: ComparisonSource) -> Any:
        doors = [key.split(BETWEEN) for key in keys]
        wanted = (
            "(offices_building.address_code, offices_dwelling.unit,"
            " offices_dwelling.room) IN (SELECT * FROM unnest(%s::text[], %s::text[],"
            " %s::text[]))"
        )
        parts = [[door[at] for door in doors] for at in range(3)]
        # Said of the buildings too: their codes have an index.
        rows = rows.filter(building__address_code__in=sorted(set(parts[0])))
        return rows.extra(where=[wanted], params=parts)

    def _unseen(self, rows: Any, most: int) -> list[tuple[str, int]]:
        between = Chr(Value(ord(BETWEEN)))
        parts = (F("building__address_code"), between, F("unit"), between, F("room"))
        rows = rows.exclude(building__address_code="").annotate(key=Concat(*parts))
        key = (
            f"concat(offices_building.address_code, chr({ord(BETWEEN)}),"
            f" offices_dwelling.unit, chr({ord(BETWEEN)}), offices_dwelling.room)"
        )
        rows = rows.extra(where=[UNSEEN.format(key)])
        return list(rows.order_by("pk").values_list("key", "pk")[:most])

    def value(self, row: Any, name: str) -> Any:
        if name == "owner_name":
            owner = row.owner_person or row.owner_organization
            return owner.name if owner else row.owner_name
        found = super().value(row, name)
        return float(found) if name == "area" and found is not None else found


def _door_of(row: Dwelling | None) -> tuple[str, str, str] | None:
    return (row.building.address_code, row.unit, row.room) if row else None


COMPARED: dict[str, Compared] = {
    Register.PERSON: Compared(
        *(Person, "number_hash", "dwelling__building"), sealed=("number", "phone")
    ),
    Register.ORGANIZATION: Compared(
        *(Organization, "code", "dwelling__building"), sealed=("phone",)
    ),
    Register.HOUSEHOLD: ComparedHouseholds(
        *(Household, "number", "dwelling__building", "head"),
        sealed=("head__number", "head__phone"),
    ),
    Register.DWELLING: ComparedDwellings(
        *(Dwelling, "", "building", "owner_person", "owner_organization"),
        sealed=("owner_person__number", "owner_person__phone"),
    ),
}


def compared_in(register: str) -> Compared:
    return COMPARED[Register(register)]
