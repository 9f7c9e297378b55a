"""Collected once: matches before an entry, and two entries that become one."""

from datetime import date

import pytest

from govmap.lib.history import changes_of, recorded
from offices.models import LifeEvent, Merging, Organization, Person, State
from offices.registers import entering, life, merging
from offices.registers.matching import matches, same_organizations
from tests.offices.conftest import number_of


def merge(people, stays, goes, by="community_worker", decides="acceptor"):
    with recorded(people[by]):
        asked = merging.ask(stays, goes, people[by], reason="同一人")
    with recorded(people[decides]):
        return merging.decide(asked, people[decides], granted=True)


def test_the_same_number_is_a_certain_match(make_person, people):
    person = make_person()
    found = matches(people["grid_worker"], number=person.number)
    assert [(match.row, match.is_certain) for match in found] == [(person, True)]


def test_name_and_birth_match_without_a_number(make_person, people):
    person = make_person("李娜", number="", birth=date(1990, 1, 2))
    found = matches(people["grid_worker"], name="李娜", birth=date(1990, 1, 2))
    assert [(match.row, match.why) for match in found] == [(person, "name")]


def test_who_lives_at_the_address_is_shown(make_person, people):
    person = make_person()
    found = matches(people["grid_worker"], dwelling=person.dwelling)
    assert [match.why for match in found] == ["dwelling"]


def test_elsewhere_only_a_whole_number_matches(make_person, make_dwelling, people):
    person = make_person(by="outsider", dwelling=make_dwelling(street=2))
    user = people["grid_worker"]
    assert matches(user, number=person.number)[0].is_elsewhere
    assert not matches(user, name=person.name, birth=person.birth)


def test_a_merged_entry_stays_with_its_history(make_person, people):
    stays, goes = make_person(), make_person(education="20")
    merge(people, stays, goes)
    goes.refresh_from_db()
    assert (goes.state, goes.merged_into) == (State.MERGED, stays)
    assert people["acceptor"] in {one.by for one in changes_of(Person, row_id=goes.pk)}
    assert Person.objects.get(pk=stays.pk).education == "20"


def test_what_hung_on_the_one_hangs_on_the_other(make_person, people):
    stays, goes = make_person(number="", dwelling=None), make_person()
    with recorded(people["community_worker"]):
        home = entering.enter_household({}, people["community_worker"])
        life.join(goes, home, "02", people["community_worker"])
    merge(people, stays, goes)
    stays.refresh_from_db()
    assert stays.memberships.get().household == home
    assert stays.dwelling == goes.residences.model.objects.get().dwelling
    assert stays.number.open() == number_of(date(1980, 5, 17), 2)


def test_a_chain_of_mergings_keeps_each_number_once(make_person, people):
    one, two, three = make_person(), make_person(), make_person()
    merge(people, two, three)
    two.refresh_from_db()
    merge(people, one, two)
    assert Person.objects.exclude(state=State.MERGED).get() == one


def test_nobody_decides_what_he_asked(make_person, people):
    user = people["acceptor"]
    asked = merging.ask(make_person(), make_person(), user, reason="同一人")
    with pytest.raises(merging.NotYoursToDecide):
        merging.decide(asked, user, granted=True)


def test_a_community_does_not_decide(make_person, people):
    asked = merging.ask(
        make_person(), make_person(), people["acceptor"], reason="同一人"
    )
    with pytest.raises(merging.NotYoursToDecide):
        merging.decide(asked, people["community_worker"], granted=True)


def test_an_entry_is_merged_once(make_person, people):
    one, other = make_person(), make_person()
    merge(people, one, other)
    other.refresh_from_db()
    with pytest.raises(merging.CannotMerge):
        merging.ask(one, other, people["acceptor"], reason="again")


def test_a_refusal_leaves_both(make_person, people):
    stays, goes = make_person(), make_person()
    asked = merging.ask(stays, goes, people["grid_worker"], reason="同一人")
    merging.decide(asked, people["acceptor"], granted=False, answer="父子")
    assert Person.objects.here().count() == 2
    assert Merging.objects.get().granted is False


def test_both_lives_tell_of_it(make_person, people):
    stays, goes = make_person(), make_person()
    merge(people, stays, goes)
    told = LifeEvent.objects.filter(other__in=[stays.uuid, goes.uuid])
    assert {row.what for row in told} == {"took_in", "was_merged"}


def test_whoever_refers_to_an_entry_follows_it(make_person, people, monkeypatch):
    heard = []
    monkeypatch.setattr(merging, "FOLLOWS", [lambda *told: heard.append(told)])
    stays, goes = make_person(), make_person()
    merge(people, stays, goes)
    assert heard == [("person", stays, goes)]


def test_organisations_match_by_code_and_merge(make_organization, people):
    one = make_organization(code="91110000600037341L")
    other = make_organization("槐荫便民商店")
    user = people["grid_worker"]
    assert same_organizations(user, code="91110000600037341L") == [one]
    merge(people, one, other)
    assert Organization.objects.here().get() == one
