"""Corrections over the API: idempotent, scoped, and with what may be done next."""

from uuid import uuid4

import pytest

from layers.models import Correction
from tests.cases.driving import photo_of
from tests.layers.correcting import KEY, PLACE, of_feature, planning, send
from workflow import live
from workflow.models import Attachment, Event, Scope
from workflow.scope import holders

LIST = "/api/v1/corrections/"


@pytest.fixture
def layer(db):
    return planning()


@pytest.fixture
def call(signed_in, people):
    def call_(name, path, body=None):
        client = signed_in(people[name])
        if body is None:
            return client.get(path)
        return client.post(path, body, content_type="application/json")

    return call_


def body_of(**more):
    return {"uuid": str(uuid4()), "evidence": of_feature(**more)}


def test_sent_and_sent_again(call, layer):
    body = body_of(values={"用地代码": "G1"})
    first, again = (call("grid_worker", LIST, body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Correction.objects.count() == 1


def test_with_another_body_it_is_refused(call, layer):
    body = body_of()
    call("grid_worker", LIST, body)
    other = {**body, "evidence": of_feature("XC-01")}
    assert call("grid_worker", LIST, other).status_code == 409


def test_to_somebody_else_the_id_is_nothing(call, layer):
    body = body_of()
    call("grid_worker", LIST, body)
    assert call("other_worker", LIST, body).status_code == 404


def test_what_it_says(call, layer):
    answer = call("grid_worker", LIST, body_of(values={"用地代码": "G1"})).json()
    assert answer["layer"] == "planning"
    assert (answer["key"], answer["version"], answer["wrong"]) == (KEY, 1, "values")
    assert answer["place"] == {"type": "Point", "coordinates": PLACE}
    assert answer["deadline"]["light"] == "green"
    assert [move["verb"] for move in answer["moves"]] == ["withdraw"]
    assert len(answer["events"]) == 1


@pytest.mark.parametrize(
    "evidence",
    [{}, {"feature": "x"}, {"feature": {"layer": "none", "key": "x"}}, {"x": 1}],
)
def test_what_cannot_be_taken(call, layer, evidence):
    body = {"uuid": str(uuid4()), "evidence": evidence}
    assert call("grid_worker", LIST, body).status_code in {400, 404}


def test_an_act_and_the_same_act(call, layer, people):
    correction = send(people["grid_worker"])
    path = f"{LIST}{correction.uuid}/acts/"
    body = {
        "act_id": str(uuid4()),
        "verb": "refuse",
        "after_event": 1,
        "evidence": {"reason": "right", "note": "一致"},
    }
    first, again = (call("steward", path, body) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    late = {**body, "act_id": str(uuid4())}
    assert call("chief_data_officer", path, late).status_code == 409


def test_the_reporter_may_not_decide(call, layer, people):
    path = f"{LIST}{send(people['grid_worker']).uuid}/acts/"
    body = {"act_id": str(uuid4()), "verb": "accept"}
    assert call("grid_worker", path, body).status_code == 403
    assert call("other_worker", path, body).status_code == 404


def test_filters(call, layer, people):
    send(people["grid_worker"])
    for query, count in (
        ("layer=planning", 1),
        ("layer=grid", 0),
        (f"key={KEY}", 1),
        ("phase=dispatch", 1),
        ("phase=done", 0),
        ("light=green", 1),
        ("light=red", 0),
    ):
        assert len(call("steward", f"{LIST}?{query}").json()["results"]) == count, query


def test_every_door_shows_it_to_the_same_people(call, layer, people):
    """List, detail, page, photo, event and stream agree on who sees a correction."""
    photo = photo_of(people["grid_worker"])
    correction = send(people["grid_worker"], photos=[str(photo)])
    rows = Scope.objects.filter(kind="correction", subject_id=correction.pk)
    assert rows.count() == 3  # the provider, the unit above, who sent it
    for name in ("grid_worker", "steward", "supervisor", "handler", "other_worker"):
        user = people[name]
        listed = call(name, LIST).json()["results"]
        seen = {
            "list": bool(listed),
            "detail": call(name, f"{LIST}{correction.uuid}/").status_code == 200,
            "page": call(name, f"/corrections/{correction.uuid}/").status_code == 200,
            "photo": Attachment.objects.visible_to(user).filter(uuid=photo).exists(),
            "events": Event.objects.visible_to(user).filter(kind="correction").exists(),
            "stream": hears(user, correction),
        }
        assert set(seen.values()) == {name != "other_worker"}, (name, seen)


def hears(user, correction):
    """Whether an open stream of this person tells of it."""
    told = frozenset(holders(correction) | correction.heard_by())
    watcher = live.Watcher(frozenset(user.holders), user.sees_district, "")
    return watcher.hears(live.Message(1, "correction", str(correction.uuid), told))
