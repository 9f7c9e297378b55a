"""The demonstration's registers are invented, and made once."""

import pytest

from accounts.models import Unit
from offices.models import Person
from offices.registers import demo
from offices.registers.identity import citizen_number


@pytest.fixture
def street(db, monkeypatch):
    for name in ("FLOORS", "DOORS", "ENTRANCES"):
        monkeypatch.setattr(demo, name, 1)
    return Unit.objects.get(code="110109001")


def test_invented_numbers_are_right_and_of_no_area(street):
    demo.make(street, seed=4)
    numbers = [person.number.open() for person in Person.objects.all()]
    assert numbers and all(number.startswith(demo.NOWHERE) for number in numbers)
    assert all(citizen_number(number).text == number for number in numbers)


def test_a_street_is_filled_once(street):
    demo.make(street, seed=4)
    count = Person.objects.count()
    assert "there already" in demo.make(street, seed=4)
    assert Person.objects.count() == count
