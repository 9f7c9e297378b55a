"""Which are drawn, and whose they are: properties of the pure parts."""

from collections import Counter
from datetime import date
from decimal import Decimal
from math import ceil
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from cases.reviewing.choosing import Candidate, dealt, picked

DAY = date(2026, 11, 1)


def candidate(number: int, per: int | None = None) -> Candidate:
    return Candidate(number, UUID(int=number), 7, DAY, per, 1, per=per)


lots = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(1, 4)),
    unique_by=lambda row: row[0],
    max_size=40,
).map(lambda rows: [candidate(number, per) for number, per in rows])
shares = st.integers(0, 100).map(Decimal)


@given(lots, shares, st.integers(0, 20), st.randoms())
def test_the_same_are_drawn_however_they_come(lot, share, least, chance):
    wanted = {"seed": "a", "share": share, "least": least}
    mixed = chance.sample(lot, len(lot))
    assert picked(lot, **wanted) == picked(mixed, **wanted)


@given(lots, shares)
def test_the_share_is_rounded_up(lot, share):
    found = picked(lot, seed="a", share=share)
    assert len(found) == ceil(share * len(lot) / 100)


@given(lots, shares, st.integers(1, 5))
def test_of_each_unit_at_least_so_many_or_all(lot, share, least):
    found = picked(lot, seed="a", share=share, least=least)
    there = Counter(row.per for row in lot)
    drawn = Counter(pick.candidate.per for pick in found)
    assert all(drawn[unit] >= min(least, count) for unit, count in there.items())
    assert len({pick.candidate.case for pick in found}) == len(found)


@given(lots, shares, st.integers(1, 9))
def test_the_share_is_bounded(lot, share, most):
    assert len(picked(lot, seed="a", share=share, most=most)) <= most


@given(lots, shares, shares)
def test_a_larger_share_draws_the_same_and_more(lot, one, other):
    less, more = sorted([one, other])
    small = picked(lot, seed="a", share=less)
    assert small == picked(lot, seed="a", share=more)[: len(small)]


people = st.sets(st.integers(1, 5))


@given(lots, people, st.dictionaries(st.integers(1, 10**6), people))
def test_nobody_gets_what_he_had_a_part_in(lot, able, parts):
    pairs = [(row.case, row.uuid) for row in lot]
    parts |= {row.case: {1, 2} for row in lot[::2]}
    whose = dealt(pairs, seed="a", people=able, involved=parts, open_now={})
    for case, person in whose.items():
        assert person not in parts.get(case, set())
        assert (person is None) == (not able - parts.get(case, set()))


@given(lots, st.dictionaries(st.integers(1, 4), st.integers(0, 9)))
def test_they_are_dealt_out_fairly(lot, open_now):
    pairs = [(row.case, row.uuid) for row in lot]
    able = [1, 2, 3, 4]
    whose = dealt(pairs, seed="a", people=able, involved={}, open_now=open_now)
    load = Counter(open_now) + Counter(whose.values())
    got = [load[person] for person in able if person in whose.values()]
    # Whoever got one has at most one more than whoever has least.
    assert not got or max(got) - min(load[person] for person in able) <= 1
