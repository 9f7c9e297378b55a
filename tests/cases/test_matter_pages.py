"""The pages and the API of hard matters: who finds what there, and what they cost."""

from http import HTTPStatus
from uuid import uuid4

import pytest
from django.urls import reverse

from cases.matters import loading
from cases.models import Conference, Matter, MatterSort, MatterTask
from govmap.lib.errors import BadInput
from tests.cases.conferring import (
    agenda_of,
    called,
    decided,
    do,
    entered,
    fresh,
    raised,
    task_of,
    told,
)
from tests.cases.whistling import street_leader
from workflow.models import Deadline

pytestmark = pytest.mark.django_db
LIST = "/matters/"


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def form(**more):
    return {
        **{"uuid": str(uuid4()), "title": "围墙权属", "sort": "ownership"},
        **{"note": "多次协调无果", "address": "甲1街1号", **more},
    }


def call_form(*matters, **more):
    said = agenda_of(*matters)
    said["begins_at"] = said["begins_at"][:16]
    return {**said, "uuid": str(uuid4()), **more}


def test_the_form_raises_a_matter_of_the_cases(people, signed_in, make_case):
    cases = [make_case("collect"), make_case("collect")]
    client = signed_in(people["desk"])
    query = "&".join(f"case={case.uuid}" for case in cases)
    page = text_of(client, f"/matters/new/?{query}")
    assert all(case.number in page for case in cases)
    sent = form(case=[str(case.uuid) for case in cases])
    answer = client.post("/matters/new/", sent)
    matter = Matter.objects.get()
    assert answer["Location"] == reverse("matters:matter", args=[matter.uuid])
    assert matter.cases.count() == 2 and matter.place


def test_the_form_says_what_lacks(people, signed_in):
    said = form(title="", sort="", note="")
    answer = signed_in(people["desk"]).post("/matters/new/", said)
    assert answer.status_code == 422
    assert answer.content.decode().count("field-error") == 3


def test_the_case_offers_and_shows_its_matters(people, signed_in, make_case):
    case = make_case("collect")
    client = signed_in(people["desk"])
    address = reverse("cases:case", args=[case.uuid])
    assert f"/matters/new/?case={case.uuid}" in text_of(client, address)
    matter = raised(people["desk"], cases=[case.number])
    assert str(matter.uuid) in text_of(client, address)


def test_a_case_is_added_to_a_matter(people, signed_in, make_case):
    matter, case = raised(people["desk"]), make_case("collect")
    client = signed_in(people["desk"])
    assert str(matter.uuid) in text_of(client, f"/matters/join/?case={case.uuid}")
    sent = {"matter": matter.uuid, "case": case.uuid, "act_id": uuid4()}
    answer = client.post("/matters/join/", sent)
    assert answer["Location"] == reverse("matters:matter", args=[matter.uuid])
    assert matter.cases.get() == case


def test_the_matter_shows_cases_decision_and_tasks(people, signed_in, make_case):
    case = make_case("resolve")
    matter = decided(people["dispatcher"])
    do(matter, "add_cases", people["dispatcher"], cases=[case.number])
    page = text_of(signed_in(people["dispatcher"]), f"/matters/{matter.uuid}/")
    assert case.number in page and "由环卫牵头拆除" in page
    assert str(task_of(matter).uuid) in page
    assert page.count('"Point"') == 2  # the pins: the matter's and the case's


def test_the_form_calls_a_conference(people, signed_in):
    matter = entered()
    client = signed_in(people["dispatcher"])
    assert matter.title in text_of(client, "/matters/conferences/new/")
    answer = client.post("/matters/conferences/new/", call_form(matter))
    conference = Conference.objects.get()
    assert answer["Location"].endswith(f"/conferences/{conference.uuid}/")
    assert len(conference.parts()) == 2


def test_a_conference_nowhere_is_refused_beside_the_field(people, signed_in):
    sent = call_form(entered(), venue="")
    answer = signed_in(people["dispatcher"]).post("/matters/conferences/new/", sent)
    assert answer.status_code == 422
    assert not Conference.objects.exists()


def test_an_invited_unit_answers_on_the_page(people, signed_in):
    conference = called(people["dispatcher"], entered())
    client = signed_in(people["handler"])
    page = text_of(client, f"/matters/conferences/{conference.uuid}/")
    assert 'data-verb="answer"' in page
    sent = {"verb": "answer", "act_id": uuid4(), "after_event": 1, "reason": "absent"}
    answer = client.post(f"/matters/conferences/{conference.uuid}/acts/", sent)
    assert answer.status_code == HTTPStatus.FOUND
    assert conference.invitations.get(unit__code="sanitation").answer == "absent"


def test_the_minutes_print_what_was_decided(people, signed_in):
    matter = decided(people["dispatcher"])
    conference = matter.conference
    do(conference, "write_minutes", people["dispatcher"], minutes="会议议定拆除。")
    address = f"/matters/conferences/{conference.uuid}/minutes/"
    page = text_of(signed_in(people["dispatcher"]), address)
    assert "会议议定拆除。" in page and "由环卫牵头拆除" in page


def test_a_department_finds_its_task_among_its_own(people, signed_in):
    task = task_of(decided(people["dispatcher"]))
    assert str(task.uuid) in text_of(signed_in(people["handler"]), "/tasks/")
    other = text_of(signed_in(people["team_handler"]), "/tasks/")
    assert str(task.uuid) not in other


