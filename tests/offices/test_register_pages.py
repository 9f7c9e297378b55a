"""The pages of the registers: lists, an entry, forms, what is sealed."""

import re

import pytest
from django.db import DatabaseError, transaction

from govmap.lib.history import recorded
from offices.models import (
    Code,
    Dwelling,
    Merging,
    Organization,
    Person,
    RegisterReading,
    State,
)
from offices.registers import entering, life, loading

PEOPLE = "/offices/people/"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def client(people, signed_in):
    return signed_in(people["community_worker"])


@pytest.fixture
def auditor(people, signed_in):
    return signed_in(people["audit"])


def test_a_list_is_masked(client, make_person):
    person = make_person("王小明")
    page = text(client.get(PEOPLE))
    assert "王*" in page and "王小明" not in page
    assert person.number not in page and f"••••{person.number_tail}" in page


def test_a_list_of_fifty_costs_the_same_as_of_one(
    client, make_person, make_dwelling, django_assert_max_num_queries
):
    for _one in range(6):
        make_person()
    with django_assert_max_num_queries(13):
        client.get(PEOPLE)


def test_who_moved_away_is_found_by_that(client, make_person, people):
    person = make_person("李娜")
    with recorded(people["grid_worker"]):
        life.move_out(person, people["grid_worker"])
    assert "李*" not in text(client.get(PEOPLE))
    assert "李*" in text(client.get(f"{PEOPLE}?state=away"))


def test_filters_narrow(client, make_person):
    make_person("李娜", kind="floating")
    make_person("王明")
    page = text(client.get(f"{PEOPLE}?kind=floating&age=18-59"))
    assert "李*" in page and "王*" not in page


def test_labels_narrow(client, make_person, people):
    person = make_person("李娜")
    code = Code.objects.get(list__code="label", code="veteran")
    entering.put_label(person, code, people["community_worker"], accepted=True)
    assert "李*" in text(client.get(f"{PEOPLE}?label=veteran"))
    assert "李*" not in text(client.get(f"{PEOPLE}?label=relief"))


def test_nation_is_no_filter(client, make_person):
    make_person("李娜", nation="03")
    page = text(client.get(f"{PEOPLE}?nation=01"))
    assert "李*" in page and 'name="nation"' not in page


def test_a_number_in_the_box_is_not_searched_in_the_address(client, make_person):
    person = make_person()
    page = text(client.get(PEOPLE, {"q": person.number}))
    assert 'action="/offices/people/find/"' in page and "王*" not in page


def test_a_whole_number_finds_its_person_on_record(client, make_person):
    person = make_person()
    answer = client.post(f"{PEOPLE}find/", {"number": person.number})
    assert answer["Location"] == f"{PEOPLE}{person.uuid}/"
    assert RegisterReading.objects.get().what == "find_number"


def test_a_phone_finds_its_person(client, make_person):
    person = make_person(phone="13900001234")
    answer = client.post(f"{PEOPLE}find/", {"number": "+86 139 0000 1234"})
    assert answer["Location"] == f"{PEOPLE}{person.uuid}/"


def test_reading_a_page_is_on_record(client, make_person, people):
    person = make_person()
    page = text(client.get(f"{PEOPLE}{person.uuid}/"))
    assert "王小明" in page and person.number not in page
    read = RegisterReading.objects.get()
    assert (read.by, read.subject, read.what) == (
        people["community_worker"],
        person.uuid,
        "page",
    )


def test_a_number_is_shown_for_a_purpose_only(client, make_person):
    person = make_person()
    url = f"{PEOPLE}{person.uuid}/reveal/"
    assert client.post(url, {"what": "number"}).status_code == 400
    assert not RegisterReading.objects.filter(what="number").exists()
    page = text(client.post(url, {"what": "number", "purpose": "visit"}))
    assert person.number in page
    assert RegisterReading.objects.get(what="number").purpose == "visit"


