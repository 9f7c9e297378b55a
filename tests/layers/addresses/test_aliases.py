"""地名别称: kept under 规则, by page and by API."""

import pytest

from layers.models import AddressAlias

SENT = {"said": "贤孝里", "means": "甲1街", "kind": "old", "in_use": "on"}


@pytest.fixture
def system(signed_in, people):
    return signed_in(people["system"])


def test_an_alias_is_added_and_stands_in_the_record(system):
    assert system.post("/rules/aliases/new/", SENT).url == "/rules/aliases/"
    page = system.get("/rules/aliases/").content.decode()
    assert "贤孝里" in page
    assert "旧称" in page


@pytest.mark.parametrize("said", ["8号", "贤孝里8号院", "三号楼公园"])
def test_a_number_is_no_name(system, said):
    answer = system.post("/rules/aliases/new/", {**SENT, "said": said})
    assert answer.status_code == 400
    assert "至少两个字" in answer.content.decode()


def test_an_alias_goes_out_of_use(system):
    row = AddressAlias.objects.create(said="贤孝里", means="甲1街")
    said = {**SENT, "in_use": ""}
    system.post(f"/rules/aliases/{row.pk}/", said)
    row.refresh_from_db()
    assert not row.in_use


def test_the_api_keeps_them_too(system):
    json = "application/json"
    made = system.post("/api/v1/address-aliases/", SENT, content_type=json)
    assert made.status_code == 201
    url = f"/api/v1/address-aliases/{made.json()['id']}/"
    said = system.patch(url, {"in_use": False}, content_type=json).json()
    assert (said["means"], said["in_use"]) == ("甲1街", False)


def test_who_only_reads_the_rules_changes_none(signed_in, people):
    desk = signed_in(people["desk"])
    assert desk.get("/rules/aliases/").status_code == 200
    assert desk.get("/rules/aliases/new/").status_code == 404
