"""Versions and imports by the API: the same rules as on their pages."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from layers.imports import carrying
from layers.models import ImportRun, Layer, PendingAct
from layers.versions import acts
from tests.layers import files
from tests.layers.living import drafted, published, submitted

VERSIONS = "/api/v1/versions/"


@pytest.fixture
def layer(db: None) -> Layer:
    return files.a_layer()


@pytest.fixture
def draft(layer: Layer, people: Any) -> Any:
    published(layer, files.rows(2), people)
    return drafted(layer, files.rows(5), people["steward"])


def path(version: Any, tail: str = "") -> str:
    return f"{VERSIONS}{version.uuid}/{tail}"


def body(version: Any, verb: str, **evidence: Any) -> dict[str, Any]:
    return {
        "act_id": str(uuid4()),
        "verb": verb,
        "after_event": version.events_count,
        "evidence": evidence,
    }


def test_versions_are_listed_by_layer_and_state(draft, call):
    asked = f"{VERSIONS}?layer=buildings"
    assert len(call("steward", asked)[1]["results"]) == 2
    found = call("steward", f"{asked}&state=draft")[1]["results"]
    assert [row["uuid"] for row in found] == [str(draft.uuid)]
    assert [row["number"] for row in call("desk", asked)[1]["results"]] == [1]


def test_a_version_says_what_it_is(draft, call):
    _status, said = call("steward", path(draft))
    assert (said["state"]["code"], said["base"], said["added"]) == ("draft", 1, 3)
    assert not said["is_published"]
    assert call("desk", path(draft))[0] == 404


def test_differences_come_in_pages(draft, call):
    _status, first = call("steward", path(draft, "differences/?limit=2"))
    assert len(first["results"]) == 2
    status, rest = call("steward", first["next"].partition("testserver")[2])
    assert (status, len(rest["results"]), rest["next"]) == (200, 1, None)
    assert rest["results"][0]["change"] == "new"


@pytest.mark.parametrize("query", ["kind=x", "bbox=x", "after=x", "limit=0"])
def test_what_makes_no_sense_is_refused(draft, call, query):
    assert call("steward", path(draft, f"differences/?{query}"))[0] == 400


def test_who_uploads_does_not_approve(draft, people, call):
    submitted(draft, people["steward"])
    act = body(draft, "publish")
    status, said = call("steward", path(draft, "acts/"), act)
    assert (status, said["code"]) == (403, "Barred")
    moves = call("steward", path(draft, "moves/"))[1]
    assert "publish" not in {move["verb"] for move in moves}


def test_another_does_and_twice_is_once(draft, people, call, layer):
    submitted(draft, people["steward"])
    act = body(draft, "publish", note="可以")
    answers = [
        call("chief_data_officer", path(draft, "acts/"), act) for _time in range(2)
    ]
    layer.refresh_from_db()
    assert answers[0] == answers[1]
    assert (answers[0][0], layer.published.number) == (200, 2)


def test_what_takes_long_is_answered_as_such(draft, people, call, monkeypatch):
    monkeypatch.setattr(acts, "LONG", 1)
    submitted(draft, people["steward"])
    act = body(draft, "publish")
    status, said = call("chief_data_officer", path(draft, "acts/"), act)
    assert (status, said["ended_at"]) == (202, None)
    acts.carry_out(PendingAct.objects.get())
    assert call("chief_data_officer", path(draft, "acts/"), act)[1]["ended_at"]


@pytest.fixture
def send(layer: Layer, people: Any, signed_in: Any, tmp_path: Any) -> Any:
    """Sends the same file under the same uuid as somebody."""
    text = files.geojson(tmp_path / "f.geojson", files.rows(2)).read_bytes()
    uuid = str(uuid4())

    def send(name: str) -> Any:
        file = SimpleUploadedFile("f.geojson", text)
        given = {"uuid": uuid, "file": file}
        return signed_in(people[name]).post("/api/v1/layers/buildings/imports/", given)

    return send


def test_a_file_is_taken_once(send, call):
    first, again = send("steward"), send("steward")
    assert (first.status_code, again.status_code) == (201, 200)
    assert ImportRun.objects.filter(layer__code="buildings").count() == 1
    uuid = first.json()["uuid"]
    carrying.carry_out(ImportRun.objects.get(uuid=uuid))
    status, said = call("steward", f"/api/v1/imports/{uuid}/")
    assert (status, said["status"], said["report"]["added"]) == (200, "done", 2)
    assert call("steward", f"{VERSIONS}{said['version']}/")[1]["added"] == 2


def test_a_file_is_not_taken_from_everybody(send, call):
    assert send("desk").status_code == 403
    uuid = send("steward").json()["uuid"]
    assert call("desk", f"/api/v1/imports/{uuid}/")[0] == 404


def test_without_a_file_it_says_what_is_missing(layer, people, signed_in):
    client = signed_in(people["steward"])
    answer = client.post("/api/v1/layers/buildings/imports/", {"uuid": str(uuid4())})
    assert answer.status_code == 400
    assert "file" in answer.json()
