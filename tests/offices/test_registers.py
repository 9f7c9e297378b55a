"""The registers' tables: who sees an entry, what is kept of it, how it lives."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Membership, Unit
from accounts.roles import Role
from govmap.lib.history import changes_of, recorded
from offices.models import (
    Building,
    Code,
    CodeList,
    Dwelling,
    Household,
    Label,
    LifeEvent,
    Person,
    SensitiveGroup,
    State,
)
from offices.models.code import NEVER
from offices.models.ground import ground_of
from offices.models.person import age_on
from offices.registers import entering, finding, life, lists, words
from offices.registers.entering import AlreadyThere, GroupClosed
from offices.registers.permissions import NotYourGround
from tests.offices.conftest import number_of

TODAY = timezone.localdate


def changed(row):
    """Its changes after it was entered: a test is one moment, and has no last one."""
    return [one for one in changes_of(type(row), row_id=row.pk) if one.deed == "update"]


def stored(table, column, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        return cursor.fetchone()[0]


# Where an entry lies


def test_an_entry_finds_its_cell_and_community(make_person):
    person = make_person()
    assert person.cell.code == "110109001001001"
    assert (person.community.code, person.street.code) == (
        "110109001001",
        "110109001",
    )


def test_a_building_is_made_once_from_its_address(make_dwelling):
    one, other = make_dwelling("101"), make_dwelling("102")
    assert one.building == other.building == Building.objects.get()
    assert one.address == "测试区东街街道甲1街1号院1号楼1单元101室"


def test_the_floor_is_read_from_the_room(make_dwelling):
    assert make_dwelling("1203").floor == 12


def test_nobody_makes_a_building_on_another_ground(people, make_dwelling):
    with pytest.raises(NotYourGround):
        make_dwelling(by="outsider")


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("community_worker", True),
        ("grid_worker", True),
        ("acceptor", True),
        ("steward", True),
        ("outsider", False),
        ("outsider_worker", False),
        ("handler", False),
        ("volunteer", False),
        ("supervisor", False),
        ("leader", False),
        ("system", False),
        ("audit", False),
    ],
)
def test_who_sees_a_person(make_person, people, who, sees):
    make_person()
    assert Person.objects.visible_to(people[who]).exists() is sees


def test_who_is_registered_here_is_seen_though_he_lives_elsewhere(
    make_person, make_dwelling, people
):
    with recorded(people["community_worker"]):
        home = entering.enter_household(
            {"number": "H1"}, people["community_worker"], dwelling=make_dwelling()
        )
    far = make_dwelling(street=2)
    person = make_person(by="steward", dwelling=far)
    with recorded(people["steward"]):
        life.join(person, home, "02", people["steward"])
    seen = Person.objects.visible_to(people["community_worker"])
    assert person in seen
    assert person not in seen.looked_after_by(people["community_worker"])


# What is kept


def test_number_and_phone_are_ciphertext(make_person):
    person = make_person(phone="13900001234")
    for column, tail in (("number", person.number_tail), ("phone", "1234")):
        assert tail not in stored("offices_person", column, person.pk)
    assert Person.objects.get().number.open() == person.number


def test_the_copies_of_a_person_hold_no_number(make_person):
    person = make_person()
    copies = connection.introspection.get_table_description(
        connection.cursor(), "offices_personevent"
    )
    names = {column.name for column in copies}
    assert not names & {"number", "phone", "number_hash", "phone_hash"}
    assert person.name == "王小明"


def test_every_change_is_on_record_with_who_made_it(make_person, people):
    person = make_person()
    with recorded(people["grid_worker"], address="10.0.0.9"):
        entering.change_person(person, {"education": "20"}, people["grid_worker"])
    [last] = changed(person)
    assert last.by == people["grid_worker"]
    assert last.what["education"] == ("", "20")


def test_a_number_tells_birth_and_sex(make_person):
    person = make_person(number=number_of(date(1950, 2, 1), 24), birth=None)
    assert (person.birth, person.sex) == (date(1950, 2, 1), "2")


def test_a_number_is_one_persons(make_person, make_dwelling):
    person = make_person()
    with pytest.raises(AlreadyThere):
        make_person("王大明", number=person.number)


def test_the_database_too_knows_a_number_once(make_person):
    one, other = make_person(), make_person()
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=other.pk).update(number_hash=one.number_hash)


def test_an_old_number_is_kept_as_the_new_one(make_person):
    person = make_person(number="119999491231002")
    assert Person.objects.get(pk=person.pk).number.open()[6:14] == "19491231"


def test_nobody_is_asked_for_his_religion():
    names = {field.name for field in Person._meta.get_fields()}
    assert not names & {"religion", "faith", "health", "blood", "fingerprint"}


# Life


def test_moving_house_ends_where_he_lived(make_person, make_dwelling, people):
    person, there = make_person(), make_dwelling("202", address=2)
    with recorded(people["grid_worker"]):
        life.move_in(person, there, people["grid_worker"], on=TODAY())
    person.refresh_from_db()
    assert person.dwelling == there and person.cell.code == "110109001001002"
    assert person.residences.filter(until=None).get().dwelling == there
    assert person.residences.count() == 2


def test_who_moved_away_is_no_longer_listed_and_may_come_back(
    make_person, make_dwelling, people
):
    person, user = make_person(), people["grid_worker"]
    with recorded(user):
        life.move_out(person, user, on=TODAY(), to="外省")
    assert not Person.objects.visible_to(user).here().exists()
    with recorded(user):
        life.move_in(person, make_dwelling(), user)
    assert Person.objects.get().state == State.HERE
    told = LifeEvent.objects.filter(subject=person.uuid).values_list("what", flat=True)
    assert set(told) == {"entered", "moved_out", "came_back"}


def test_death_ends_residence_membership_and_labels(make_person, people):
    person, user = make_person(), people["community_worker"]
    code = Code.objects.get(list__code="label", code="old_alone")
    with recorded(user):
        home = entering.enter_household({}, user, dwelling=person.dwelling)
        life.join(person, home, "02", user)
        entering.put_label(person, code, user, since=TODAY() - timedelta(days=9))
        life.die(person, user, on=TODAY())
    person.refresh_from_db()
    assert person.state == State.DEAD and person.dwelling is None
    assert not person.memberships.filter(until=None).exists()
    assert not Label.objects.on(TODAY()).exists()


def test_nothing_happens_tomorrow(make_person, people):
    with pytest.raises(life.DayToCome):
        life.die(make_person(), people["grid_worker"], on=TODAY() + timedelta(days=1))


def test_the_record_of_lives_cannot_be_rewritten(make_person):
    make_person()
    with pytest.raises(DatabaseError), transaction.atomic():
        LifeEvent.objects.update(told="nothing happened")


def test_a_dwelling_with_people_is_not_taken_down(make_person, people):
    person = make_person()
    with pytest.raises(life.StillThere):
        life.end(person.dwelling, people["grid_worker"])


def test_a_household_has_its_head_by_relation(make_person, people):
    person, user = make_person(), people["community_worker"]
    with recorded(user):
        home = entering.enter_household({}, user, dwelling=person.dwelling)
        life.join(person, home, "02", user)
    assert Household.objects.get().head == person


def test_age_counts_to_the_end_of_life(make_person, people):
    person = make_person(number=number_of(date(1940, 1, 1), 1))
    assert person.age == age_on(date(1940, 1, 1), TODAY())
    person.state, person.ended_on = State.DEAD, date(2020, 1, 1)
    assert person.age == 80


# Codes and groups


def test_the_site_has_the_lists_of_the_standard(db):
    lists = set(CodeList.objects.values_list("code", flat=True))
    assert {"sex", "nation", "marriage", "political", "relation"} <= lists
    assert Code.objects.filter(list__code="nation").count() == 58


def test_a_group_is_off_until_it_is_opened_in_writing(make_person, people):
    person, user = make_person(), people["community_worker"]
    code = Code.objects.get(list__code="label", code="released")
    with pytest.raises(GroupClosed):
        entering.put_label(person, code, user)
    opened(code.group, people["handler"].posts[0].unit)
    entering.put_label(person, code, user)
    assert Label.objects.readable_by(user).exists()
    assert not Label.objects.readable_by(people["acceptor"]).exists()


def test_a_group_that_is_switched_off_hides_what_was_written(make_person, people):
    person, user = make_person(), people["community_worker"]
    code = Code.objects.get(list__code="label", code="released")
    opened(code.group, people["handler"].posts[0].unit)
    entering.put_label(person, code, user)
    SensitiveGroup.objects.update(opened_on=None, until=None)
    assert not Label.objects.readable_by(user).exists()


def opened(group, department):
    SensitiveGroup.objects.filter(pk=group.pk).update(
        document="司矫〔2026〕1号",
        department=department,
        opened_on=TODAY(),
        until=TODAY() + timedelta(days=30),
    )


@pytest.mark.parametrize("values", [{"document": ""}, {"department": None}])
def test_a_group_is_not_opened_without_a_document(people, values):
    group = SensitiveGroup.objects.get(code="01")
    said = {
        "document": "司矫〔2026〕1号",
        "department": people["handler"].posts[0].unit,
        "opened_on": TODAY(),
        "until": TODAY(),
        **values,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        SensitiveGroup.objects.filter(pk=group.pk).update(**said)


def test_one_group_is_never_opened(people):
    said = {
        "document": "x",
        "department": people["handler"].posts[0].unit,
        "opened_on": TODAY(),
        "until": TODAY(),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        SensitiveGroup.objects.filter(code=NEVER).update(**said)


# Finding


def test_a_name_of_two_characters_is_found(make_person, people):
    make_person("李娜")
    make_person("李明")
    found = finding.find_people(Person.objects.all(), "李娜", people["acceptor"])
    assert [person.name for person in found] == ["李娜"]


def test_a_name_and_an_address_together(make_person, make_dwelling, people):
    make_person("李娜", dwelling=make_dwelling("101"))
    make_person("李娜", dwelling=make_dwelling("101", address=2))
    found = finding.find_people(
        Person.objects.all(), "李娜 甲1街2号院2号楼", people["acceptor"]
    )
    assert [person.dwelling.building.address_code for person in found] == [
        "110109001A2"
    ]


def test_an_address_with_its_room(make_person, make_dwelling, people):
    make_person(dwelling=make_dwelling("101"))
    make_person("赵六", dwelling=make_dwelling("502"))
    found = finding.find_people(
        Person.objects.all(), "1号院1号楼502室", people["acceptor"]
    )
    assert [person.name for person in found] == ["赵六"]


def test_the_index_of_names_is_read(db):
    rows = Person.objects.filter(words.paired(["李娜"]))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "person_by_words" in rows.order_by().explain()


def test_a_name_is_found_however_common_it_is(make_person, people, monkeypatch):
    monkeypatch.setattr(words, "FEW", 1)
    there = {make_person("李娜").pk, make_person("李娜娜").pk}
    make_person("王娜李")
    rows = finding.find_people(Person.objects.all(), "李娜", people["acceptor"])
    assert {row.pk for row in rows} == there


def test_a_name_common_elsewhere_is_asked_of_the_street(
    make_person, make_dwelling, people, monkeypatch
):
    monkeypatch.setattr(words, "FEW", 1)
    far = make_dwelling(street=2)
    for name in ("李娜", "李娜娜", "李娜芳"):
        make_person(name, by="outsider", dwelling=far)
    here = make_person("李娜英")
    rows = finding.find_living(Person.objects.all(), "李娜", people["acceptor"])
    assert list(rows) == [here]
    assert not words.is_common(people["acceptor"])


def test_a_common_name_is_counted_no_further_than_shown(
    make_person, signed_in, people, monkeypatch
):
    monkeypatch.setattr(words, "FEW", 1)
    monkeypatch.setattr(lists, "PAGE", 2)
    for name in ("李娜", "李娜娜", "李娜英", "李娜芳"):
        make_person(name)
    page = signed_in(people["acceptor"]).get("/offices/people/?q=李娜").context["list"]
    assert (page.count_text, len(page.rows)) == ("2+", 2)


def test_a_dwelling_is_found_by_its_address(make_dwelling, people):
    make_dwelling("101")
    there = make_dwelling("305", address=3)
    found = finding.find_dwellings(
        Dwelling.objects.all(), "甲1街3号院", people["acceptor"]
    )
    assert list(found) == [there]


def test_the_desk_of_the_district_has_no_ground(people):
    district = Unit.objects.get(kind=Unit.Kind.DISTRICT)
    post = Membership(user=people["acceptor"], unit=district, role=Role.ACCEPTOR)
    user = people["acceptor"]
    user.__dict__["posts"] = [post]
    assert ground_of(user).is_none
    post.role = Role.STEWARD
    assert ground_of(user).whole
