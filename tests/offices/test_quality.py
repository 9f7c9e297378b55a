"""The quality board: what is found, counted as an oracle counts it, and mended."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from govmap.lib.history import recorded
from offices.models import (
    Household,
    LifeEvent,
    Member,
    Merging,
    Person,
    QualityFigure,
    QualityRule,
)
from offices.models.ground import OwnGround
from offices.models.household import HEAD
from offices.quality import board, counting, loading
from offices.quality.conditions import found_by
from offices.registers import life

BOARD = "/offices/quality/"


def text(answer):
    return answer.content.decode()


def found(code):
    """Keys of what a rule finds."""
    rule = QualityRule.objects.get(code=code)
    return set(found_by(rule).values_list("pk", flat=True))


def set_up(row, **fields):
    """Past the checks of entering: as an old list would have brought it."""
    type(row).objects.filter(pk=row.pk).update(**fields)


def test_the_same_name_and_birth_are_found(make_person):
    one, other, third = make_person(), make_person(), make_person("李娜")
    assert found("person-same-birth") == {one.pk, other.pk}
    set_up(third, name=one.name)
    assert found("person-same-birth") == {one.pk, other.pk, third.pk}


def test_the_same_phone_and_name_are_found(make_person):
    one = make_person(phone="13900001111")
    other = make_person(phone="13900001111")
    make_person("李娜", phone="13900001111")
    assert found("person-same-phone") == {one.pk, other.pk}


def test_the_same_shop_at_one_address_is_found(make_organization):
    one, other = make_organization(), make_organization()
    make_organization("另一家")
    assert found("organization-same") == {one.pk, other.pk}


def test_who_is_dead_and_still_lives_here_is_found(make_person, people):
    person = make_person()
    with recorded(people["community_worker"]):
        life.die(person, people["community_worker"])
    assert found("person-dead-resident") == set()
    set_up(person, dwelling=person.residences.get().dwelling)
    assert found("person-dead-resident") == {person.pk}


def test_sex_is_compared_with_the_number(make_person):
    person = make_person()
    assert found("person-number-sex") == set()
    set_up(person, sex="1" if person.sex == "2" else "2")
    assert found("person-number-sex") == {person.pk}


def family(make_person, people, born):
    """A head born in 1980 and somebody said to be his son."""
    head, son = make_person("王父"), make_person("王子")
    home = Household.objects.create(head=head, community=head.community)
    for person, relation in ((head, HEAD), (son, "20")):
        Member.objects.create(household=home, person=person, relation=relation)
    set_up(head, birth=date(1980, 5, 17))
    set_up(son, birth=born)
    return head, son


@pytest.mark.parametrize(("year", "is_wrong"), [(1985, True), (2005, False)])
def test_a_child_is_younger_than_its_parent(make_person, people, year, is_wrong):
    _head, son = family(make_person, people, date(year, 1, 1))
    assert found("person-child-age") == ({son.pk} if is_wrong else set())


def test_a_parent_is_older_than_the_head(make_person, people):
    _head, parent = family(make_person, people, date(1975, 1, 1))
    Member.objects.filter(person=parent).update(relation="51")
    assert found("person-parent-age") == {parent.pk}


def test_a_household_has_a_head_and_members(make_person, people):
    _head, _son = family(make_person, people, date(2005, 1, 1))
    home = Household.objects.get()
    assert not found("household-no-head") and not found("household-nobody")
    set_up(home, head=None)
    assert found("household-no-head") == {home.pk}
    Member.objects.update(until=timezone.localdate())
    assert found("household-nobody") == {home.pk} and not found("household-no-head")


def test_who_lives_in_a_dwelling_that_is_gone_is_found(make_person):
    person = make_person()
    set_up(person.dwelling, state="gone")
    assert found("person-dwelling-ended") == {person.pk}


def test_an_empty_dwelling_where_somebody_lives_is_found(make_person, make_dwelling):
    make_dwelling("102", is_empty=True)
    person = make_person()
    set_up(person.dwelling, is_empty=True)
    assert found("dwelling-empty-lived") == {person.dwelling_id}


@pytest.mark.parametrize(("area", "is_crowded"), [(9, True), (10, False)])
def test_a_rented_dwelling_has_space_for_each(make_person, area, is_crowded):
    person = make_person()
    make_person("李娜")
    set_up(person.dwelling, is_rented=True, area=area)
    assert found("dwelling-crowded") == ({person.dwelling_id} if is_crowded else set())


def test_a_rule_that_is_off_counts_nothing(make_person):
    make_person()
    QualityRule.objects.filter(code="person-education").update(is_on=False)
    counting.count()
    assert not QualityFigure.objects.filter(rule__code="person-education").exists()


def test_confirmed_it_is_no_longer_old(make_person, people, signed_in):
    person = make_person()
    set_up(person, created_at=timezone.now() - timedelta(days=400))
    assert found("person-stale") == {person.pk}
    client = signed_in(people["community_worker"])
    client.post(f"/offices/person/{person.uuid}/confirm/")
    assert found("person-stale") == set()
    told = LifeEvent.objects.get(what="still_right")
    assert told.by == people["community_worker"]


# The oracle: the same questions asked of Python objects, one entry after another.


def _twice(row, rows, *names):
    def key(one):
        return tuple(getattr(one, name) for name in names)

    return any(other.pk != row.pk and key(other) == key(row) for other in rows)


ORACLE = {
    "person-same-birth": lambda row, rows: (
        row.birth and _twice(row, rows, "name", "birth")
    ),
    "person-phone": lambda row, rows: not row.phone,
    "person-education": lambda row, rows: not row.education,
    "person-marriage": lambda row, rows: not row.marriage,
    "person-dwelling": lambda row, rows: row.dwelling_id is None,
    "person-married-age": lambda row, rows: (
        row.marriage == "20" and row.age is not None and row.age < 18
    ),
    "person-stale-floating": lambda row, rows: (
        row.kind == "floating" and (row.confirmed_at or row.created_at) < ago(180)
    ),
    "person-came_on": lambda row, rows: row.kind == "floating" and not row.came_on,
}


def ago(days):
    return timezone.now() - timedelta(days=days)


def invented(dice, units):
    """A small register full of holes, as lists from elsewhere are."""
    for _one in range(60):
        community = dice.choice(units)
        row = Person.objects.create(
            name=dice.choice(["王明", "李娜", "赵强"]),
            kind=dice.choice(["registered", "floating"]),
            birth=dice.choice([None, date(1980, 1, 1), date(2015, 6, 1)]),
            phone=dice.choice(["", "13900001111"]),
            education=dice.choice(["", "20"]),
            marriage=dice.choice(["", "10", "20"]),
            came_on=dice.choice([None, date(2024, 1, 1)]),
            community=community,
            street=community and community.parent,
            state=dice.choice(["here", "here", "here", "away"]),
            confirmed_at=dice.choice([None, ago(10), ago(300)]),
        )
        set_up(row, created_at=ago(dice.choice([1, 500])))


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_an_oracle(people, seed):
    worker, outsider = people["community_worker"], people["outsider_worker"]
    communities = [user.posts[0].unit for user in (worker, outsider)]
    invented(Random(seed), [*communities, None])
    counting.count()
    rows = list(Person.objects.filter(state="here"))
    for code, is_found in ORACLE.items():
        for unit in [*communities, None]:
            wanted = [row for row in rows if row.community_id == (unit and unit.pk)]
            figure = QualityFigure.objects.get(rule__code=code, community=unit)
            expected = sum(bool(is_found(row, rows)) for row in wanted)
            assert figure.found == expected, (code, unit)


@pytest.mark.parametrize("seed", range(2))
def test_a_ground_counted_anew_is_as_counted_with_all(people, seed):
    unit = people["community_worker"].posts[0].unit
    other = people["outsider_worker"].posts[0].unit
    invented(Random(seed), [unit, other])
    counting.count()
    whole = set(
        QualityFigure.objects.values_list("rule", "community", "found", "total")
    )
    counting.count(OwnGround(communities=frozenset({unit.pk})))
    assert whole == set(
        QualityFigure.objects.values_list("rule", "community", "found", "total")
    )


def test_the_board_shows_ones_own_ground(make_person, people, signed_in):
    make_person()
    counting.count()
    page = text(signed_in(people["community_worker"]).get(BOARD))
    assert "无婚姻状况" in page and f"{BOARD}person-marriage/" in page
    other = text(signed_in(people["outsider_worker"]).get(BOARD))
    assert f"{BOARD}person-marriage/" not in other


def test_the_board_costs_the_same_however_much_there_is(
    make_person, people, signed_in, django_assert_max_num_queries
):
    for _one in range(5):
        make_person()
    counting.count()
    client = signed_in(people["desk"])
    with django_assert_max_num_queries(20):
        client.get(BOARD)


def test_a_list_is_masked_and_leads_to_the_merging(make_person, people, signed_in):
    one, other = make_person(), make_person()
    client = signed_in(people["community_worker"])
    page = text(client.get(f"{BOARD}person-same-birth/"))
    assert "王小明" not in page and one.number not in page and "并入王*" in page
    said = {"into": str(other.uuid), "reason": "同名同出生日期"}
    client.post(f"/offices/person/{one.uuid}/merge/", said)
    assert Merging.objects.get().goes == one.uuid


def test_a_list_is_paged(make_person, people, signed_in, monkeypatch):
    monkeypatch.setattr(board, "PAGE", 2)
    for _one in range(3):
        make_person()
    client = signed_in(people["community_worker"])
    first = text(client.get(f"{BOARD}person-marriage/"))
    assert first.count("register-first") == 2 and "after=" in first
    least = sorted(Person.objects.values_list("pk", flat=True))[1]
    second = text(client.get(f"{BOARD}person-marriage/?after={least}"))
    assert second.count("register-first") == 1


def test_whoever_asks_counts_his_own_ground_alone(make_person, people, signed_in):
    make_person()
    signed_in(people["outsider_worker"]).post(f"{BOARD}recount/")
    assert not QualityFigure.objects.exists()
    signed_in(people["community_worker"]).post(f"{BOARD}recount/")
    unit = people["community_worker"].posts[0].unit
    assert set(QualityFigure.objects.values_list("community", flat=True)) == {unit.pk}


def test_the_page_of_an_entry_says_what_is_wrong(make_person, people, signed_in):
    person = make_person()
    client = signed_in(people["community_worker"])
    assert "无婚姻状况" in text(client.get(f"/offices/people/{person.uuid}/"))


def test_the_api_has_figures_and_their_entries(make_person, people, signed_in):
    person = make_person()
    counting.count()
    client = signed_in(people["community_worker"])
    figures = {row["rule"]: row for row in client.get("/api/v1/quality/").json()}
    assert figures["person-marriage"]["found"] == 1
    (row,) = client.get("/api/v1/quality/person-marriage/").json()["results"]
    assert row["uuid"] == str(person.uuid) and row["name"] == "王*"


def test_a_package_gives_and_takes_rules(people):
    data = loading.export()
    data["rules"][-1]["number"] = 99
    loading.load_data(data, name="quality.json", anew=True)
    assert loading.export() == data


def test_days_are_changed_on_record(people, signed_in):
    rule = QualityRule.objects.get(code="person-stale")
    client = signed_in(people["system"])
    said = {"chinese": "久未核对", "number": "90", "is_on": "on"}
    assert client.post(f"/rules/quality/{rule.pk}/", said).status_code == 302
    rule.refresh_from_db()
    assert rule.number == 90 and "演示system" in text(client.get("/rules/quality/"))


def test_an_ended_shop_with_its_people_is_found(make_organization, make_person, people):
    shop, by = make_organization(), people["community_worker"]
    shop.posts.create(person=make_person(), post="02")
    with recorded(by):
        life.end(shop, by)
    assert found("organization-ended-records") == {shop.pk}


def test_a_steward_opens_people_for_a_task_alone(make_person, people, signed_in):
    person = make_person()
    client, page = signed_in(people["steward"]), f"/offices/people/{person.uuid}/"
    assert "王*" in text(client.get("/offices/people/"))
    assert client.get(page).status_code == 403
    assert client.get(f"/api/v1/people/{person.uuid}/").status_code == 403
    assert client.get(f"{page}edit/").status_code == 403
    propose = f"/offices/person/{person.uuid}/propose/?field=education"
    assert client.get(propose).status_code == 403
    make_person()  # of the same name and birth: now somebody has to look
    assert client.get(page).status_code == 200
