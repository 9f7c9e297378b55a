"""/my/: what I reported, and what became of it."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import own_reports
from cases.own_reports import reports_of
from tests.cases.driving import STEPS, evidence_for
from workflow.engine import act, verb_with


def test_only_my_reports_newest_first(people, make_case):
    first, second = make_case(), make_case(cell=2)
    make_case(by="other_worker")
    found = reports_of(people["grid_worker"]).reports
    assert [own.case for own in found] == [second, first]


def test_what_was_done_last_is_said_with_its_reason(signed_in, people, make_case):
    case = make_case("resolve")
    own = reports_of(people["grid_worker"]).reports[0]
    assert own.last.to_state == case.state.code
    said = signed_in(people["grid_worker"]).get("/my/").content.decode()
    assert own.last_label in said


def test_pages_follow_each_other(signed_in, people, make_case, monkeypatch):
    monkeypatch.setattr(own_reports, "PAGE", 2)
    cases = [make_case() for _number in range(3)]
    first = reports_of(people["grid_worker"])
    rest = reports_of(people["grid_worker"], before=first.before)
    assert [own.case for own in rest.reports] == [cases[0]]
    assert not rest.before


@pytest.mark.parametrize("who", ["volunteer", "grid_worker", "inspector"])
def test_the_empty_page_says_what_will_be_there(signed_in, people, who):
    response = signed_in(people[who]).get("/my/")
    assert response.status_code == 200
    assert "empty-state" in response.content.decode()


def test_a_card_is_its_reporter_s_alone(signed_in, people, make_case):
    case = make_case(by="volunteer")
    address = f"/my/{case.uuid}/"
    assert signed_in(people["volunteer"]).get(address).status_code == 200
    assert signed_in(people["grid_worker"]).get(address).status_code == 404


def test_a_page_costs_the_same_with_many(
    signed_in, people, make_case, django_assert_max_num_queries
):
    for _number in range(6):
        make_case("resolve")
    client = signed_in(people["grid_worker"])
    client.get("/my/")
    with django_assert_max_num_queries(12):
        client.get("/my/")


def test_a_merged_report_follows_its_main_case(signed_in, people, make_case):
    main = make_case(by="other_worker", note="张三家门前", address="乙2号")
    mine = make_case()
    verb = verb_with(mine.process, "merge")
    sent = {"case": main.number, "note": "同一处"}
    act(mine, verb, by=people["desk"], act_id=uuid4(), evidence=sent)
    client = signed_in(people["grid_worker"])
    assert "等待办理" in client.get("/my/").content.decode()
    for step in STEPS[:4]:
        user = people[step[2]]
        given = evidence_for(step[1], user)
        act(main, step[1], by=user, act_id=uuid4(), evidence=given)
    own = next(row for row in reports_of(people["grid_worker"]).reports)
    assert [step.phase for step in own.main] == ["dispatch", "resolve", "verify"]
    said = client.get("/my/").content.decode()
    assert "处置反馈" in said
    # Nothing of the other reporter: no name, place, words, and no way to his case.
    for hidden in ("other_worker", "张三", "乙2号", str(main.uuid)):
        assert hidden not in said


def test_what_is_merged_costs_one_query_more(people, make_case):
    mains = [make_case(by="other_worker") for _number in range(2)]
    for main in mains:
        mine = make_case()
        sent = {"case": main.number, "note": "同一处"}
        verb = verb_with(mine.process, "merge")
        act(mine, verb, by=people["desk"], act_id=uuid4(), evidence=sent)
    with CaptureQueriesContext(connection) as queries:
        reports_of(people["grid_worker"])
    assert len(queries) <= 6, "\n".join(query["sql"] for query in queries)


def my_page(client, view=""):
    return client.get(f"/my/?view={view}").content.decode()


def disposed(people, make_case):
    """A report whose unit wrote what it did."""
    case = make_case("resolve", state="handling")
    evidence = {**evidence_for("dispose", people["handler"]), "note": "已清运干净"}
    act(case, "dispose", by=people["handler"], act_id=uuid4(), evidence=evidence)
    return case


def test_what_was_done_about_it_is_shown_with_photos_and_words(people, make_case):
    disposed(people, make_case)
    own = reports_of(people["grid_worker"]).reports[0]
    assert own.photos_after and own.reply == "已清运干净"
    assert own.next_label and not own.is_ended


def test_what_was_sent_back_shows_no_result(people, make_case):
    case = disposed(people, make_case)
    case.refresh_from_db()
    move = next(one for one in case.moves_from_here() if one.verb == "fail")
    told = {"reason": move.reasons[0]["code"]} if move.reasons else {}
    told |= {
        "note": "没有清干净",
        "photos": evidence_for("dispose", people["inspector"])["photos"],
    }
    told = {name: told[name] for name in told if name in move.evidence}
    act(case, "fail", by=people["inspector"], act_id=uuid4(), evidence=told)
    own = reports_of(people["grid_worker"]).reports[0]
    assert not own.photos_after and not own.reply


def test_steps_are_told_in_the_words_of_the_process(signed_in, people, make_case):
    make_case("verify")
    own = reports_of(people["grid_worker"]).reports[0]
    html = my_page(signed_in(people["grid_worker"]))
    assert len(own.steps) >= 3
    assert all(step.label in html and step.unit in html for step in own.steps)


def test_the_list_is_narrowed_to_what_is_open_or_ended(signed_in, people, make_case):
    done, running = make_case("done"), make_case("dispatch", cell=2)
    client = signed_in(people["grid_worker"])
    assert f"own-{running.uuid}" in my_page(client, "open")
    assert f"own-{done.uuid}" not in my_page(client, "open")
    assert f"own-{done.uuid}" in my_page(client, "ended")
    assert my_page(client).count('class="own-card') == 2


@pytest.mark.parametrize("view", ["open", "ended"])
def test_an_empty_part_says_so_and_leads_back(signed_in, people, make_case, view):
    make_case("done" if view == "open" else "collect")
    html = my_page(signed_in(people["grid_worker"]), view)
    assert "empty-state" in html and 'href="/my/"' in html


def test_no_points_no_rank_no_quota(signed_in, people, make_case):
    make_case("done")
    html = my_page(signed_in(people["grid_worker"]))
    assert not [word for word in ("积分", "排名", "名次", "任务量") if word in html]
