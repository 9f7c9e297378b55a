"""What waited on a phone: counted for when it was done, once, and its clock shown."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.models import PatrolTick
from cases.surveys import ticking
from tests.cases.driving import litter
from tests.cases.patrolling import CELLS, planned
from tests.cases.surveying import begun
from tests.sites import package
from workflow.models import PhoneClock

FETCH = {"X-Requested-With": "fetch"}
DAY, FAST = timedelta(days=1), timedelta(hours=3)
OFF = "手机时间相差"


def times(ago=timedelta(), off=timedelta()):
    """As a phone writes them that is so far off, of what was done so long ago."""
    now = timezone.now() + off
    return {"sent_at": now.isoformat(), "happened_at": (now - ago).isoformat()}


@pytest.fixture
def client(signed_in, people):
    return signed_in(people["grid_worker"])


@pytest.fixture
def survey(people):
    return begun(people["desk"])


@pytest.fixture
def item(survey):
    return survey.items.earliest("pk")


def send(client, item, **more):
    address = f"/surveys/{item.survey.uuid}/things/{item.uuid}/"
    return client.post(address, {"f1": "yes", **more}, headers=FETCH)


def test_a_round_counts_for_the_day_on_which_it_was_made(client, people):
    patrol = planned(people["desk"], starts_on=timezone.localdate() - 9 * DAY)
    body = {"uuid": str(uuid4()), "cell": CELLS[0], **times(2 * DAY, off=FAST)}
    for _turn in range(2):
        answer = client.post(f"/patrols/{patrol.uuid}/tick/", body, headers=FETCH)
        assert answer.status_code == 200 and CELLS[0] in answer.content.decode()
    assert PatrolTick.objects.get().day == timezone.localdate() - 2 * DAY
    # Who made it is not written down.
    assert PhoneClock.objects.get().sender is None


def test_a_round_of_a_day_without_one_is_a_conflict(client, people):
    patrol = planned(people["desk"], starts_on=timezone.localdate())
    body = {"uuid": str(uuid4()), "cell": CELLS[0], **times(2 * DAY)}
    answer = client.post(f"/patrols/{patrol.uuid}/tick/", body, headers=FETCH)
    assert answer.status_code == 409 and not PatrolTick.objects.exists()


def test_answers_that_are_sent_again_are_written_once(client, item):
    act = str(uuid4())
    assert send(client, item, act=act, f2="1").status_code == 200
    assert send(client, item, act=act, f2="7").status_code == 200
    item.refresh_from_db()
    assert item.answers["f2"] == 1


def test_older_answers_do_not_write_over_newer_ones(client, item):
    send(client, item, f2="5")
    answer = send(client, item, act=str(uuid4()), f2="1", **times(timedelta(hours=1)))
    assert answer.status_code == 409 and "以后来填写的为准" in answer.content.decode()
    item.refresh_from_db()
    assert item.answers["f2"] == 5


def test_what_was_answered_before_the_end_is_taken_after_it(client, people, item):
    item.survey.starts_on -= 5 * DAY
    item.survey.save()
    ticking.end(item.survey, people["desk"])
    assert send(client, item).status_code == 409
    assert send(client, item, **times(DAY)).status_code == 200
    item.refresh_from_db()
    assert timezone.localdate(item.done_at) == timezone.localdate() - DAY


def test_what_lacks_is_said_beside_its_question_to_a_phone(client, item):
    answer = send(client, item, f1="")
    assert answer.status_code == 422
    assert 'data-for="f1"' in answer.content.decode()


def test_the_desk_sees_by_how_much_a_survey_s_phone_was_off(
    client, signed_in, people, item
):
    send(client, item, act=str(uuid4()), **times(off=FAST))
    page = signed_in(people["desk"]).get(f"/surveys/{item.survey.uuid}/results/")
    assert f"{OFF} 3 小时" in page.content.decode()


def test_the_case_says_by_how_much_the_phone_was_off(client, signed_in, people):
    lon, lat = package.inside(1, 1, 1)
    body = {"uuid": str(uuid4()), "category": litter().pk, "place": f"{lon},{lat},12"}
    client.post("/report/", body | times(off=-2 * DAY), headers=FETCH)
    page = signed_in(people["desk"]).get(f"/cases/{body['uuid']}/")
    assert f"{OFF} 2 天" in page.content.decode() and "偏慢" in page.content.decode()


def test_an_act_that_waited_says_it_too(signed_in, people, make_case):
    case = make_case("resolve")
    body = {"verb": "sign", "act_id": str(uuid4()), "after_event": case.events_count}
    client = signed_in(people["handler"])
    client.post(f"/cases/{case.uuid}/acts/", body | times(off=FAST), headers=FETCH)
    row = PhoneClock.objects.get()
    assert (str(row.act_id), row.sender) == (body["act_id"], people["handler"])
    page = signed_in(people["desk"]).get(f"/cases/{case.uuid}/")
    assert f"{OFF} 3 小时" in page.content.decode()


def test_the_api_takes_both_times(client, people, item):
    patrol = planned(people["desk"], starts_on=timezone.localdate() - 9 * DAY)
    tick = {"uuid": str(uuid4()), "cell": CELLS[0], **times(DAY, off=FAST)}
    said = {"answers": {"f1": "no"}, "act_id": str(uuid4()), **times(off=FAST)}
    for path, body in (
        (f"patrols/{patrol.uuid}/ticks/", tick),
        (f"surveys/{item.survey.uuid}/things/{item.uuid}/", said),
    ):
        answer = client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code == 200, answer.content
    assert PatrolTick.objects.get().day == timezone.localdate() - DAY
    assert PhoneClock.objects.count() == 2


def test_what_a_phone_keeps_ahead_is_what_waits_for_its_owner(client, people, survey):
    patrol = planned(people["desk"])
    pages = client.get("/field/pages/").json()["pages"]
    assert {f"/surveys/{survey.uuid}/", f"/patrols/{patrol.uuid}/"} <= set(pages)
    for page in pages:
        assert client.get(page)["X-Account"] == str(people["grid_worker"].uuid)


def test_a_desk_keeps_none_of_them(signed_in, people, survey):
    assert signed_in(people["desk"]).get("/field/pages/").json()["pages"] == []
