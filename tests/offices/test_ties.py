"""Who belongs to whom on the pages: people of a shop, owners, households divided; and
where modules use an entry."""

from uuid import uuid4

import pytest

from govmap.lib.history import recorded
from offices.models import (
    Household,
    LifeEvent,
    Member,
    OrganizationPost,
    Record,
    RecordLink,
)
from offices.models.household import HEAD
from offices.modules.entry_merging import moved
from offices.modules.keeping import values_of
from offices.modules.making import make
from offices.registers import entering, life, merging
from tests.offices.modules import at_office, load


def text(answer):
    return answer.content.decode()


@pytest.fixture
def client(people, signed_in):
    return signed_in(people["community_worker"])


@pytest.fixture
def home(make_person, make_dwelling, people):
    """A head, his wife and their son, behind one door."""
    by, dwelling = people["community_worker"], make_dwelling()
    home = entering.enter_household({"number": "H1"}, by, dwelling=dwelling)
    for name, relation in (("王父", HEAD), ("李母", "12"), ("王子", "20")):
        life.join(make_person(name, dwelling=dwelling), home, relation, by)
    return home


def sent(home, **said):
    """The form of a household as it stands, with other answers."""
    rows = home.members.filter(until=None)
    return {f"relation-{one.pk}": one.relation for one in rows} | said


def member(name):
    return Member.objects.get(person__name=name, until=None)


def test_somebody_is_named_for_a_shop(client, make_person, make_organization):
    person, shop = make_person("李娜"), make_organization()
    url = f"/offices/organizations/{shop.uuid}/people/"
    assert "李*" in text(client.post(url, {"q": "李娜"}))
    client.post(url, {"person": str(person.uuid), "choice": "01"})
    assert "法定代表人" in text(client.get(f"/offices/organizations/{shop.uuid}/"))
    client.post(f"{url}{OrganizationPost.objects.get().pk}/end/")
    assert OrganizationPost.objects.get().until is not None


def test_a_whole_number_finds_whom_to_name(client, make_person, make_organization):
    person, shop = make_person("李娜"), make_organization()
    url = f"/offices/organizations/{shop.uuid}/people/"
    page = text(client.post(url, {"q": person.number}))
    assert str(person.uuid) in page and person.number not in page


def test_a_post_is_held_once(client, make_person, make_organization):
    shop = make_organization()
    said = {"person": str(make_person().uuid), "choice": "01"}
    url = f"/offices/organizations/{shop.uuid}/people/"
    assert client.post(url, said).status_code == 302
    assert client.post(url, said).status_code == 409


@pytest.mark.parametrize("which", ["person", "organization"])
def test_a_dwelling_has_an_owner(
    client, make_person, make_organization, make_dwelling, which
):
    owner = make_person("李娜") if which == "person" else make_organization()
    room = make_dwelling("909")
    url = f"/offices/dwellings/{room.uuid}/owner/"
    assert str(owner.uuid) in text(client.post(url, {"q": owner.name}))
    client.post(url, {"person": str(owner.uuid)})
    room.refresh_from_db()
    assert getattr(room, f"owner_{which}") == owner
    client.post(url, {"nobody": "yes"})
    room.refresh_from_db()
    assert getattr(room, f"owner_{which}") is None


def test_somebody_of_the_register_joins_a_household(client, home, make_person):
    person = make_person("赵姑")
    url = f"/offices/households/{home.uuid}/members/find/"
    assert str(person.uuid) in text(client.post(url, {"q": "赵姑"}))
    said = {"person": str(person.uuid), "relation": "90"}
    client.post(f"/offices/households/{home.uuid}/members/", said)
    assert member("赵姑").household == home


def test_another_is_the_head(client, home):
    said = sent(home)
    said[f"relation-{member('王父').pk}"] = "11"
    said[f"relation-{member('李母').pk}"] = HEAD
    client.post(f"/offices/households/{home.uuid}/arrange/", said)
    home.refresh_from_db()
    assert home.head.name == "李母"


def test_a_household_has_one_head(client, home):
    said = sent(home)
    said[f"relation-{member('李母').pk}"] = HEAD
    answer = client.post(f"/offices/households/{home.uuid}/arrange/", said)
    assert answer.status_code == 400 and "户主" in text(answer)


