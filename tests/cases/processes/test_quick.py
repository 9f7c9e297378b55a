"""建议: from a new report to a department at once, whatever the process calls it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Unit, User
from cases.dossier import whole
from cases.models import Case, DispatchRule
from cases.quick import carrying
from cases.quick.carrying import Incomplete, carry_out
from cases.quick.chain import chain_of
from cases.quick.proposal import propose
from govmap.lib.periods import SINCE_EVER
from tests.cases.driving import litter
from tests.cases.processes.staff import do, fresh, tell
from tests.workflow.pausing import check_chain
from workflow.errors import ChangedMeanwhile, MayNotAct
from workflow.models import Condition, Event

# What the desk of each process does from a new case on.
WAYS = {
    "street": ["立案", "派遣"],
    "district": ["立案", "派遣"],
    "hotline": ["接单", "分派"],
}


@pytest.fixture
def desk_of(crew, people):
    """Who may take every step at the desk of a process."""
    district = User.objects.create(username="district_desk", name="区中心")
    for role in ("acceptor", "filer", "dispatcher"):
        unit = Unit.objects.get(kind="district")
        Membership.objects.create(user=district, unit=unit, role=role, valid=SINCE_EVER)
    desks = {"district": district}
    return lambda code: desks.get(code, people["desk"])


@pytest.fixture
def told(crew):
    """A new case of a process, with somewhere to go by the table."""
    DispatchRule.objects.create(
        category=litter(), department=Unit.objects.get(code="sanitation")
    )
    return lambda code: fresh(tell(code, crew))


def go(case, by, **more):
    act_id = more.pop("act_id", None) or uuid4()
    return carry_out(case, by, act_id=act_id, after_event=case.events_count, **more)


@pytest.mark.parametrize("code", WAYS)
def test_it_goes_all_the_way_in_events_of_their_own(code, told, desk_of):
    case, desk = told(code), desk_of(code)
    made = propose(case, desk)
    assert [step.move.label for step in made.steps] == WAYS[code]
    assert made.complete, made.problems
    events, _made = go(case, desk)
    case = fresh(case)
    assert case.state.phase == "resolve"
    assert case.assignments.get().unit.code == "sanitation"
    assert len({event.act_id for event in events}) == len(WAYS[code])
    assert case.events_count == 1 + len(WAYS[code])
    check_chain(case)


def test_what_was_registered_is_accepted_on_the_way(told, desk_of, crew):
    case = tell("district", crew)
    do(case, "send_back", desk_of("district"))
    made = propose(fresh(case), desk_of("district"))
    assert [step.move.label for step in made.steps] == ["受理", "立案", "派遣"]
    assert made.is_unusual == "受理并核实"
    go(made.case, desk_of("district"))
    assert fresh(case).assignments.get().unit.code == "sanitation"


def test_sent_twice_it_is_done_once(told, people):
    case, act_id = told("street"), uuid4()
    first, _made = go(case, people["desk"], act_id=act_id)
    again, _made = go(case, people["desk"], act_id=act_id)
    assert [event.pk for event in first] == [event.pk for event in again]
    assert fresh(case).events_count == 3


def test_who_comes_second_is_told_what_changed(told, people):
    case = told("street")
    do(case, "file", people["filer"])
    with pytest.raises(ChangedMeanwhile):
        go(case, people["desk"])
    assert fresh(case).events_count == 2


def test_it_is_all_or_nothing(told, people, monkeypatch):
    case, real, calls = told("street"), carrying.act, []

    def second_fails(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise MayNotAct
        return real(*args, **kwargs)

    monkeypatch.setattr(carrying, "act", second_fails)
    with pytest.raises(MayNotAct):
        go(case, people["desk"])
    assert fresh(case).events_count == 1


def test_half_a_desk_is_told_whose_the_rest_is(told, people):
    case = told("street")
    made = propose(case, people["filer"])
    assert made.problems == ["“派遣”不由您办理。"]
    with pytest.raises(Incomplete):
        go(case, people["filer"])
    assert chain_of(case, people["dispatcher"]) == []


def test_without_a_rule_the_usual_condition_names_the_department(crew, desk_of):
    case = fresh(tell("hotline", crew))
    made = propose(case, desk_of("hotline"))
    assert (made.unit.code, made.condition) == ("sanitation", None)


def test_without_a_department_it_says_so(crew, desk_of):
    Condition.objects.update(department=None)
    case = fresh(tell("hotline", crew))
    made = propose(case, desk_of("hotline"))
    assert not made.complete
    assert made.unit is None


def test_what_was_seen_is_what_is_done(told, people):
    case = told("street")
    seen = propose(case, people["desk"])
    gardens = Unit.objects.get(code="gardens")
    DispatchRule.objects.update(department=gardens)
    go(case, people["desk"], condition=seen.condition.pk, unit=seen.unit.code)
    assert fresh(case).assignments.get().unit.code == "sanitation"


def test_a_proposal_costs_few_queries(told, people):
    desk = people["desk"]
    case = whole(Case.objects.visible_to(desk), desk).get(pk=told("street").pk)
    with CaptureQueriesContext(connection) as queries:
        made = propose(case, desk)
        assert made.complete
        assert made.near == []
    assert len(queries) <= 9, "\n".join(query["sql"] for query in queries)


def test_the_page_does_it_without_scripts(told, people, signed_in):
    case, desk = told("street"), signed_in(people["desk"])
    page = desk.get(f"/cases/{case.uuid}/").content.decode()
    assert "按建议立案派遣" in page
    sent = {"act_id": str(uuid4()), "after_event": "1", "next": "/desk/?view=all"}
    answer = desk.post(f"/cases/{case.uuid}/proposal/", sent)
    assert answer["Location"] == "/desk/?view=all"
    assert fresh(case).state.phase == "resolve"


def test_a_refusal_comes_with_the_ordinary_form(told, people, signed_in):
    case, filer = told("street"), signed_in(people["filer"])
    sent = {"act_id": str(uuid4()), "after_event": "1"}
    fetch = {"X-Requested-With": "fetch"}
    answer = filer.post(f"/cases/{case.uuid}/proposal/", sent, headers=fetch)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "不由您办理" in html
    assert "<move-form" in html


def test_the_api_proposes_and_does(told, people, signed_in):
    case, desk = told("street"), signed_in(people["desk"])
    address = f"/api/v1/cases/{case.uuid}/proposal/"
    found = desk.get(address).json()
    assert found["complete"] and found["unit"] == "sanitation"
    sent = {"act_id": str(uuid4()), "after_event": 1, "unit": found["unit"]}
    answer = desk.post(address, sent, content_type="application/json")
    assert [row["verb"] for row in answer.json()] == ["file", "dispatch"]
    late = desk.post(
        address, {**sent, "act_id": str(uuid4())}, content_type="application/json"
    )
    assert late.status_code == 409
    assert signed_in(people["outsider"]).get(address).status_code == 404
    assert Event.objects.of("case", case.uuid).count() == 3