def test_a_task_is_reported_with_words_and_a_photo(people, signed_in, make_photo):
    task = task_of(decided(people["dispatcher"]))
    do(task, "sign", people["handler"])
    sent = {
        **{"verb": "progress", "act_id": uuid4(), "after_event": 2},
        **{"note": "已进场", "photos": [make_photo(people["handler"])]},
    }
    client = signed_in(people["handler"])
    address = reverse("matters:task", args=[task.uuid])
    assert client.post(f"{address}acts/", sent).status_code == HTTPStatus.FOUND
    assert fresh(task).progress_at
    assert "已进场" in text_of(client, address)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=围墙", 1),
        ("q=没有", 0),
        ("sort=ownership", 1),
        ("sort=money", 0),
        ("level=street", 1),
        ("level=district", 0),
        ("age=month", 1),
        ("age=older", 0),
        ("late=1", 0),
        ("view=over", 0),
    ],
)
def test_the_list_is_narrowed(people, signed_in, query, found):
    entered()
    answer = signed_in(people["dispatcher"]).get(f"{LIST}?{query}")
    assert len(answer.context["list"].rows) == found


def test_each_figure_opens_the_list_behind_it(people, signed_in):
    late = decided(people["dispatcher"])
    entered(sort="money")
    running = Deadline.objects.filter(kind=MatterTask.KIND)
    running.update(started_at=late.raised_at, yellow_at=late.raised_at)
    running.update(due_at=late.raised_at)
    client = signed_in(people["dispatcher"])
    context = client.get("/matters/figures/").context
    figures = [*context["headline"], *(f for t in context["tables"] for f in t.figures)]
    assert {one.count for one in figures} >= {0, 1, 2}
    for one in figures:
        rows = client.get(f"{LIST}{one.address}").context["list"].rows
        assert len(rows) == one.count, one.word


@pytest.mark.parametrize("count", [1, 6])
def test_the_list_costs_the_same_however_long(
    people, signed_in, django_assert_max_num_queries, count
):
    for _ in range(count):
        entered()
    client = signed_in(people["dispatcher"])
    with django_assert_max_num_queries(13):
        client.get(LIST)


def test_the_page_of_one_is_cheap(people, signed_in, django_assert_max_num_queries):
    matter = decided(people["dispatcher"])
    client = signed_in(people["dispatcher"])
    with django_assert_max_num_queries(30):
        client.get(f"/matters/{matter.uuid}/")


def test_the_api_goes_the_whole_way(people, signed_in):
    client = signed_in(people["dispatcher"])

    def send(address, **body):
        answer = client.post(f"/api/v1/{address}", body, "application/json")
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()

    matter = entered()
    uuid, evidence = str(uuid4()), agenda_of(matter)
    made = send("conferences/", uuid=uuid, evidence=evidence)
    assert [row["unit"] for row in made["invitations"]] == ["gardens", "sanitation"]
    send(f"conferences/{uuid}/acts/", verb="hold", act_id=str(uuid4()))
    decision = {"decision": "拆除", "lead": "team", "limit": "3", "done_when": "拆完"}
    act_id = str(uuid4())
    send(
        f"matters/{matter.uuid}/acts/", verb="decide", act_id=act_id, evidence=decision
    )
    (task,) = client.get("/api/v1/matter-tasks/").json()["results"]
    assert task["unit"] == "team" and task["due_at"]
    whole = client.get(f"/api/v1/matters/{matter.uuid}/").json()
    assert whole["decisions"][0]["text"] == "拆除"


def test_the_api_raises_and_draws(people, signed_in):
    client = signed_in(people["desk"])
    body = {"uuid": str(uuid4()), "evidence": told()}
    for status in (201, 200):
        answer = client.post("/api/v1/matters/", body, "application/json")
        assert answer.status_code == status
    drawn = client.get("/api/v1/matters/geojson/").json()
    assert [row["properties"]["label"] for row in drawn["features"]] == [
        told()["title"]
    ]


def test_sorts_are_kept_and_given_as_a_file(people, signed_in):
    client = signed_in(people["system"])
    client.post("/rules/matters/new/", {"code": "fire", "title": "消防", "order": "9"})
    assert str(MatterSort.objects.get(code="fire")) == "消防"
    assert "fire" in text_of(client, "/rules/matters/matters.json")
    assert "消防" in text_of(client, "/rules/matters/")


def test_a_package_overwrites_only_what_it_says_anew():
    row = {"code": "ownership", "title": {"zh-hans": "权属"}}
    loading.put({"sorts": [row]}, where="matters.json", packaged=True)
    MatterSort.objects.filter(code="ownership").update(titles={"zh-hans": "产权"})
    loading.put({"sorts": [row]}, where="matters.json", packaged=True)
    assert str(MatterSort.objects.get(code="ownership")) == "产权"
    row["title"] = {"zh-hans": "权属不明"}
    loading.put({"sorts": [row]}, where="matters.json", packaged=True)
    assert str(MatterSort.objects.get(code="ownership")) == "权属不明"
    with pytest.raises(BadInput):
        loading.put({"sorts": [{"code": "Not a word"}]}, where="matters.json")


def test_who_has_nothing_to_do_with_it_is_sent_away(people, signed_in):
    assert signed_in(people["grid_worker"]).get(LIST).status_code == 403
    matter = raised(street_leader())
    other = signed_in(people["outsider"]).get(f"/matters/{matter.uuid}/")
    assert other.status_code == HTTPStatus.NOT_FOUND
