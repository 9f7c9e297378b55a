"""Entries of the registers on each side, for the permission walk."""

from datetime import date
from typing import Any
from uuid import uuid4

from accounts.models import User
from offices.models import (
    Code,
    Household,
    Merging,
    Organization,
    Person,
    SensitiveGroup,
)
from offices.registers import entering, merging
from offices.registers.places import building_at, dwelling_in
from tests.offices import imports_walking, ownership_walking
from tests.offices.conftest import number_of

KEEPERS = {"own": "community_worker", "foreign": "outsider"}


def arguments(side: str) -> dict[str, dict[str, Any]]:
    """What the addresses of the registers need, by what a row is of."""
    by = User.objects.get(username=KEEPERS[side])
    street = 1 if side == "own" else 2
    person = Person.objects.filter(street__code=f"11010900{street}").first()
    person = person or _made(by, street)
    assert person.dwelling is not None
    home = Household.objects.get(dwelling=person.dwelling)
    organization = Organization.objects.filter(dwelling=person.dwelling).get()
    asked = Merging.objects.filter(stays=person.uuid).get()
    uuid = {"uuid": person.uuid}
    return {
        "person": uuid,
        "person_label": {**uuid, "pk": 0},
        "api_person_label": {**uuid, "label": 0},
        "api_dwelling_label": {"uuid": person.dwelling.uuid, "label": 0},
        "api_code_list": {"code": "label"},
        "household": {"uuid": home.uuid},
        "member": {"uuid": home.uuid, "pk": 0},
        "api_member": {"uuid": home.uuid, "person": uuid4()},
        "dwelling": {"uuid": person.dwelling.uuid},
        "dwelling_label": {"uuid": person.dwelling.uuid, "pk": 0},
        "building": {"uuid": person.dwelling.building.uuid},
        "organization": {"uuid": organization.uuid},
        "merging": {"uuid": asked.uuid},
        "entry": {"register": "person", **uuid},
        "code_list": {"list_": "label"},
        "register_code": {"pk": Code.objects.earliest("pk").pk},
        "group": {"pk": SensitiveGroup.objects.get(code="01").pk},
        "organization_post": {"uuid": organization.uuid, "pk": 0},
        **ownership_walking.arguments(side, person),
        **imports_walking.arguments(side, person),
    }


def _made(by: User, street: int) -> Person:
    """Somebody with a household, a shop, and an entry that may be the same."""
    building = building_at(f"11010900{street}A1", by)
    dwelling = dwelling_in(building, unit="1单元", room="101", by=by)
    said = {"name": "王小明", "kind": "registered", "phone": "13900001234"}
    born = date(1980, 1, street)
    person = entering.enter_person(
        {**said, "number": number_of(born, 1)}, by, dwelling=dwelling
    )
    other = entering.enter_person(said, by, dwelling=dwelling)
    entering.enter_household({"number": f"H{street}"}, by, dwelling=dwelling)
    shop = {"name": "槐荫便民商店", "kind": "04", "phone": "13900001234"}
    entering.enter_organization(shop, by, place=dwelling)
    merging.ask(person, other, by, reason="同一人")
    return person
