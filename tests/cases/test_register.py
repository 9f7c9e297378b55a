"""The desk's own intake, its callers, and what may be the same trouble."""

from datetime import timedelta
from math import cos, radians, sin
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases.duplicates import METRES_A_DEGREE, _box, near
from cases.effects import NoPhoto
from cases.models import Caller, CallerReading, Case, CaseTag, Source, Tag
from govmap.lib.geo import SRID
from tests.cases.driving import litter, photo_of
from tests.sites import package
from workflow.models import Category, Event

PHONE = "138 0000 1111"


@pytest.fixture
def desk(signed_in, people):
    return signed_in(people["desk"])


def told(**more) -> dict[str, object]:
    lon, lat = package.inside(1, 1, 1)
    sent = {"uuid": uuid4(), "source": "phone", "category": litter().pk}
    return sent | {"note": "路口有垃圾", "place": f"{lon},{lat}"} | more


def register(client, **more):
    answer = client.post(reverse("cases:desk-new"), told(**more))
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.latest("pk")


def test_the_page_offers_the_desks_sources(desk):
    page = desk.get(reverse("cases:desk-new")).content.decode()
    for source in Source.objects.filter(desk=True):
        assert f'value="{source.code}"' in page
    assert 'value="sensor"' not in page


def test_a_case_is_registered_with_its_source_and_tags(desk):
    case = register(desk, source="media", tags=["monthly"])
    assert (case.source, case.category) == ("media", litter())
    assert [row.tag.code for row in case.tags.all()] == ["monthly"]


def test_a_photo_is_asked_for_never_forced(desk):
    Category.objects.filter(pk=litter().pk).update(photo=True)
    page = desk.get(reverse("cases:desk-new")).content.decode()
    assert "data-wants-photo" in page
    assert f'"photo_classes": [{litter().pk}]' in page
    case = register(desk)
    assert [row.tag.code for row in case.tags.all()] == ["no_photo"]


def test_who_sends_a_photo_is_not_marked(desk, people):
    Category.objects.filter(pk=litter().pk).update(photo=True)
    case = register(desk, photos=[str(photo_of(people["desk"]))])
    assert not case.tags.exists()


def test_the_caller_is_sealed_and_in_no_event(desk):
    case = register(desk, caller_name="张三", caller_phone=PHONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM cases_caller")
        row = cursor.fetchone()
    assert "张三" not in row[0]
    assert "1111" not in row[1]
    assert case.caller.phone_tail == "1111"
    event = Event.objects.get(subject_uuid=case.uuid)
    assert "张三" not in event.canonical


def test_sent_twice_it_is_one_case(desk):
    sent = told(caller_phone=PHONE, tags=["monthly"])
    for _time in range(2):
        assert desk.post(reverse("cases:desk-new"), sent).status_code == 302
    assert (Case.objects.count(), Caller.objects.count()) == (1, 1)
    assert CaseTag.objects.count() == 1


def test_the_same_caller_is_known_again_by_the_hash(desk):
    first = register(desk, caller_phone=PHONE)
    answer = desk.post(reverse("cases:known-caller"), {"phone": "+86 13800001111"})
    assert first.number in answer.content.decode()
    again = register(desk, caller_phone="13800001111")
    assert [row.tag.code for row in again.tags.all()] == ["repeated"]


def test_another_street_learns_only_how_often(desk, signed_in, people):
    first = register(desk, caller_phone=PHONE)
    other = signed_in(people["outsider"])
    page = other.post(reverse("cases:known-caller"), {"phone": PHONE})
    assert first.number not in page.content.decode()
    assert "1" in page.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("desk", 200), ("grid_worker", 403), ("supervisor", 403), ("outsider", 404)],
)
def test_the_number_is_shown_to_whoever_works_on_it(
    desk, signed_in, people, who, status
):
    case = register(desk, caller_name="张三", caller_phone=PHONE)
    url = reverse("cases:caller", args=[case.uuid])
    client = signed_in(people[who])
    assert "张三" not in client.get(url).content.decode()
    answer = client.post(url, {"purpose": "contact"})
    assert answer.status_code == status
    assert ("张三" in answer.content.decode()) is (status == 200)
    assert CallerReading.objects.count() == (status == 200)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE cases_callerreading SET purpose = 'x'", "DELETE FROM cases_callerreading"],
)
def test_who_read_a_number_stays_written(desk, signed_in, people, statement):
    case = register(desk, caller_phone=PHONE)
    url = reverse("cases:caller", args=[case.uuid])
    signed_in(people["desk"]).post(url, {"purpose": "contact"})
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)
    assert CallerReading.objects.get().purpose == "contact"