def test_the_log_of_readings_cannot_be_rewritten(client, make_person):
    client.get(f"{PEOPLE}{make_person().uuid}/")
    with pytest.raises(DatabaseError), transaction.atomic():
        RegisterReading.objects.all().delete()


def test_the_auditor_sees_who_read_whom_masked(client, auditor, make_person):
    client.get(f"{PEOPLE}{make_person().uuid}/")
    page = text(auditor.get("/offices/readings/?what=page"))
    assert "演示community_worker" in page
    assert "王*" in page and "王小明" not in page


def test_a_wrong_number_is_refused_beside_its_field(client):
    said = {"name": "王小明", "kind": "registered", "paper": "111"}
    answer = client.post(
        f"{PEOPLE}new/", {**said, "nationality": "CHN", "number": "11010519491231002Y"}
    )
    assert answer.status_code == 400
    assert "第18位" in text(answer)


def new_person(**more):
    return {
        "name": "王小明",
        "kind": "registered",
        "paper": "111",
        "nationality": "CHN",
        **more,
    }


def test_a_new_person_lives_at_the_address(client):
    address = "测试区东街街道甲1街1号院1号楼"
    client.post(f"{PEOPLE}new/", new_person(address=address, unit="1单元", room="301"))
    person = Person.objects.get()
    assert person.dwelling.floor == 3 and person.community.code == "110109001001"


def test_an_address_that_means_several_is_asked_about(client):
    answer = client.post(f"{PEOPLE}new/", new_person(address="甲1街"))
    assert answer.status_code == 400 and "1号院1号楼" in text(answer)


def test_matches_are_shown_before_a_new_entry_is_kept(client, make_person):
    person = make_person("王小明", number="", birth="1990-01-02")
    said = new_person(birth="1990-01-02")
    assert str(person.uuid) in text(client.post(f"{PEOPLE}new/", said))
    assert Person.objects.count() == 1
    client.post(f"{PEOPLE}new/", {**said, "another": "yes"})
    assert Person.objects.count() == 2


def test_a_number_is_never_entered_twice(client, make_person):
    person = make_person()
    said = new_person(number=person.number, another="yes")
    assert "此号码已登记" in text(client.post(f"{PEOPLE}new/", said))
    assert Person.objects.count() == 1


def test_editing_without_a_number_keeps_it(client, make_person):
    person = make_person()
    client.post(f"{PEOPLE}{person.uuid}/edit/", new_person(name="王大明"))
    person.refresh_from_db()
    assert person.name == "王大明" and person.number


def test_moving_out_from_the_page(client, make_person):
    person = make_person()
    today = {"on": "2026-01-02", "told": "外省", "what": "out"}
    client.post(f"{PEOPLE}{person.uuid}/end/", today)
    person.refresh_from_db()
    assert (person.state, str(person.ended_on)) == (State.AWAY, "2026-01-02")


def test_the_section_shows_doors_by_floor(client, make_person, make_dwelling):
    make_person(dwelling=make_dwelling("601"))
    dwelling = make_dwelling("102")
    page = text(client.get(f"/offices/buildings/{dwelling.building.uuid}/"))
    assert page.index(">601<") < page.index(">102<")
    assert len(re.findall(r"class=\"door\"[^>]*data-on", page)) == 1


def test_the_section_is_coloured_by_a_label(client, make_person, people):
    person = make_person()
    code = Code.objects.get(list__code="label", code="relief")
    entering.put_label(person, code, people["community_worker"], accepted=True)
    url = f"/offices/buildings/{person.dwelling.building.uuid}/?by=relief"
    assert "data-on" in text(client.get(url)) and code.color in text(client.get(url))


def test_an_organisation_with_a_code_that_is_there_is_asked_about(
    client, make_organization
):
    row = make_organization(code="91110000600037341L")
    said = {"name": "另一家", "kind": "03", "code": "91110000600037341L"}
    page = text(client.post("/offices/organizations/new/", said))
    assert str(row.uuid) in page and Organization.objects.count() == 1


