"""Where a place lies; nobody is refused."""

from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from cases.intake import report
from cases.locating import locate
from cases.models import Case
from govmap.lib.geo import SRID
from tests.cases.driving import litter
from tests.sites import package

METRE_EAST = 1 / 85_400  # degrees of longitude at 39.9 N


def at(people, longitude, latitude):
    place = Point(longitude, latitude, srid=SRID)
    return locate(place, timezone.now(), people["grid_worker"])


def east_of_the_grid(metres):
    """A place so many metres east of the last cell, inside the district."""
    return package.WEST + 4 * package.STEP + metres * METRE_EAST, package.SOUTH + 0.0015


def test_a_place_inside_a_cell(people):
    found = at(people, *package.inside(2, 1, 3))
    assert found.edge == Case.Edge.INSIDE
    assert found.cell.code == package.cell_code(2, 1, 3)
    assert (found.community.code, found.street.code) == ("110109002001", "110109002")


def test_within_50_m_the_nearest_cell_takes_it_and_says_so(people):
    found = at(people, *east_of_the_grid(40))
    assert found.edge == Case.Edge.NEAR
    assert found.cell.code.startswith("110109002")
    assert found.distance == pytest.approx(40, abs=1)


def test_farther_it_lies_outside_the_grid_with_the_distance(people):
    found = at(people, *east_of_the_grid(60))
    assert found.edge == Case.Edge.OUTSIDE_GRID
    assert (found.cell, found.street.code) == (None, "110109002")
    assert found.distance == pytest.approx(60, abs=1)


def test_outside_the_district_the_reporters_street_owns_it(people):
    found = at(people, *package.OUTSIDE_DISTRICT)
    assert found.edge == Case.Edge.OUTSIDE_DISTRICT
    assert found.street.code == "110109001"
    assert found.distance > 1000


def test_a_reporter_without_a_street_gives_it_to_the_nearest(people):
    place = Point(*east_of_the_grid(1000), srid=SRID)
    found = locate(place, timezone.now(), people["inspector"])
    assert found.street.code == "110109002"


def test_a_place_on_a_border_has_one_cell_always_the_same(people):
    border = package.WEST + package.STEP, package.SOUTH + 0.5 * package.STEP
    codes = {at(people, *border).cell.code for _ in range(3)}
    assert len(codes) == 1


@pytest.mark.parametrize("place", [package.OUTSIDE_GRID, package.OUTSIDE_DISTRICT])
def test_a_worker_is_never_refused(people, place):
    evidence = {"category": litter().pk, "place": list(place)}
    case, _ = report(by=people["grid_worker"], uuid=uuid4(), evidence=evidence)
    seen = Case.objects.visible_to(people["grid_worker"])
    assert case in seen


def test_numbers_of_a_day_follow_each_other(make_case):
    one, two = make_case(), make_case()
    assert int(two.number) == int(one.number) + 1
    assert one.number.startswith(f"110109{timezone.localdate():%Y%m%d}")
