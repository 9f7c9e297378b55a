"""/report/: handled on the spot in one request, and drafts kept on the server."""

import json
from uuid import uuid4

import pytest

from cases.models import Case
from tests.cases.driving import litter, photo_of
from tests.sites import package
from workflow.models import Event, FormDraft

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def phone(signed_in, people):
    def send(who="grid_worker", **said):
        lon, lat = package.inside(1, 1, 1)
        body = {"uuid": uuid4(), "category": litter().pk, "place": f"{lon},{lat},12"}
        return signed_in(people[who]).post("/report/", body | said, headers=FETCH)

    return send


def spot(people, **more):
    after = str(photo_of(people["grid_worker"]))
    return {"on_spot": "1", "after": after, "done": "当场清走", **more}


def test_one_request_reports_and_settles(phone, people):
    answer = phone(note="满地", **spot(people))
    case = Case.objects.get()
    assert (answer.status_code, case.state.phase) == (201, "done")
    first, second = case.events()
    assert first.remark.text == "满地" and second.remark.text == "当场清走"
    assert [row.attachments.count() for row in (first, second)] == [0, 1]


def test_sent_twice_it_is_settled_once(phone, people):
    said = spot(people, uuid=uuid4())
    assert [phone(**said).status_code for _again in range(2)] == [201, 201]
    assert Case.objects.count() == 1 and Event.objects.filter(kind="case").count() == 2


def test_without_the_photo_of_afterwards_nothing_is_made(phone, people):
    answer = phone(on_spot="1", done="清走")
    assert answer.status_code == 422 and 'data-for="after"' in answer.content.decode()
    assert not Case.objects.exists()


def test_not_switched_on_it_goes_to_the_desk(phone, people):
    assert phone(**spot(people, on_spot="")).status_code == 201
    assert Case.objects.get().state.phase == "collect"


def test_a_volunteer_is_not_asked(signed_in, people):
    pages = {
        who: signed_in(people[who]).get("/report/").content.decode()
        for who in ("volunteer", "grid_worker")
    }
    assert {who: 'name="on_spot"' in page for who, page in pages.items()} == {
        "volunteer": False,
        "grid_worker": True,
    }


def test_the_api_takes_it_too(signed_in, people):
    body = {"uuid": str(uuid4()), "category": litter().pk}
    body |= {"place": list(package.inside(1, 1, 1))}
    after = [str(photo_of(people["grid_worker"]))]
    body["on_the_spot"] = {"photos": after, "note": "当场清走"}
    client = signed_in(people["grid_worker"])
    answers = [
        client.post("/api/v1/cases/", json.dumps(body), "application/json")
        for _again in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["state"]["phase"] == "done"


# Drafts


@pytest.fixture
def worker(signed_in, people):
    return signed_in(people["grid_worker"])


def keep(client, **said):
    body = {"uuid": uuid4(), "data": json.dumps({"note": "路灯不亮"})} | said
    return client.post("/report/draft/", body, headers=FETCH), body["uuid"]


def test_a_draft_is_found_on_another_phone(worker, people):
    photo = photo_of(people["grid_worker"])
    answer, uuid = keep(worker, photos=[str(photo)], elsewhere="2")
    assert answer.json()["photos"] == 1
    page = worker.get("/my/").content.decode()
    assert "路灯不亮" in page and f"?draft={uuid}" in page and "2张" in page
    form = worker.get("/report/", {"draft": str(uuid)})
    assert form.context["kept"]["photos"] == [str(photo)]
    assert form.context["kept"]["uuid"] == str(uuid)


def test_kept_again_it_is_one_draft(worker):
    _answer, uuid = keep(worker)
    keep(worker, uuid=uuid, data=json.dumps({"note": "已经亮了"}))
    assert FormDraft.objects.get().data == {"note": "已经亮了"}


def test_sent_it_is_gone_and_only_then(worker, phone):
    _answer, uuid = keep(worker)
    assert phone(uuid=uuid, category="").status_code == 422
    assert FormDraft.objects.exists()
    assert phone(uuid=uuid, kept="1").status_code == 201
    assert not FormDraft.objects.exists()


def test_what_was_sent_from_another_phone_is_no_draft_any_more(worker, phone):
    _answer, uuid = keep(worker)
    phone(uuid=uuid)
    assert not worker.get("/my/").context["drafts"]


def test_nobody_elses_draft_is_seen_changed_or_discarded(worker, signed_in, people):
    _answer, uuid = keep(worker)
    other = signed_in(people["other_worker"])
    assert other.get("/report/", {"draft": str(uuid)}).status_code == 404
    assert keep(other, uuid=uuid)[0].status_code == 404
    other.post(f"/report/draft/{uuid}/discard/")
    assert FormDraft.objects.get().data == {"note": "路灯不亮"}


def test_a_photo_of_somebody_else_is_not_kept(worker, people):
    stolen = photo_of(people["other_worker"])
    keep(worker, photos=[str(stolen)])
    assert FormDraft.objects.get().photos == []


@pytest.mark.parametrize("data", ["[]", "{", '{"a": "\\u0000"}', "{}" + " " * 2 + "x"])
def test_what_is_no_draft_is_refused(worker, data):
    assert keep(worker, data=data)[0].status_code == 400


def test_without_scripts_it_is_kept_and_discarded(worker):
    sent = {"uuid": uuid4(), "note": "井盖松动", "address": "甲1街"}
    assert worker.post("/report/draft/", sent).status_code == 302
    draft = FormDraft.objects.get()
    assert draft.data == {"note": "井盖松动", "address": "甲1街"}
    form = worker.get("/report/", {"draft": str(draft.uuid)}).content.decode()
    assert "井盖松动" in form
    worker.post(f"/report/draft/{draft.uuid}/discard/")
    assert not FormDraft.objects.exists()
