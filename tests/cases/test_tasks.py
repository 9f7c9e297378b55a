"""/tasks/: what waits for whom, as the process's data says."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Membership, User
from cases.grouping import steps
from cases.own_tasks import tasks_of
from tests.cases.conferring import decided
from tests.cases.driving import evidence_for
from tests.cases.whistling import street_leader
from workflow.engine import act, moves_open_to


def cases_of(user):
    return [task.case for task in tasks_of(user)[0]]


def test_a_dispatched_case_waits_for_its_department(people, make_case):
    case = make_case("resolve")
    assert cases_of(people["handler"]) == [case]
    assert cases_of(people["clerk"]) == [case]
    assert cases_of(people["other_handler"]) == []


def test_a_result_waits_for_the_workers_of_its_community(people, make_case):
    case = make_case("verify")
    assert cases_of(people["grid_worker"]) == [case]
    assert cases_of(people["other_worker"]) == [case]
    assert cases_of(people["inspector"]) == [case]
    assert cases_of(people["outsider_worker"]) == []
    assert cases_of(people["handler"]) == []


def test_what_is_neither_is_nobody_s_task(people, make_case):
    for phase in ("collect", "dispatch", "done"):
        make_case(phase)
    for who in ("handler", "grid_worker", "inspector"):
        assert cases_of(people[who]) == []


def test_a_desk_s_work_is_no_task(people, make_case):
    make_case("collect")
    assert cases_of(people["desk"]) == []


@pytest.mark.parametrize("state", ["dispatched", "handling", "disposed", "checked"])
def test_the_moves_are_those_of_the_engine(people, make_case, state):
    case = make_case("resolve", state=state)
    for name in ("handler", "clerk", "grid_worker", "inspector", "other_handler"):
        moves = [task.moves for task in tasks_of(people[name])[0]]
        allowed = moves_open_to(case, people[name])
        # What may be done besides (asking, adding) makes nobody a task.
        assert moves == ([allowed] if steps(allowed) else [])


def test_whoever_disposed_has_no_result_to_check(people, make_case):
    worker = people["grid_worker"]
    for post in people["handler"].posts:
        Membership.objects.create(
            user=worker, unit=post.unit, role=post.role, valid=post.valid
        )
    case = make_case("resolve", state="handling", by="other_worker")
    worker = User.objects.get(pk=worker.pk)
    evidence = evidence_for("dispose", worker)
    act(case, "dispose", by=worker, act_id=uuid4(), evidence=evidence)
    assert cases_of(worker) == []
    assert cases_of(people["other_worker"]) == [case]


def test_the_most_urgent_comes_first(people, make_case):
    later = make_case("resolve", cell=2)
    sooner = make_case("resolve", cell=3)
    later.deadline().__class__.objects.filter(subject_id=sooner.pk).update(
        yellow_at=sooner.deadline().started_at, due_at=sooner.deadline().started_at
    )
    assert cases_of(people["handler"]) == [sooner, later]


def test_a_card_leaves_when_its_task_is_done(signed_in, people, make_case):
    case = make_case("resolve", state="handling")
    client = signed_in(people["clerk"])
    # A clerk signs, he does not dispose: nothing of it waits for him now.
    assert client.get(f"/tasks/{case.uuid}/").status_code == 204
    assert signed_in(people["handler"]).get(f"/tasks/{case.uuid}/").status_code == 200


def test_a_foreign_card_is_not_there(signed_in, people, make_case):
    case = make_case("resolve")
    response = signed_in(people["other_handler"]).get(f"/tasks/{case.uuid}/")
    assert response.status_code == 404


@pytest.mark.parametrize("who", ["filer", "supervisor", "volunteer", "nobody"])
def test_who_has_no_tasks_has_no_page(signed_in, people, who):
    assert signed_in(people[who]).get("/tasks/").status_code == 403


def test_a_step_answers_with_the_card_of_the_next(signed_in, people, make_case):
    case = make_case("resolve")
    move = tasks_of(people["handler"])[0][0].primary
    body = {
        "verb": move.verb,
        "act_id": uuid4(),
        "after_event": case.events_count,
        "as": "task",
    }
    address = f"/cases/{case.uuid}/acts/"
    client = signed_in(people["handler"])
    response = client.post(address, body, headers={"X-Requested-With": "fetch"})
    assert response.status_code == 200
    assert 'class="task panel task-open"' in response.content.decode()
    case.refresh_from_db()
    assert case.state.code == "handling"


def test_what_waited_on_a_phone_counts_when_it_was_done(signed_in, people, make_case):
    case, fast = make_case("resolve"), timezone.now() + timedelta(hours=3)
    before = case.events().last()
    body = {
        "verb": tasks_of(people["handler"])[0][0].primary.verb,
        "act_id": uuid4(),
        "after_event": case.events_count,
        "sent_at": fast.isoformat(),
        "happened_at": (fast - timedelta(minutes=20)).isoformat(),
    }
    signed_in(people["handler"]).post(f"/cases/{case.uuid}/acts/", body)
    event = case.events().last()
    # Twenty minutes ago, by the server's clock, but not before what came before.
    assert event.seq > before.seq and event.happened_at == before.happened_at


def test_returned_work_is_gone(people, make_case):
    case = make_case("resolve")
    evidence = {"reason": "not_ours", "note": "不归我们"}
    act(case, "ask_return", by=people["clerk"], act_id=uuid4(), evidence=evidence)
    assert cases_of(people["handler"]) == [case]
    act(case, "return", by=people["dispatcher"], act_id=uuid4())
    assert cases_of(people["handler"]) == []


def test_twenty_tasks_cost_as_much_as_one(
    signed_in, people, make_case, django_assert_max_num_queries
):
    for number in range(20):
        make_case("resolve", cell=number % 4 + 1)
    client = signed_in(people["handler"])
    client.get("/tasks/")
    with django_assert_max_num_queries(15):
        client.get("/tasks/")


def test_tasks_of_conferences_are_counted_and_no_page_is_empty(signed_in, people):
    decided(street_leader())
    html = signed_in(people["handler"]).get("/tasks/").content.decode()
    assert re.search(r"data-count>1<", html)
    assert "data-empty hidden" in html


def test_urgent_news_sounds_at_a_department_s_tasks(signed_in, people):
    pages = {
        who: signed_in(people[who]).get("/tasks/").content.decode()
        for who in ("handler", "grid_worker")
    }
    assert "<urgent-alarm" in pages["handler"]
    assert "<urgent-alarm" not in pages["grid_worker"]


def test_who_else_has_a_task_open_is_asked_for(signed_in, people, make_case):
    case = make_case("resolve")
    address = f"/cases/{case.uuid}/pane/?as=task"
    html = signed_in(people["handler"]).get(address).content.decode()
    assert f'<subject-presence class="presence" data-url="/cases/{case.uuid}/' in html
