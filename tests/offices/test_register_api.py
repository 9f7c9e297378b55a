"""The registers for other programs: mergings, labels, households, ends, codes."""

import pytest

from offices.models import Code, Household, Member, RegisterReading, State

API = "/api/v1"


@pytest.fixture
def client(people, signed_in):
    return signed_in(people["community_worker"])


def send(client, address, **said):
    return client.post(f"{API}{address}", said, "application/json")


def test_a_merging_is_asked_for_and_agreed_by_somebody_else(
    client, people, signed_in, make_person
):
    stays, goes = make_person("王小明"), make_person("王小明")
    said = {"register": "person", "stays": str(stays.uuid), "goes": str(goes.uuid)}
    asked = send(client, "/mergings/", **said, reason="同一人").json()
    address = f"/mergings/{asked['uuid']}/decide/"
    assert send(client, address, granted=True).status_code == 403
    desk = signed_in(people["desk"])
    assert send(desk, address, granted=True).json()["granted"] is True
    goes.refresh_from_db()
    assert goes.state == State.MERGED


def test_a_refusal_says_why(client, people, signed_in, make_person):
    stays, goes = make_person("王小明"), make_person("王小明")
    said = {"register": "person", "stays": str(stays.uuid), "goes": str(goes.uuid)}
    asked = send(client, "/mergings/", **said, reason="同一人").json()
    address = f"/mergings/{asked['uuid']}/decide/"
    assert send(signed_in(people["desk"]), address, granted=False).status_code == 400


def test_a_label_is_put_and_ended(client, make_person):
    person = make_person()
    address = f"/people/{person.uuid}/labels/"
    made = send(client, address, code="old_alone", basis="走访").json()
    assert [row["code"] for row in client.get(f"{API}{address}").json()] == [
        "old_alone"
    ]
    ended = send(client, f"{address}{made['id']}/end/")
    assert ended.status_code == 204 and client.get(f"{API}{address}").json() == []


def test_a_label_of_another_owner_is_proposed_to_him(client, make_person):
    address = f"/people/{make_person().uuid}/labels/"
    assert send(client, address, code="veteran").status_code == 202
    assert client.get(f"{API}{address}").json() == []


def test_a_label_of_no_list_is_refused(client, make_person):
    answer = send(client, f"/people/{make_person().uuid}/labels/", code="rich")
    assert answer.status_code == 400


def test_a_household_is_made_filled_emptied_and_ended(client, make_person):
    person = make_person()
    said = {"number": "H1", "dwelling": str(person.dwelling.uuid)}
    home = send(client, "/households/", **said).json()
    address = f"/households/{home['uuid']}/"
    who = {"person": str(person.uuid), "relation": "02"}
    assert send(client, f"{address}members/", **who).json()["members"]
    assert send(client, f"{address}end/").status_code == 409
    assert send(client, f"{address}members/{person.uuid}/end/").status_code == 204
    assert not Member.objects.filter(until=None).exists()
    assert send(client, f"{address}end/").status_code == 204
    assert Household.objects.get().state == State.AWAY


def test_a_relation_is_of_its_list(client, make_person, make_household):
    home = make_household(make_person())
    who = {"person": str(make_person().uuid), "relation": "boss"}
    assert send(client, f"/households/{home.uuid}/members/", **who).status_code == 400


def test_a_dwelling_in_use_does_not_end(client, make_person):
    door = make_person().dwelling
    assert send(client, f"/dwellings/{door.uuid}/end/").status_code == 409


def test_an_organisations_phone_is_shown_for_a_purpose(client, make_organization):
    row = make_organization()
    said = {"what": "phone", "purpose": "contact"}
    answer = send(client, f"/organizations/{row.uuid}/reveal/", **said)
    assert answer.json() == {"text": "01066001234"}
    assert RegisterReading.objects.filter(what="phone", subject=row.uuid).exists()


def test_an_organisation_has_no_number_to_show(client, make_organization):
    said = {"what": "number", "purpose": "contact"}
    address = f"/organizations/{make_organization().uuid}/reveal/"
    assert send(client, address, **said).status_code == 400


def test_a_building_is_cut_open(client, make_person):
    building = make_person().dwelling.building
    found = client.get(f"{API}/buildings/{building.uuid}/section/?by=lived").json()
    doors = [d for floor in found["floors"] for e in floor["entrances"] for d in e]
    assert (found["by"], found["people"], doors[0]["is_on"]) == ("lived", 1, True)


def test_the_auditor_reads_who_read(client, people, signed_in, make_person):
    person = make_person()
    client.get(f"{API}/people/{person.uuid}/")
    auditor = signed_in(people["audit"])
    rows = auditor.get(f"{API}/register-readings/?what=page").json()["results"]
    assert rows[0]["subject"] == str(person.uuid)
    assert client.get(f"{API}/register-readings/").status_code == 404


def test_codes_are_read_by_keepers_and_worded_by_administrators(
    client, people, signed_in
):
    code = Code.objects.get(list__code="label", code="veteran")
    assert client.get(f"{API}/register-codes/{code.pk}/").json()["code"] == "veteran"
    system = signed_in(people["system"])
    said = {"chinese": "退役军人"}
    address = f"{API}/register-codes/{code.pk}/"
    answer = system.patch(address, said, "application/json")
    assert answer.json()["chinese"] == "退役军人"
    assert client.patch(address, said, "application/json").status_code == 404


def test_a_code_is_added_to_its_list(people, signed_in):
    system = signed_in(people["system"])
    said = {"list": "label", "code": "pioneer", "chinese": "先锋"}
    assert send(system, "/register-codes/", **said).status_code == 201
    assert Code.objects.filter(list__code="label", code="pioneer").exists()


def test_a_group_is_opened_in_writing_and_closed(people, signed_in):
    system = signed_in(people["system"])
    rows = system.get(f"{API}/sensitive-groups/").json()["results"]
    group = next(row for row in rows if row["code"] == "01")
    said = {"document": "某政发〔2026〕1号", "department": "110109"}
    days = {"opened_on": "2026-01-01", "until": "2036-01-01"}
    address = f"{API}/sensitive-groups/{group['id']}/"
    opened = system.patch(address, said | days, "application/json")
    assert opened.status_code == 200, opened.json()
    assert opened.json()["opened_on"] == "2026-01-01"
    assert system.post(f"{address}close/").status_code == 204