def test_the_case_leads_to_its_caller(desk, signed_in, people):
    case = register(desk, caller_phone=PHONE)
    url = reverse("cases:case", args=[case.uuid])
    assert "1111" in desk.get(url).content.decode()
    assert "1111" not in signed_in(people["supervisor"]).get(url).content.decode()


@pytest.mark.parametrize("lacks", ["source", "category", "note"])
def test_what_is_missing_is_said(desk, lacks):
    answer = desk.post(reverse("cases:desk-new"), told(**{lacks: ""}))
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_a_source_out_of_use_is_refused(desk):
    Source.objects.filter(code="media").update(retired=True)
    answer = desk.post(reverse("cases:desk-new"), told(source="media"))
    assert answer.status_code == 422


def test_a_tag_out_of_use_is_refused(desk):
    Tag.objects.filter(code="monthly").update(retired=True)
    answer = desk.post(reverse("cases:desk-new"), told(tags=["monthly"]))
    assert answer.status_code == 422


def test_a_class_may_ask_for_a_photo(make_case, make_photo, people, desk):
    Category.objects.filter(pk=litter().pk).update(photo=True)
    with pytest.raises(NoPhoto):
        make_case()
    assert make_case(photos=[str(make_photo(people["grid_worker"]))]).pk
    assert register(desk, source="phone").pk  # who was only told of it has none


# What may be the same


def spot(case: Case, metres: float = 0) -> Point:
    assert case.place
    return Point(case.place.x, case.place.y + metres / METRES_A_DEGREE, srid=SRID)


def test_the_same_class_near_and_lately_is_found(make_case, people):
    case = make_case()
    (found,) = near(litter(), spot(case, 30), timezone.now())
    assert found.case == case
    assert found.metres == pytest.approx(30, abs=1)


@pytest.mark.parametrize("why", ["far", "old", "class", "off", "merged"])
def test_what_is_something_else_is_not(make_case, why):
    case, category = make_case(), litter()
    Case.objects.filter(pk=case.pk).update(
        reported_at=timezone.now() - timedelta(hours=80 if why == "old" else 1),
        merged_into=make_case(cell=4).pk if why == "merged" else None,
    )
    if why == "class":
        category = Category.objects.get(code="06036")
    if why == "off":
        category.duplicate_radius = 0
    place = spot(case, 51 if why == "far" else 0)
    assert near(category, place, timezone.now()) == []


def test_a_stranger_is_told_distance_and_age_only(make_case, people):
    case = make_case()
    for name, seen in (("grid_worker", True), ("outsider", False)):
        found = near(litter(), case.place, timezone.now(), reader=people[name])
        assert [row.seen for row in found] == [seen]


def test_it_is_one_query(make_case, people, django_assert_num_queries):
    case, category, reader = make_case(), litter(), people["grid_worker"]
    assert reader.holders
    with django_assert_num_queries(1):
        near(category, case.place, timezone.now(), reader=reader, besides=case)


def test_the_index_of_places_answers_it(make_case):
    case, category = make_case(), litter()
    with CaptureQueriesContext(connection) as queries:
        near(category, case.place, timezone.now())
    with connection.cursor() as cursor:
        # So few rows are read faster without any index.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries[-1]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on cases_case" not in plan
    assert "place" in plan.split("Index Cond")[1]


@given(
    st.floats(-60, 60), st.floats(-180, 179), st.integers(1, 5000), st.floats(0, 6.28)
)
def test_the_box_holds_the_circle(lat, lon, metres, angle):
    east = metres * cos(angle) / (METRES_A_DEGREE * cos(radians(lat)))
    north = metres * sin(angle) / METRES_A_DEGREE
    west, south, right, top = _box(Point(lon, lat, srid=SRID), metres).extent
    slack = 1e-9
    assert west - slack <= lon + east <= right + slack
    assert south - slack <= lat + north <= top + slack


def test_the_phone_is_told_before_sending(make_case, signed_in, people):
    case = make_case()
    lon, lat = package.inside(1, 1, 1)
    query = {"lon": lon, "lat": lat, "category": litter().pk}
    for name, seen in (("grid_worker", True), ("outsider_worker", False)):
        page = signed_in(people[name]).get(reverse("cases:near"), query)
        assert "near-note" in page.content.decode()
        assert (case.number in page.content.decode()) is seen


def test_the_desk_sees_them_on_the_case_and_side_by_side(make_case, desk):
    one, other = make_case(), make_case()
    url = reverse("cases:proposal", args=[one.uuid])
    assert other.number in desk.get(url).content.decode()
    page = desk.get(reverse("cases:case-near", args=[one.uuid])).content.decode()
    assert one.number in page
    assert other.number in page
