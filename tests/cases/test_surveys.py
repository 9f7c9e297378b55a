"""专项普查: made by a desk, ticked off outdoors, counted by cell and community."""

import json
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Polygon
from django.utils import timezone

from cases.models import Survey, SurveyItem
from cases.surveys import ticking
from cases.surveys.fields import BadAnswers, BadFields, checked, fields_of, read_answers
from cases.surveys.making import (
    BadDays,
    NothingThere,
    NotYourArea,
    _names,
    _thing,
)
from cases.surveys.reminding import remind
from govmap.lib.errors import NotAllowed
from layers.finding.area import write_area
from layers.models import Feature, Layer
from tests.cases.surveying import COMMUNITY, FIELDS, asked, begun, put_parts
from tests.permissions.walking import World
from tests.sites import package
from workflow.attachments import store
from workflow.exporting import register_of
from workflow.models import FormDraft, Notice

GOOD = {"f1": "yes", "f2": "3", "f3": "好", "f4": ""}


@pytest.fixture
def survey(people):
    return begun(people["desk"])


@pytest.fixture
def item(survey):
    return survey.items.earliest("pk")


def address(survey, item=None, end=""):
    thing = f"things/{item.uuid}/" if item else ""
    return f"/surveys/{survey.uuid}/{thing}{end}"


def test_every_cell_of_the_area_is_to_be_looked_at(survey):
    codes = {item.cell for item in survey.items.all()}
    assert codes == {package.cell_code(1, 1, number) for number in range(1, 5)}


def test_parts_of_one_class_in_the_area(people):
    put_parts(3)
    put_parts(2, community=2)
    survey = begun(people["desk"], what="parts", class_code="01001")
    assert survey.items.count() == 3


def test_a_drawn_area_bounds_it(people):
    lon, lat = package.inside(1, 1, 1)
    near = Polygon.from_bbox((lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5))
    near.srid = 4490
    survey = begun(people["desk"], area=near, communities=[])
    assert [item.cell for item in survey.items.all()] == [package.cell_code(1, 1, 1)]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"what": "parts", "class_code": "01001"}, NothingThere),
        ({"ends_on": timezone.localdate() - timedelta(days=1)}, BadDays),
        ({"communities": ["110109002001"]}, NotYourArea),
        ({"fields": []}, BadFields),
        (
            {"fields": [{"title": "状况", "kind": "choice", "choices": ["好"]}]},
            BadFields,
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(people, more, error):
    with pytest.raises(error):
        begun(people["desk"], **more)
    assert not Survey.objects.exists()


def test_a_worker_makes_none(people, signed_in):
    with pytest.raises(NotAllowed):
        begun(people["grid_worker"])
    assert signed_in(people["grid_worker"]).get("/surveys/new/").status_code == 403


def test_answers_are_read_as_what_they_are(people):
    fields = fields_of(checked(FIELDS))
    assert read_answers(fields, GOOD, people["grid_worker"]) == {
        "f1": "yes",
        "f2": 3,
        "f3": "好",
    }


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, "f1"),
        ({"f1": "maybe"}, "f1"),
        ({"f1": "yes", "f2": "许多"}, "f2"),
        ({"f1": "yes", "f2": "nan"}, "f2"),
        ({"f1": "yes", "f3": "很好"}, "f3"),
        ({"f1": "yes", "f5": ["不是照片"]}, "f5"),
        ({"f1": "yes", "f5": [str(uuid4())]}, "f5"),
    ],
)
def test_a_wrong_answer_is_said_beside_its_question(people, sent, wrong):
    with pytest.raises(BadAnswers) as refused:
        read_answers(fields_of(checked(FIELDS)), sent, people["grid_worker"])
    assert set(refused.value.errors) == {wrong}


def test_ticking_off_leaves_the_list_and_can_be_put_right(
    signed_in, people, survey, item
):
    client = signed_in(people["grid_worker"])
    assert client.post(address(survey, item), GOOD).status_code == 302
    item.refresh_from_db()
    assert item.done_at and item.answers["f2"] == 3
    assert str(item.uuid) not in client.get(address(survey)).content.decode()
    client.post(address(survey, item), {**GOOD, "f2": "5"})
    item.refresh_from_db()
    assert item.answers["f2"] == 5


