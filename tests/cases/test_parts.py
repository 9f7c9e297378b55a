"""部件: whose register shows which, what a card says, coverage, and a case's part."""

from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from cases.intake import report
from cases.models import CasePart, SurveyItem
from cases.parts.registry import by_cell, by_class, parts_seen
from cases.surveys import ticking
from cases.surveys.making import make
from layers.models import GridCell, Part
from tests.cases.surveying import asked
from tests.sites import package
from workflow.models import Category
from workflow.scope import concern

CELL, FOREIGN = package.cell_code(1, 1, 1), package.cell_code(2, 1, 1)


def in_cell(code):
    return GridCell.objects.get(code=code).geometry.point_on_surface


def part_class():
    return Category.objects.choosable().filter(kind=Category.Kind.PART).first()


def made(number, cell=CELL, east=0.0, **more):
    place = in_cell(cell)
    return Part.objects.create(
        code=f"1101090100{number:07}",
        category_code=part_class().code,
        name="电力井盖",
        geometry=Point(place.x + east, place.y, srid=4490),
        cell=cell,
        **more,
    )


@pytest.fixture
def parts(people):
    return [made(1), made(2, east=0.00005, state="破损"), made(3, cell=FOREIGN)]


def codes(user):
    return sorted(parts_seen(user).values_list("code", flat=True))


def test_a_street_sees_its_own_and_the_district_all(people, parts):
    own, both = [row.code for row in parts[:2]], [row.code for row in parts]
    assert codes(people["desk"]) == codes(people["grid_worker"]) == own
    assert codes(people["outsider"]) == [parts[2].code]
    assert codes(people["supervisor"]) == both


def test_a_unit_sees_what_it_answers_for_wherever_it_lies(people, parts):
    unit = next(post.unit for post in people["handler"].posts)
    assert codes(people["handler"]) == []
    Part.objects.filter(pk=parts[2].pk).update(upkeep=unit)
    assert codes(people["handler"]) == [parts[2].code]


def test_the_list_is_narrowed_by_class_state_and_cell(people, signed_in, parts):
    desk = signed_in(people["desk"])

    def count(query):
        return desk.get(f"/parts/?{query}").content.decode().count('parts-row"')

    kind = parts[0].category_code
    found = [count(q) for q in (f"class={kind}", "state=broken", f"cell={CELL}")]
    assert found == [2, 1, 2]
    assert count("class=99999") == count(f"cell={FOREIGN}") == 0


def test_a_card_says_whose_it_is_and_what_happened(people, signed_in, parts):
    unit = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT).first()
    Part.objects.filter(pk=parts[0].pk).update(department=unit, owner=unit, upkeep=unit)
    html = signed_in(people["desk"]).get(f"/parts/{parts[0].code}/").content.decode()
    assert html.count(str(unit)) >= 3 and "完好" in html
    answer = signed_in(people["outsider"]).get(f"/parts/{parts[0].code}/")
    assert answer.status_code == 404


def surveyed(people):
    said = asked(what="parts", class_code=part_class().code)
    street = Unit.objects.get(code="110109001")
    survey = make(people["desk"], street, uuid4(), said)
    item = SurveyItem.objects.get(survey=survey, key="11010901000000001")
    ticking.tick(item, people["grid_worker"], {"f1": "yes"})
    return item


def test_coverage_counts_what_a_survey_looked_at(people, parts):
    surveyed(people)
    rows = parts_seen(people["desk"])
    (kind,) = by_class(rows)
    assert (kind.count, kind.looked_at, kind.broken, kind.covered) == (2, 1, 1, 50)
    assert [(one.code, one.covered) for one in by_cell(rows)] == [(CELL, 50)]


def test_a_look_of_long_ago_covers_nothing(people, parts):
    item = surveyed(people)
    before = timezone.now() - timezone.timedelta(days=400)
    SurveyItem.objects.filter(pk=item.pk).update(done_at=before)
    assert by_class(parts_seen(people["desk"]))[0].looked_at == 0


def test_coverage_names_nobody_and_asks_the_same_for_many(
    people, signed_in, parts, django_assert_max_num_queries
):
    surveyed(people)
    for number in range(10, 40):
        made(number)
    desk = signed_in(people["desk"])
    desk.get("/parts/coverage/")
    with django_assert_max_num_queries(8):
        html = desk.get("/parts/coverage/").content.decode()
    assert str(people["grid_worker"]) not in html


def reported(user, place, category):
    evidence = {
        "category": category.pk,
        "place": [place.x, place.y],
        "address": "测试地址",
        "note": "井盖缺失",
    }
    return report(by=user, uuid=uuid4(), evidence=evidence)[0]


def test_a_case_about_a_part_carries_the_nearest_of_its_class(people, parts, signed_in):
    kind = part_class()
    case = reported(people["inspector"], parts[1].geometry, kind)
    assert case.part.code == parts[1].code
    html = signed_in(people["desk"]).get(f"/cases/{case.uuid}/").content.decode()
    assert reverse("parts:one", args=[parts[1].code]) in html
    card = signed_in(people["supervisor"]).get(f"/parts/{parts[1].code}/")
    assert case.number in card.content.decode()


def test_who_is_to_mend_a_part_sees_its_card(people, signed_in, parts):
    url, handler = f"/parts/{parts[1].code}/", signed_in(people["handler"])
    case = reported(people["inspector"], parts[1].geometry, part_class())
    assert handler.get(url).status_code == 404
    unit = next(post.unit for post in people["handler"].posts)
    concern(case, why="test", units=[unit.pk])
    assert handler.get(url).status_code == 200
    assert handler.get(f"/api/v1{url}").json()["cases"] == [str(case.uuid)]
    assert handler.get(f"/parts/{parts[0].code}/").status_code == 404


def test_no_link_leads_a_volunteer_to_a_card_that_is_not_for_him(
    people, parts, signed_in
):
    case = reported(people["volunteer"], parts[1].geometry, part_class())
    html = signed_in(people["volunteer"]).get(f"/cases/{case.uuid}/").content.decode()
    assert parts[1].code in html
    assert reverse("parts:one", args=[parts[1].code]) not in html


def test_a_case_of_an_event_or_far_from_any_part_carries_none(people, parts):
    event = Category.objects.choosable().filter(kind=Category.Kind.EVENT).first()
    place = parts[0].geometry
    reported(people["inspector"], place, event)
    far = Point(place.x, place.y + 0.0004, srid=4490)
    reported(people["inspector"], far, part_class())
    assert not CasePart.objects.exists()


def test_the_api_says_the_same(people, signed_in, parts):
    desk = signed_in(people["desk"])
    page = desk.get("/api/v1/parts/?state=broken").json()
    assert [row["code"] for row in page["results"]] == [parts[1].code]
    one = desk.get(f"/api/v1/parts/{parts[0].code}/").json()
    assert (one["state"], one["cases"]) == ("完好", [])
    told = desk.get("/api/v1/parts/coverage/").json()
    assert told["classes"][0]["count"] == 2 and told["cells"][0]["code"] == CELL
