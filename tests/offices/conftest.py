"""People, dwellings and organisations of the test site: all invented."""

from datetime import date

import pytest

from govmap.lib.history import recorded
from offices.models import Person
from offices.models.household import HEAD
from offices.registers import entering, life
from offices.registers.identity import check_of
from offices.registers.places import building_at, dwelling_in

# No area of GB/T 2260 has this code, so nobody bears such a number.
NOWHERE = "119999"
STREET = "110109001"


def number_of(birth: date, serial: int) -> str:
    digits = f"{NOWHERE}{birth:%Y%m%d}{serial:03d}"
    return digits + check_of(digits)


@pytest.fixture
def make_dwelling(people):
    """A door of the first street's first community, ``address`` from 1 to 4."""

    def make(room="101", *, address=1, street=1, by="community_worker", **more):
        user = people["outsider" if street == 2 else by]
        code = f"11010900{street}A{address}"
        with recorded(user):
            building = building_at(code, user)
            return dwelling_in(building, unit="1单元", room=room, by=user, **more)

    return make


@pytest.fixture
def make_person(people, make_dwelling):
    """Somebody invented, living behind a door unless ``dwelling`` is None."""
    count = iter(range(1, 900))

    def make(name="王小明", *, by="community_worker", dwelling="new", **fields):
        serial = next(count)
        said = {
            "name": name,
            "kind": Person.Kind.REGISTERED,
            "number": number_of(date(1980, 5, 17), serial),
            "phone": f"139000{serial:05d}",
            **fields,
        }
        if dwelling == "new":
            dwelling = make_dwelling()
        with recorded(people[by]):
            return entering.enter_person(said, people[by], dwelling=dwelling)

    return make


@pytest.fixture
def make_organization(people, make_dwelling):
    def make(name="槐荫便民商店", *, by="community_worker", **fields):
        said = {"name": name, "kind": "04", "code": "", "phone": "01066001234"} | fields
        with recorded(people[by]):
            return entering.enter_organization(
                said, people[by], place=make_dwelling("S1")
            )

    return make


@pytest.fixture
def make_household(people):
    """The household of somebody, at his door; he is its head."""

    def make(head, *, by="community_worker", number="H1"):
        with recorded(people[by]):
            home = entering.enter_household(
                {"number": number}, people[by], dwelling=head.dwelling
            )
            life.join(head, home, HEAD, people[by])
        return home

    return make
