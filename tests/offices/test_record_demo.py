"""The demonstration's records: invented, in several states, made once."""

import pytest

from accounts.models import Unit
from offices.models import Record, RecordDue
from offices.modules import demo
from tests.offices.modules import at_office, load

COUNT = 6


@pytest.fixture
def street(db):
    for suffix in ("city_office", "livelihood_office"):
        at_office("street_office", suffix)
        at_office("office_head", suffix)
    load("construction")
    load("relief")
    return Unit.objects.get(code="110109001")


def make(street):
    return demo.make(street, count=COUNT, say=print)


def test_records_stand_in_several_states_on_several_days(street):
    assert make(street) == 2 * COUNT
    assert len(set(Record.objects.values_list("state", flat=True))) > 2
    assert len(set(RecordDue.objects.values_list("due_on", flat=True))) > 2


def test_a_street_gets_them_once(street):
    make(street)
    assert make(street) == 0
    assert Record.objects.count() == 2 * COUNT
