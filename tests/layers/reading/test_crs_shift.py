"""GCJ-02 and BD-09 against published figures, and there and back."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.reading import datum_shift as shift

EARTH = pyproj.Geod(ellps="WGS84")
CENTIMETRE = 0.01
places = st.tuples(st.floats(73, 136), st.floats(3, 54))


def metres(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.max(EARTH.inv(*one.T, *other.T)[2]))


def test_both_shifts_are_those_published_for_xicheng():
    place = np.array([[116.366, 39.912]])
    assert metres(shift.to_gcj(place), place) == pytest.approx(552.8, abs=0.1)
    assert metres(shift.to_bd(place), place) == pytest.approx(1361.7, abs=0.1)


@given(st.lists(places, min_size=1, max_size=50))
def test_every_place_of_china_comes_back_within_a_centimetre(some):
    points = np.array(some)
    assert metres(shift.from_gcj(shift.to_gcj(points)), points) < CENTIMETRE
    assert metres(shift.from_bd(shift.to_bd(points)), points) < CENTIMETRE


@given(st.lists(places, min_size=1, max_size=50))
def test_every_shifted_place_has_one_that_leads_to_it(some):
    points = np.array(some)
    assert metres(shift.to_gcj(shift.from_gcj(points)), points) < CENTIMETRE
    assert metres(shift.to_bd(shift.from_bd(points)), points) < CENTIMETRE


def test_abroad_gcj_02_is_wgs_84():
    abroad = np.array([[139.7, 35.7], [2.3, 48.9], [-70.0, -33.0], [116.0, 56.0]])
    assert (shift.to_gcj(abroad) == abroad).all()
    assert (shift.from_gcj(abroad) == abroad).all()


@pytest.mark.filterwarnings("error")
def test_what_is_no_number_stays_none():
    points = np.array([[np.nan, 39.9], [np.inf, 39.9], [116.366, 39.912]])
    for formula in (shift.to_gcj, shift.from_gcj, shift.to_bd, shift.from_bd):
        found = formula(points)
        assert not np.isfinite(found[:2]).all(axis=1).any()
        assert np.isfinite(found[2]).all()