def test_merging_from_the_pages(client, make_person, people, signed_in):
    stays, goes = make_person(), make_person()
    said = {"into": f"http://testserver{PEOPLE}{stays.uuid}/", "reason": "同一人"}
    client.post(f"/offices/person/{goes.uuid}/merge/", said)
    asked = Merging.objects.get()
    desk = signed_in(people["acceptor"])
    assert "待您审核" in text(desk.get("/offices/mergings/"))
    desk.post(f"/offices/mergings/{asked.uuid}/decide/", {"granted": "yes"})
    goes.refresh_from_db()
    assert goes.merged_into == stays


def test_a_foreign_person_is_not_there(make_person, people, signed_in):
    url = f"{PEOPLE}{make_person().uuid}/"
    assert signed_in(people["outsider"]).get(url).status_code == 404


# The rules


def test_lists_travel_out_and_in(db):
    told = loading.export()
    loading.load_data(told, name="codes.json", anew=True)
    assert loading.export() == told


def test_what_an_administrator_changed_stays(people, signed_in, tmp_path):
    code = Code.objects.get(list__code="label", code="volunteer")
    system = signed_in(people["system"])
    url = f"/rules/registers/codes/{code.pk}/"
    said = {"chinese": "志愿服务者", "english": "volunteer", "order": "9", "color": ""}
    assert system.post(url, said).status_code == 302
    loading.load(tmp_path, print)
    code.refresh_from_db()
    assert code.titles["zh-hans"] == "志愿服务者"


def test_a_group_is_opened_in_writing_on_its_page(people, signed_in):
    group = Code.objects.get(list__code="label", code="released").group
    system = signed_in(people["system"])
    url = f"/rules/registers/groups/{group.pk}/"
    said = {"document": "司矫〔2026〕1号", "opened_on": "2026-01-01"}
    assert system.post(url, said).status_code == 400
    unit = people["handler"].posts[0].unit_id
    system.post(url, {**said, "department": unit, "until": "2099-01-01"})
    group.refresh_from_db()
    assert group.written_by == people["system"]


# The API


def test_the_api_masks_lists_and_logs_pages(client, make_person):
    person = make_person()
    rows = client.get("/api/v1/people/").json()["results"]
    assert rows[0]["name"] == "王*" and rows[0]["number"] == f"••••{person.number_tail}"
    assert client.get(f"/api/v1/people/{person.uuid}/").json()["name"] == "王小明"
    assert RegisterReading.objects.count() == 1


def test_the_api_answers_matches_with_409(client, make_person):
    person = make_person()
    said = {"name": "王小明", "kind": "registered", "number": person.number}
    answer = client.post("/api/v1/people/", said, "application/json")
    assert answer.status_code == 409
    assert answer.json()["matches"][0]["uuid"] == str(person.uuid)


def test_the_api_enters_and_reveals(client, make_dwelling):
    said = {"name": "王小明", "kind": "registered", "number": "11010519491231002X"}
    said["dwelling"] = str(make_dwelling().uuid)
    made = client.post("/api/v1/people/", said, "application/json").json()
    url = f"/api/v1/people/{made['uuid']}/reveal/"
    sent = {"what": "number", "purpose": "check"}
    assert client.post(url, sent, "application/json").json() == {
        "text": "11010519491231002X"
    }


def test_the_api_makes_a_dwelling_at_an_address(client):
    said = {"address_code": "110109001A2", "unit": "1单元", "room": "201", "use": "01"}
    answer = client.post("/api/v1/dwellings/", said, "application/json")
    assert answer.status_code == 201 and Dwelling.objects.get().use == "01"


def test_a_code_of_no_list_is_refused(client):
    said = {"name": "王小明", "kind": "registered", "education": "77"}
    answer = client.post("/api/v1/people/", said, "application/json")
    assert answer.status_code == 400 and "education" in answer.json()
