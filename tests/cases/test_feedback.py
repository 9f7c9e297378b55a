"""投诉与建议: an entry on every page, a register, an answer that its sender sees."""

import json
from uuid import uuid4

import pytest

from cases.feedback import sending
from cases.feedback.sending import answer, local, send
from cases.models import Feedback, OwnChoice
from govmap.lib.errors import NotAllowed
from tests.permissions.walking import World
from workflow.models import Attachment, Event, Notice


@pytest.fixture
def sent(people):
    return send(
        people["grid_worker"], uuid=uuid4(), kind="burden", text="重复填报", page="/my/"
    )


def page(row):
    return f"/feedback/{row.uuid}/"


@pytest.mark.parametrize("path", ["/my/", "/tasks/", "/map/", "/notices/"])
def test_the_entry_is_on_every_page(signed_in, people, path):
    html = signed_in(people["grid_worker"]).get(path).content.decode()
    assert f"/feedback/new/?page={path}" in html


def test_everybody_may_say_something_with_a_screenshot(signed_in, people):
    body = {"uuid": uuid4(), "kind": "fault", "text": "打不开", "page": "/map/"}
    body["screenshot"] = World.picture(None)
    for who in ("steward", "nobody"):
        body["uuid"] = uuid4()
        body["screenshot"].seek(0)
        answer = signed_in(people[who]).post("/feedback/new/", body)
        assert answer.status_code == 302
    assert Attachment.objects.count() == 2


def test_what_lacks_is_said(signed_in, people):
    answer = signed_in(people["grid_worker"]).post("/feedback/new/", {"text": "一"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Feedback.objects.exists()


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(signed_in, people):
    body = {"uuid": uuid4(), "kind": "fault", "text": "打不开"}
    body["screenshot"] = World.layer_file(None)
    answer = signed_in(people["grid_worker"]).post("/feedback/new/", body)
    assert answer.status_code == 422 and not Feedback.objects.exists()


def test_sent_twice_it_is_one(people, sent):
    again = send(people["grid_worker"], uuid=sent.uuid, kind="burden", text="重复填报")
    assert again == sent and Feedback.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("grid_worker", 200),
        ("system", 200),
        ("supervisor", 200),
        ("other_worker", 404),
        ("desk", 404),
        ("security", 404),
    ],
)
def test_its_sender_and_who_runs_the_system_read_it(
    signed_in, people, sent, who, status
):
    assert signed_in(people[who]).get(page(sent)).status_code == status


def test_who_answers_is_told_without_the_words(people, sent):
    told = Notice.objects.filter(what="feedback_sent")
    names = set(told.values_list("person__username", flat=True))
    assert {"system", "supervisor"} <= names and "desk" not in names
    assert "重复填报" not in json.dumps([row.data for row in told])


def test_no_event_holds_anything_of_it(people, sent):
    assert not Event.objects.filter(actor=people["grid_worker"]).exists()


def test_the_sender_sees_the_answer_and_is_told(signed_in, people, sent):
    client = signed_in(people["system"])
    client.post(f"{page(sent)}answer/", {"answer": "已合并两张表"})
    assert Notice.objects.filter(
        what="feedback_answered", person=people["grid_worker"]
    ).exists()
    html = signed_in(people["grid_worker"]).get(page(sent)).content.decode()
    assert "已合并两张表" in html


def test_two_answers_do_not_meet_unseen(people, sent):
    answer(sent, people["system"], "好")
    with pytest.raises(sending.AnsweredAlready):
        answer(sent, people["supervisor"], "不好")
    assert answer(sent, people["supervisor"], "更好", again=True).answer == "更好"


def test_a_sender_answers_nothing(people, sent):
    with pytest.raises(NotAllowed):
        answer(sent, people["grid_worker"], "好")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("/my/?q=张三", "/my/"),
        ("//elsewhere/", ""),
        ("https://elsewhere/", ""),
        ("/\\elsewhere", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_only_a_path_of_ours_goes_along(said, kept):
    assert local(said) == kept


def test_the_list_begins_with_what_waits(signed_in, people, sent):
    done = send(people["grid_worker"], uuid=uuid4(), kind="other", text="第二件")
    answer(done, people["system"], "好")
    html = signed_in(people["system"]).get("/feedback/").content.decode()
    assert "重复填报" in html and "第二件" not in html
    own = signed_in(people["grid_worker"]).get("/feedback/").content.decode()
    assert "重复填报" in own and "第二件" in own
    assert (
        "重复填报" not in signed_in(people["desk"]).get("/feedback/").content.decode()
    )


def test_the_api_takes_and_answers(signed_in, people):
    said = {"uuid": str(uuid4()), "kind": "suggestion", "text": "字再大些"}
    worker = signed_in(people["grid_worker"])
    made = worker.post("/api/v1/feedback/", json.dumps(said), "application/json")
    assert made.status_code == 201, made.content
    path = f"/api/v1/feedback/{said['uuid']}/answer/"
    told = json.dumps({"answer": "已有大字版"})
    assert worker.post(path, told, "application/json").status_code == 403
    done = signed_in(people["system"]).post(path, told, "application/json")
    assert done.json()["answer"] == "已有大字版"


def test_big_type_is_kept_for_the_person(signed_in, people):
    body = {"big": "1", "next": "/my/"}
    answer = signed_in(people["grid_worker"]).post("/my/type/", body)
    assert answer.url == "/my/" and OwnChoice.objects.get().big_type
    html = signed_in(people["grid_worker"]).get("/my/").content.decode()
    assert 'data-type="big"' in html and "cases/big-type" in html
    assert (
        'data-type="big"'
        not in signed_in(people["handler"]).get("/my/").content.decode()
    )


def test_big_type_leads_to_no_other_house(signed_in, people):
    body = {"big": "1", "next": "https://elsewhere/"}
    answer = signed_in(people["grid_worker"]).post("/my/type/", body)
    assert "elsewhere" not in answer.url


def test_the_api_keeps_big_type_too(signed_in, people):
    client = signed_in(people["volunteer"])
    path = "/api/v1/own-choices/"
    assert client.get(path).json() == {"big_type": False}
    client.put(path, json.dumps({"big_type": True}), "application/json")
    assert client.get(path).json() == {"big_type": True}


def test_the_filing_number_stands_beside_the_entry(signed_in, people, settings):
    settings.FILING_NUMBER = "京网备1101"
    html = signed_in(people["grid_worker"]).get("/my/").content.decode()
    assert "京网备1101" in html