def test_a_household_splits(client, home):
    son = member("王子")
    said = sent(home, number="H2")
    said |= {f"relation-{son.pk}": HEAD, f"leaves-{son.pk}": "yes"}
    client.post(f"/offices/households/{home.uuid}/arrange/", said)
    new = Household.objects.get(number="H2")
    assert (new.head.name, new.dwelling) == ("王子", home.dwelling)
    assert home.members.filter(until=None).count() == 2
    assert LifeEvent.objects.get(what="split").other == new.uuid


def test_who_splits_off_with_the_head_leaves_another_head(client, home):
    head = member("王父")
    said = sent(home, **{f"leaves-{head.pk}": "yes"})
    answer = client.post(f"/offices/households/{home.uuid}/arrange/", said)
    assert answer.status_code == 400 and Household.objects.count() == 1


def test_nobody_splits_off_alone_from_nobody(client, home):
    said = sent(home, **{f"leaves-{one.pk}": "yes" for one in home.members.all()})
    answer = client.post(f"/offices/households/{home.uuid}/arrange/", said)
    assert answer.status_code == 400


def test_references_move_however_deep():
    values = {"a": "x", "b": ["x", {"c": "x", "d": "y x"}], "e": 1}
    assert moved(values, "x", "z") == {
        "a": "z",
        "b": ["z", {"c": "z", "d": "y x"}],
        "e": 1,
    }


@pytest.fixture
def applied(make_person, people):
    """Two entries of one person, and an application that names the one that goes."""
    stays, goes = make_person("王明"), make_person("王明")
    clerk = at_office("street_office", "livelihood_office")
    by = people["community_worker"]
    fields = {
        "applicant": str(goes.uuid),
        "applicant_name": "王明",
        "kind": "dibao",
        "standard": 1500,
        "phone": "13900005678",
        "members": [{"relation": "self", "income": 900, "person": str(goes.uuid)}],
    }
    record, _new = make(load("relief"), by=by, uuid=uuid4(), fields=fields)
    return stays, goes, record, clerk


def test_the_page_of_an_entry_says_which_modules_use_it(applied, signed_in):
    _stays, goes, record, clerk = applied
    page = text(signed_in(clerk).get(f"/offices/people/{goes.uuid}/"))
    assert str(record.module) in page and "/modules/relief/" in page


def test_who_may_not_read_the_module_is_not_told(applied, people, signed_in):
    _stays, goes, _record, _clerk = applied
    page = text(signed_in(people["grid_worker"]).get(f"/offices/people/{goes.uuid}/"))
    assert "/modules/relief/" not in page


def test_merging_carries_what_modules_say(applied, people):
    stays, goes, record, _clerk = applied
    by, judge = people["community_worker"], people["desk"]
    with recorded(by):
        asked = merging.ask(stays, goes, by, reason="同一人")
    with recorded(judge):
        merging.decide(asked, judge, granted=True)
    values = values_of(Record.objects.get(pk=record.pk))
    assert values["applicant"] == values["members"][0]["person"] == str(stays.uuid)
    links = RecordLink.objects.filter(record=record, kind="person")
    assert {link.target for link in links} == {stays.uuid}


def send(client, path, said):
    return client.post(f"/api/v1/ties/{path}/", said, content_type="application/json")


def test_the_api_names_and_ends_a_post(client, make_person, make_organization):
    person, shop = make_person("李娜"), make_organization()
    said = {"organization": str(shop.uuid), "person": str(person.uuid), "post": "01"}
    assert send(client, "post", said).status_code == 204
    assert send(client, "post", {**said, "post": "77"}).status_code == 400
    assert send(client, "post-end", said).status_code == 204
    assert OrganizationPost.objects.get().until is not None


def test_the_api_names_an_owner(client, make_person, make_dwelling):
    room, owner = make_dwelling("909"), make_person()
    said = {"dwelling": str(room.uuid), "person": str(owner.uuid)}
    assert send(client, "owner", said).status_code == 204
    room.refresh_from_db()
    assert room.owner_person == owner


def test_the_api_splits_a_household(client, home):
    relations = {"王父": HEAD, "李母": "12", "王子": HEAD}
    members = [
        {
            "person": str(one.person.uuid),
            "relation": relations[one.person.name],
            "leaves": one.person.name == "王子",
        }
        for one in home.members.all()
    ]
    got = send(client, "arrange", {"household": str(home.uuid), "members": members})
    assert Household.objects.get(uuid=got.json()["household"]).head.name == "王子"
