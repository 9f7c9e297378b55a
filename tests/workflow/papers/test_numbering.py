"""Numbers of papers: in order, by unit and year, never twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from accounts.models import Unit
from workflow.models import PaperOffice
from workflow.papers.numbering import fault_of, next_serial, number_of, office_of


def street(code="110109001"):
    return Unit.objects.get(code=code)


def test_serials_count_by_unit_and_year(db):
    other = street("110109002")
    got = [next_serial("x", street(), 2026) for _ in range(2)]
    assert got == [1, 2]
    assert next_serial("x", other, 2026) == next_serial("x", street(), 2027) == 1


def test_a_number_is_made_by_its_rule(db):
    office = PaperOffice(short="西长安街")
    rule = "{unit}城管派〔{year}〕{serial}号"
    assert number_of(rule, office, 2026, 12) == "西长安街城管派〔2026〕12号"


@pytest.mark.parametrize(
    "rule", ["{unit}{year}", "{serial}号", "{unit}{year}{serial}{x}", "{unit}{year}{"]
)
def test_a_rule_that_could_give_a_number_twice_is_refused(rule):
    assert fault_of(rule)


def test_a_unit_without_an_office_signs_with_its_name(db):
    assert office_of(street()).signs_as == street().name


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_get_the_same():
    unit = street()

    def ten(_turn):
        try:
            got = []
            for _ in range(10):
                with transaction.atomic():
                    got.append(next_serial("x", unit, 2026))
            return got
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(ten, range(2))
    assert sorted(one + two) == list(range(1, 21))