def test_what_lacks_is_said_and_nothing_is_lost(signed_in, people, survey, item):
    client = signed_in(people["grid_worker"])
    answer = client.post(address(survey, item), {"f4": "锈了"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "field-error" in html and "锈了" in html


def test_a_colleague_s_tick_is_not_written_over(people, survey, item):
    ticking.tick(item, people["grid_worker"], GOOD)
    with pytest.raises(ticking.SomebodyElseWasThere):
        ticking.tick(item, people["other_worker"], GOOD)


def test_older_answers_write_over_no_newer_ones(people, survey, item):
    worker, now = people["grid_worker"], timezone.now()
    ticking.tick(item, worker, GOOD, act=uuid4(), at=now)
    # The first was long on its way: by its moment it seems the later one.
    soon = now - timedelta(seconds=20)
    ticking.tick(item, worker, GOOD | {"f2": "5"}, act=uuid4(), at=soon)
    with pytest.raises(ticking.AnsweredLater):
        old = now - timedelta(hours=1)
        ticking.tick(item, worker, GOOD, act=uuid4(), at=old)
    item.refresh_from_db()
    assert item.answers["f2"] == 5


def test_another_ground_s_things_are_not_there(signed_in, people, survey, item):
    client = signed_in(people["outsider_worker"])
    assert client.get(address(survey)).status_code == 404
    assert client.post(address(survey, item), GOOD).status_code == 404


def test_after_the_last_day_nothing_is_ticked(people, survey, item):
    long_ago = timezone.localdate() - timedelta(days=30)
    Survey.objects.update(starts_on=long_ago, ends_on=long_ago)
    with pytest.raises(ticking.SurveyIsOver):
        ticking.tick(item, people["grid_worker"], GOOD)


def test_a_wrong_tick_is_taken_back(signed_in, people, survey, item):
    ticking.tick(item, people["grid_worker"], GOOD)
    signed_in(people["grid_worker"]).post(address(survey, item, "untick/"))
    item.refresh_from_db()
    assert item.done_at is None and item.answers == {}


def test_progress_is_of_cells_and_communities_never_of_a_person(
    signed_in, people, survey, item
):
    ticking.tick(item, people["grid_worker"], GOOD)
    html = signed_in(people["desk"]).get(address(survey, end="results/"))
    text = html.content.decode()
    assert "1 / 4" in text and "好" in text
    assert str(people["grid_worker"]) not in text


def test_a_fault_found_there_opens_the_report_filled_in(signed_in, people):
    put_parts(1)
    survey = begun(people["desk"], what="parts", class_code="01001")
    item = survey.items.get()
    client = signed_in(people["grid_worker"])
    answer = client.post(address(survey, item, "fault/"))
    draft = FormDraft.objects.get()
    assert answer.url == f"/report/?draft={draft.uuid}"
    lon, lat = item.lonlat
    assert draft.data["place"]["place"] == f"{lon:.7f},{lat:.7f}"
    assert draft.data["category"]
    assert client.get(answer.url).status_code == 200


def test_the_units_are_told_before_the_end_once(people, survey):
    today = survey.ends_on - timedelta(days=2)
    assert remind(today) == 1 and remind(today) == 0
    told = Notice.objects.filter(what="survey_ends").values_list("person__username")
    names = {name for (name,) in told}
    assert {"grid_worker", "desk"} <= names and "outsider_worker" not in names


def test_nobody_is_told_of_what_is_finished(people, survey):
    for item in survey.items.all():
        ticking.tick(item, people["grid_worker"], GOOD)
    assert remind(survey.ends_on) == 0


def test_the_results_are_a_register_of_the_exports(people, survey, item):
    ticking.tick(item, people["grid_worker"], GOOD)
    register = register_of(f"survey-{survey.pk}")
    rows = list(register.rows(register.found(people["desk"], ""), 10))
    names = [column.name for column in register.columns]
    assert "f_f2" in names and "f_f5" not in names
    assert register.column("f_f2").read(rows[0]) == 3


def test_the_page_makes_one(signed_in, people):
    today = timezone.localdate()
    sent = {
        "uuid": uuid4(),
        "title": "雨箅子普查",
        "purpose": "汛前检查",
        "unit": "110109001",
        "what": "cells",
        "communities": [COMMUNITY],
        "starts_on": today,
        "ends_on": today + timedelta(days=3),
        "title_1": "堵塞",
        "kind_1": "yes_no",
        "required_1": "1",
        "title_2": "深度",
        "kind_2": "choice",
        "choices_2": "浅，深",
    }
    answer = signed_in(people["desk"]).post("/surveys/new/", sent)
    survey = Survey.objects.get()
    assert answer.url == f"/surveys/{survey.uuid}/results/"
    assert [field["kind"] for field in survey.fields] == ["yes_no", "choice"]
    assert survey.fields[1]["choices"] == ["浅", "深"]


def test_a_bad_plan_keeps_what_was_typed(signed_in, people):
    answer = signed_in(people["desk"]).post("/surveys/new/", {"title": "普查甲"})
    assert answer.status_code == 422 and "普查甲" in answer.content.decode()


def test_the_api_does_the_same(signed_in, people):
    said = asked()
    sent = {
        "uuid": str(uuid4()),
        **{name: getattr(said, name) for name in ("title", "purpose", "what")},
        **{"unit": "110109001", "communities": [COMMUNITY], "fields": FIELDS},
        "starts_on": str(said.starts_on),
        "ends_on": str(said.ends_on),
    }
    made = signed_in(people["desk"]).post("/api/v1/surveys/", sent, "application/json")
    assert made.status_code == 201, made.content
    worker, uuid = signed_in(people["grid_worker"]), made.json()["uuid"]
    things = worker.get(f"/api/v1/surveys/{uuid}/things/").json()["results"]
    body = json.dumps({"answers": GOOD})
    path = f"/api/v1/surveys/{uuid}/things/{things[0]['uuid']}/"
    ticked = worker.post(path, body, "application/json")
    assert ticked.status_code == 200 and ticked.json()["done_at"]
    far = worker.get(f"/api/v1/surveys/{uuid}/progress/").json()
    assert far["communities"][0]["done"] == 1


def test_pages_cost_the_same_however_much_there_is(
    signed_in, people, survey, django_assert_max_num_queries
):
    for item in survey.items.all()[:3]:
        ticking.tick(item, people["grid_worker"], GOOD)
    pairs = (("desk", "results/"), ("grid_worker", ""))
    for who, end in pairs:
        client = signed_in(people[who])
        client.get(address(survey, end=end))
        with django_assert_max_num_queries(15):
            client.get(address(survey, end=end))


def test_an_area_of_an_address_is_read(people, signed_in):
    lon, lat = package.inside(1, 1, 1)
    corners = [(lon - 1e-4, lat - 1e-4), (lon + 1e-4, lat - 1e-4), (lon, lat + 1e-4)]
    sent = {"area": write_area(corners), "title": "甲"}
    html = signed_in(people["desk"]).post("/surveys/new/", sent).content.decode()
    assert write_area(corners) in html


def test_a_photo_is_shown_to_who_sees_the_thing(signed_in, people, survey, item):
    photo = str(store(people["grid_worker"], uuid4(), World.picture(None)).uuid)
    ticking.tick(item, people["grid_worker"], {**GOOD, "f5": [photo]})
    path = address(survey, item, f"photos/{photo}/")
    assert signed_in(people["desk"]).get(path).status_code == 200
    assert signed_in(people["outsider"]).get(path).status_code == 404
    other = address(survey, item, f"photos/{uuid4()}/")
    assert signed_in(people["desk"]).get(other).status_code == 404


def test_a_browser_without_scripts_sends_its_photos_with_the_form(
    signed_in, people, survey, item
):
    client = signed_in(people["grid_worker"])
    body = {**GOOD, "f5_files": World.picture(None)}
    assert client.post(address(survey, item), body).status_code == 302
    item.refresh_from_db()
    (photo,) = item.answers["f5"]
    html = client.get(address(survey, item)).content.decode()
    assert f'type="checkbox" name="f5" value="{photo}" checked' in html
    client.post(address(survey, item), GOOD)  # no longer kept
    item.refresh_from_db()
    assert "f5" not in item.answers


def test_what_is_no_photo_is_said_beside_its_question(signed_in, people, survey, item):
    client = signed_in(people["grid_worker"])
    for sent in ({"f5_files": BytesIO(b"no photo")}, {"f5": "不是照片"}):
        answer = client.post(address(survey, item), {**GOOD, **sent})
        assert answer.status_code == 422 and "error-f5" in answer.content.decode()
    assert not SurveyItem.objects.filter(done_at__isnull=False).exists()


def test_more_photos_than_three_are_refused_not_dropped(
    signed_in, people, survey, item
):
    worker = people["grid_worker"]
    photos = [str(store(worker, uuid4(), World.picture(None)).uuid) for _n in range(3)]
    body = {**GOOD, "f5": photos, "f5_files": World.picture(None)}
    answer = signed_in(worker).post(address(survey, item), body)
    assert answer.status_code == 422 and "最多 3 张照片" in answer.content.decode()
    with pytest.raises(BadAnswers):
        ticking.tick(item, worker, {**GOOD, "f5": [*photos, str(uuid4())]})


def test_a_feature_s_hidden_name_is_no_title(people):
    survey = Survey(what="features", layer=Layer(schema=[{"name": "name"}]))
    row = Feature(key="甲1", properties={"name": "某人", "title": "某处"}, cell="")
    row.at = None
    assert _thing(row, _names(survey.layer))[1] == "某人"
    survey.layer.schema[0]["sensitivity"] = "sensitive"
    assert _thing(row, _names(survey.layer))[1] == "某处"
    del row.properties["title"]
    assert _thing(row, _names(survey.layer))[1] == "甲1"


def test_ended_early_it_asks_nobody(signed_in, people, survey):
    assert (
        signed_in(people["desk"]).post(address(survey, end="end/")).status_code == 302
    )
    html = signed_in(people["grid_worker"]).get("/tasks/").content.decode()
    assert 'data-kind="survey"' not in html
    assert SurveyItem.objects.count() == 4


def test_the_desk_asks_for_the_file_on_the_usual_page(signed_in, people, survey, item):
    ticking.tick(item, people["grid_worker"], GOOD)
    client = signed_in(people["desk"])
    html = client.get(address(survey, end="results/")).content.decode()
    path = f"/exports/new/?register=survey-{survey.pk}"
    assert path in html and client.get(path).status_code == 200
