"""The one box: grouped, masked, only what the reader sees; numbers are sent."""

import pytest
from django.http import QueryDict

from accounts.models import User
from offices.models import Person, RegisterReading
from offices.registers.lists import PEOPLE, list_of
from tests.offices.modules import load
from tests.offices.test_module_records import SITE, write

FIND = "/find/"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def client(people, signed_in):
    return signed_in(people["community_worker"])


def asked(client, words):
    return text(client.get(FIND, {"q": words}))


def test_people_are_found_by_two_characters_and_masked(client, make_person):
    person = make_person("王小明")
    page = asked(client, "小明")
    assert f"/offices/people/{person.uuid}/" in page
    assert "王*" in page and "王小明" not in page
    assert person.number not in page


def test_a_former_name_is_found_too(client, make_person):
    person = make_person("王小明", former_name="赵铁柱")
    assert str(person.uuid) in asked(client, "铁柱")


def test_an_address_finds_its_house_its_doors_and_who_lives_there(client, make_person):
    person = make_person("王小明")
    page = asked(client, person.dwelling.building.address)
    for uuid in (person.dwelling.building.uuid, person.dwelling.uuid, person.uuid):
        assert str(uuid) in page


def test_a_household_is_found_by_a_member(client, make_person, make_household):
    home = make_household(make_person("钮祜禄安"))
    assert str(home.uuid) in asked(client, "钮祜")


def test_an_organisation_leads_to_its_list_with_the_words(client, make_organization):
    for number in range(6):
        make_organization(f"槐荫便民商店{number}")
    page = asked(client, "槐荫便民")
    assert "/offices/organizations/?q=" in page


def write_site(people):
    return write(load("construction"), people["community_worker"], SITE)


def test_records_are_found_by_their_text_and_lead_to_their_list(client, people, db):
    record = write_site(people)
    page = asked(client, "改造工程")
    assert f"/records/{record.uuid}/" in page
    assert "/modules/construction/?view=all&amp;q=" in page


def test_cases_are_found_by_their_address(people, signed_in, make_case):
    case = make_case("dispatch", address="槐柏树街二号旁")
    page = asked(signed_in(people["desk"]), "槐柏树街")
    assert f"/cases/{case.uuid}/" in page


def test_what_lies_elsewhere_is_not_found(people, signed_in, make_person):
    make_person("王小明")
    assert "王*" not in asked(signed_in(people["outsider"]), "小明")


def test_who_has_no_ground_finds_no_person(people, signed_in, make_person):
    make_person("王小明")
    assert "王*" not in asked(signed_in(people["supervisor"]), "小明")


def test_a_whole_number_is_sent_and_is_on_record(client, people, make_person):
    person = make_person("王小明")
    page = text(client.post(FIND, {"q": person.number}))
    assert str(person.uuid) in page and person.number not in page
    line = RegisterReading.objects.latest("pk")
    assert (line.what, line.note) == ("find_number", f"••••{person.number[-4:]}")


def test_a_phone_finds_person_organisation_and_record(client, people, make_person, db):
    record = write_site(people)
    person = make_person("王小明", phone=SITE["manager_phone"])
    page = text(client.post(FIND, {"q": "138 0000 1234"}))
    assert str(person.uuid) in page and str(record.uuid) in page


def test_a_number_in_an_address_is_looked_for_only_when_it_is_sent(client, make_person):
    person = make_person("王小明")
    page = asked(client, person.number)
    assert str(person.uuid) not in page and 'name="q" value="11' in page
    assert not RegisterReading.objects.exists()


def test_words_that_are_sent_go_into_the_address(client):
    answer = client.post(FIND, {"q": "小明"})
    assert answer.status_code == 302 and "?q=%E5%B0%8F" in answer["Location"]


def test_part_of_a_number_stays_out_of_the_address(client):
    assert client.post(FIND, {"q": "1199991980"}).status_code == 200


def test_more_than_twenty_are_said_to_be_more(client, make_person, make_dwelling):
    door = make_dwelling()
    for _one in range(21):
        make_person("王小明", dwelling=door)
    page = asked(client, "小明")
    assert "20+" in page and page.count("data-hit") < 21


def test_a_search_costs_the_same_for_one_as_for_many(
    client, make_person, django_assert_max_num_queries, db
):
    load("construction")
    for _one in range(4):
        make_person("王小明")
    with django_assert_max_num_queries(20):
        asked(client, "小明")


def test_one_character_is_asked_to_be_two(client, make_person):
    make_person("王小明")
    assert "data-hit" not in asked(client, "王")


def test_the_box_is_in_the_frame_of_who_finds_something(people, signed_in):
    assert "data-find" in text(signed_in(people["desk"]).get("/desk/?view=all"))
    assert "data-find" not in text(signed_in(people["audit"]).get("/offices/readings/"))


def test_the_api_answers_the_same_groups(client, make_person):
    person = make_person("王小明")
    groups = client.get("/api/v1/find/", {"q": "小明"}).json()
    found = {group["code"]: group for group in groups}
    assert found["person"]["hits"][0]["uuid"] == str(person.uuid)
    assert found["person"]["hits"][0]["title"] == "王*"


def test_the_api_takes_a_number_by_post_alone(client, make_person):
    person = make_person("王小明")
    assert client.get("/api/v1/find/", {"q": person.number}).status_code == 400
    said = {"number": person.number}
    groups = client.post("/api/v1/find/", said, "application/json").json()
    assert groups[0]["hits"][0]["uuid"] == str(person.uuid)


def test_kept_words_follow_the_names(make_person):
    person = make_person("王 小明", foreign_name="Wang, Xiaoming")
    person.refresh_from_db(fields=["words"])
    assert person.words == "王小明||WANGXIAOMING"
    Person.objects.filter(pk=person.pk).update(name="李娜")
    person.refresh_from_db(fields=["words"])
    assert person.words.startswith("李娜|")


@pytest.mark.parametrize("more", [{}, {"kind": "floating"}])
def test_a_common_name_is_read_page_by_page_to_its_end(more, people, make_person):
    like = make_person("王伟")
    place = {"street": like.street, "community": like.community}
    Person.objects.bulk_create(
        Person(name="王伟", kind="floating" if n % 7 == 3 else "registered", **place)
        for n in range(250)
    )
    wanted = Person.objects.filter(name="王伟", **more).order_by("-pk")
    found, after = [], ""
    while after is not None:
        params = QueryDict(mutable=True)
        params.update({"q": "王伟", **more, "after": after})
        asker = User.objects.get(pk=people["desk"].pk)
        page = list_of(PEOPLE, params, asker)
        found += [row.pk for row in page.rows]
        after = str(found[-1]) if page.more else None
    assert found == [row.pk for row in wanted]
    assert len(found) == (251 if not more else 36)
