"""My cells: what is due, new and open there; one visit serves every module."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from govmap.lib.history import recorded
from offices.models import RecordDue, Visit, VisitTick
from offices.modules.reminders import moved
from offices.registers import life
from offices.rounds.visiting import visit
from tests.offices.modules import definition, load
from tests.offices.test_module_records import write

MINE = "/offices/mine/"
WAITED = {"days": 400}


def text(answer):
    return answer.content.decode()


@pytest.fixture
def worker(people):
    return people["community_worker"]


@pytest.fixture
def client(worker, signed_in):
    return signed_in(worker)


def module_of(code, title, about, every):
    """A module that asks for a visit so often, about a person or a household."""
    data = definition("relief")
    field = {"title": {"zh-hans": "对象"}, "x-ref": about, "x-sensitivity": "S1"}
    day = {"type": "string", "format": "date", "title": {"zh-hans": "日期"}}
    data["schema"] = {
        "type": "object",
        "properties": {"whom": field, "last": {**day, "x-sensitivity": "S1"}},
    }
    again = {"code": "again", "title": {"zh-hans": title}}
    keys = ("groups", "steps", "indicators", "papers", "filters", "search")
    empty = {key: {} if key == "steps" else [] for key in keys}
    return load(
        "relief",
        **{
            **empty,
            "code": code,
            "about": about,
            "process": None,
            "schema": data["schema"],
            "list": ["last"],
            "notice": None,
            "visit": True,
            "symbol": {"icon": "home", "color": "#1f5fae"},
            "reminders": [{**again, "every": {"from": "last", **every}}],
        },
    )


@pytest.fixture
def due(worker, make_person, make_household):
    """Somebody in a household, whom one module wants to see and another to call."""
    person = make_person("王小明")
    home = make_household(person)
    day = moved(timezone.localdate(), WAITED, -1).isoformat()
    monthly = module_of("monthly", "每月看望", "household", {"months": 1})
    yearly = module_of("yearly", "每年核对", "person", {"years": 1})
    write(monthly, worker, {"whom": str(home.uuid), "last": day})
    write(yearly, worker, {"whom": str(person.uuid), "last": day})
    return home, person


def kept(about, by, **more):
    said = {"uuid": uuid4(), "way": "door", "found": "都好", **more}
    with recorded(by):
        return visit(about, by, **said)


def test_what_is_due_of_a_household_is_one_item(client, due):
    page = text(client.get(MINE))
    assert page.count('class="round-visit"') == 1
    assert "每月看望" in page and "每年核对" in page


def test_one_visit_answers_every_module(worker, due):
    _home, person = due
    made = kept(person, worker)
    assert VisitTick.objects.filter(visit=made).count() == 2
    days = dict(RecordDue.objects.values_list("code", "due_on"))
    assert min(days.values()) > timezone.localdate()


def test_a_form_on_the_page_ticks_it_off(client, due):
    home, _person = due
    said = {"register": "household", "uuid": home.uuid, "way": "phone", "found": "好"}
    answer = client.post(f"{MINE}visit/", {**said, "key": uuid4()}, follow=True)
    assert 'class="round-visit"' not in text(answer)


def test_a_visit_that_is_sent_twice_is_one(worker, due):
    key = uuid4()
    assert kept(due[0], worker, uuid=key) == kept(due[0], worker, uuid=key)
    assert VisitTick.objects.count() == 2


def test_what_was_found_lies_sealed(worker, due):
    made = kept(due[0], worker, found="需要助听器")
    made.refresh_from_db()
    assert str(made.found) != "需要助听器" and made.found.open() == "需要助听器"


def test_a_visit_is_only_ever_added_to(worker, due):
    made = kept(due[0], worker)
    with pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.filter(pk=made.pk).update(way="phone")


def test_a_day_to_come_is_refused(worker, due):
    with pytest.raises(life.DayToCome):
        kept(due[0], worker, on=timezone.localdate() + timedelta(days=1))


def test_the_visits_of_an_entry_are_read_on_its_ground_alone(
    client, people, signed_in, worker, due
):
    kept(due[0], worker, found="需要助听器")
    address = f"{MINE}visits/household/{due[0].uuid}/"
    assert "需要助听器" in text(client.get(address))
    assert signed_in(people["outsider"]).get(address).status_code == 404


def test_new_entries_and_moves_are_told(client, people, make_person):
    person = make_person("李娜")
    with recorded(people["grid_worker"]):
        life.move_out(person, people["grid_worker"], to="外地")
    page = text(client.get(MINE))
    assert "李*" in page and "外地" in page


def test_another_communitys_changes_are_not_told(people, signed_in, make_person):
    make_person("李娜")
    page = text(signed_in(people["outsider_worker"]).get(MINE))
    assert "李*" not in page


def test_open_cases_of_the_cells_are_there(client, make_case):
    case = make_case("dispatch")
    assert f"/cases/{case.uuid}/" in text(client.get(MINE))


def test_a_part_alone_goes_on_page_by_page(client, make_person, make_dwelling):
    door = make_dwelling()
    for _one in range(31):
        make_person("李娜", dwelling=door)
    first = text(client.get(f"{MINE}?part=changes"))
    after = first.partition("after=")[2].partition('"')[0]
    rest = text(client.get(f"{MINE}?part=changes&after={after}"))
    assert first.count('round-item"') == 30 and rest.count('round-item"') >= 1


def test_a_page_costs_the_same_for_one_as_for_many(
    client, due, make_person, django_assert_max_num_queries
):
    for _one in range(4):
        make_person("李娜")
    with django_assert_max_num_queries(20):
        client.get(MINE)


def test_the_api_has_the_parts_and_takes_a_visit(client, due):
    home, _person = due
    parts = {part["code"]: part for part in client.get("/api/v1/rounds/").json()}
    item = parts["visits"]["items"][0]
    assert (item["register"], item["about"]) == ("household", str(home.uuid))
    said = {"uuid": str(uuid4()), "register": "household", "about": str(home.uuid)}
    sent = {**said, "way": "phone", "found": "好"}
    answer = client.post("/api/v1/visits/", sent, "application/json")
    assert answer.status_code == 201 and VisitTick.objects.count() == 2


def test_a_visit_that_waited_is_of_the_day_on_which_it_was_made(client, due, worker):
    home, _person = due
    ahead = timezone.now() + timedelta(days=2)
    body = {"key": str(uuid4()), "register": "household", "uuid": str(home.uuid)}
    body |= {
        "way": "door",
        "found": "都好",
        "on": timezone.localdate(ahead).isoformat(),
    }
    body |= {"sent_at": ahead.isoformat(), "happened_at": ahead.isoformat()}
    for _turn in range(2):
        answer = client.post(
            f"{MINE}visit/", body, headers={"X-Requested-With": "fetch"}
        )
        assert answer.status_code == 200 and "走访" in text(answer)
    assert Visit.objects.get().on == timezone.localdate()
    page = text(client.get(f"{MINE}visits/household/{home.uuid}/"))
    assert "手机时间相差 2 天" in page
