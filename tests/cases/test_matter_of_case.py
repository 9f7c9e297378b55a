"""A conference is called from a case; the case shows what comes of it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from cases.matters.raising import call_conference
from cases.matters.tabling import (
    DECIDED,
    PUT_ON,
    InAnotherMatter,
    InMatterUnseen,
    NothingToSpeakOf,
    NotSaidWhatIsHard,
)
from cases.models import Conference, Matter
from tests.cases.conferring import DECISION, agenda_of, do, fresh, raised, task_of
from tests.cases.whistling import street_leader
from workflow.errors import BadEvidence
from workflow.models import Notice, Phase, Scope

pytestmark = pytest.mark.django_db
CALL = "/matters/conferences/new/"


def over(*cases, **more):
    told = {"cases": [case.number for case in cases], "sort": "ownership", **more}
    said = agenda_of(**told)
    return {name: value for name, value in said.items() if value}


def call_over(by, *cases, **more):
    evidence = over(*cases, **more)
    return call_conference(by=by, uuid=uuid4(), evidence=evidence)[0]


def page_of(client, case):
    return client.get(reverse("cases:case", args=[case.uuid])).content.decode()


def test_a_conference_over_a_case_writes_its_matter_down(people, make_case):
    case = make_case("resolve")
    conference = call_over(people["dispatcher"], case)
    matter = Matter.objects.get()
    assert list(matter.cases.all()) == [case] and matter.taken_at
    assert matter.conference == conference and matter.place == case.place
    assert matter.state.phase == Phase.DISPATCH
    assert [row.matter for row in conference.agenda()] == [matter]


def test_called_twice_it_is_one(people, make_case):
    case, uuid = make_case("resolve"), uuid4()
    evidence = over(case)
    for _ in range(2):
        call_conference(by=people["dispatcher"], uuid=uuid, evidence=evidence)
    assert Conference.objects.count() == Matter.objects.count() == 1


def test_the_leader_hears_that_the_matter_is_in_the_library(people, make_case):
    leader = street_leader()
    call_over(people["dispatcher"], make_case("resolve"))
    assert Notice.objects.filter(person=leader, what="matter_taken").exists()


def test_the_invited_are_told_and_see_it(people, make_case):
    conference = call_over(people["dispatcher"], make_case("resolve"))
    seen = Conference.objects.visible_to(people["handler"])
    assert seen.get() == conference
    told = Notice.objects.filter(person=people["handler"], what="conference_called")
    assert told.exists()


@pytest.mark.parametrize(
    ("more", "error"),
    [({"sort": ""}, NotSaidWhatIsHard), ({"cases": []}, NothingToSpeakOf)],
)
def test_it_says_what_lacks(people, make_case, more, error):
    with pytest.raises(error):
        call_over(people["dispatcher"], make_case("resolve"), **more)
    assert not Conference.objects.exists() and not Matter.objects.exists()


def test_a_case_is_in_one_matter_at_a_time(people, make_case):
    case = make_case("resolve")
    raised(people["desk"], cases=[case.number])
    with pytest.raises(InAnotherMatter):
        call_over(people["dispatcher"], case)


def test_of_a_matter_that_is_not_his_to_know_no_title_is_told(people, make_case):
    case = make_case("resolve")
    matter = raised(people["desk"], cases=[case.number])
    Scope.objects.filter(kind=Matter.KIND).delete()
    with pytest.raises(InMatterUnseen) as told:
        call_over(people["dispatcher"], case)
    assert matter.title not in told.value.text and case.number in told.value.text


def test_nobody_confers_over_another_ground(people, make_case):
    case = make_case("resolve")
    with pytest.raises(BadEvidence):
        call_over(people["outsider"], case)
    assert not Conference.objects.exists()


def test_the_record_of_the_case_says_so_and_its_state_stays(people, make_case):
    case = make_case("resolve")
    state = case.state
    conference = call_over(people["dispatcher"], case)
    do(conference, "hold", people["dispatcher"])
    do(Matter.objects.get(), "decide", people["dispatcher"], **DECISION)
    verbs = list(case.events().order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == [PUT_ON, DECIDED]
    assert fresh(case).state == state


def test_the_case_offers_to_call_one(people, signed_in, make_case):
    case = make_case("resolve")
    client = signed_in(people["dispatcher"])
    address = f"{CALL}?case={case.uuid}"
    assert address in page_of(client, case)
    page = client.get(address).content.decode()
    assert case.number in page and 'name="sort"' in page
    call_over(people["dispatcher"], case)
    assert address not in page_of(client, case)


def test_the_form_calls_one_over_the_case(people, signed_in, make_case):
    case = make_case("resolve")
    said = over(case) | {"case": str(case.uuid), "uuid": str(uuid4())}
    said["begins_at"] = said["begins_at"][:16]
    said.pop("cases")
    answer = signed_in(people["dispatcher"]).post(CALL, said)
    conference = Conference.objects.get()
    assert answer["Location"].endswith(f"/{conference.uuid}/")
    assert Matter.objects.get().cases.get() == case


def test_the_form_sent_again_leads_to_what_was_made(people, signed_in, make_case):
    case, client = make_case("resolve"), signed_in(people["dispatcher"])
    said = over(case) | {"case": str(case.uuid), "uuid": str(uuid4())}
    said["begins_at"] = said["begins_at"][:16]
    said.pop("cases")
    first, second = (client.post(CALL, said).headers.get("Location") for _ in "12")
    assert first == second and Conference.objects.count() == 1


def test_the_form_says_which_case_another_conference_speaks_of(
    people, signed_in, make_case
):
    case = make_case("resolve")
    raised(people["desk"], cases=[case.number])  # not in the library yet
    page = signed_in(people["dispatcher"]).get(f"{CALL}?case={case.uuid}")
    assert f"{case.number} 已属于疑难问题" in page.content.decode()


def test_the_form_says_that_what_is_hard_lacks(people, signed_in, make_case):
    case = make_case("resolve")
    said = {"uuid": str(uuid4()), "case": str(case.uuid)}
    answer = signed_in(people["dispatcher"]).post(CALL, said)
    assert answer.status_code == 422
    assert 'id="error-sort"' in answer.content.decode()


def test_a_case_of_a_matter_that_waits_is_spoken_of_with_it(
    people, signed_in, make_case
):
    case = make_case("resolve")
    matter = raised(street_leader(), cases=[case.number])
    page = signed_in(people["dispatcher"]).get(f"{CALL}?case={case.uuid}")
    form = page.context["form"]
    assert form.cases == [] and form.initial["agenda"] == [str(matter.uuid)]


def test_the_case_shows_answers_decision_and_tasks(people, signed_in, make_case):
    case, desk = make_case("resolve"), people["dispatcher"]
    conference = call_over(desk, case)
    client = signed_in(desk)
    assert "2个单位中0个已回复" in page_of(client, case)
    do(conference, "answer", people["handler"], reason="attends")
    assert "2个单位中1个已回复" in page_of(client, case)
    do(conference, "hold", desk)
    do(Matter.objects.get(), "decide", desk, **DECISION)
    page = page_of(client, case)
    assert DECISION["decision"] in page and "牵头单位" in page
    assert str(task_of(Matter.objects.get()).uuid) in page


def test_the_conference_names_its_cases(people, signed_in, make_case):
    case = make_case("resolve")
    conference = call_over(people["dispatcher"], case)
    client = signed_in(people["dispatcher"])
    page = client.get(f"/matters/conferences/{conference.uuid}/").content.decode()
    assert reverse("cases:case", args=[case.uuid]) in page


def test_the_api_calls_and_finds_it_by_the_case(people, signed_in, make_case):
    case, other = make_case("resolve"), make_case("resolve")
    client = signed_in(people["dispatcher"])
    body = {"uuid": str(uuid4()), "evidence": over(case)}
    answer = client.post("/api/v1/conferences/", body, "application/json")
    assert answer.status_code == 201, answer.content
    for path in ("conferences", "matters"):
        found = client.get(f"/api/v1/{path}/?case={case.uuid}").json()["results"]
        none = client.get(f"/api/v1/{path}/?case={other.uuid}").json()["results"]
        assert len(found) == 1 and none == []
