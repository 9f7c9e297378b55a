"""Hard matters: raised, decided by a conference, carried out, ended by others."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.matters.effects import NotAhead, NowhereToMeet, OneLimit
from cases.matters.raising import NoStreetNamed, call_conference, raise_matter
from cases.models import AgendaItem, Conference, Matter, MatterTask
from tests.cases.conferring import (
    agenda_of,
    called,
    decided,
    do,
    entered,
    finish,
    fresh,
    raised,
    task_of,
    told,
)
from tests.cases.whistling import street_leader
from tests.workflow.walking import check_record
from workflow import ladder
from workflow.errors import BadEvidence, MayNotAct, NotNow
from workflow.models import Deadline, Notice, Phase

pytestmark = pytest.mark.django_db


def state(subject):
    return fresh(subject).state.phase


def test_the_leader_takes_in_what_the_desk_raised(people):
    matter = raised(people["dispatcher"])
    assert matter.taken_at is None and matter.community.code == "110109001001"
    do(matter, "take_in", street_leader())
    assert fresh(matter).taken_at
    assert Notice.objects.filter(person=people["dispatcher"], kind="matter").exists()


def test_the_leader_refuses_with_a_reason(people):
    matter = raised(people["dispatcher"])
    do(matter, "refuse_entry", street_leader(), reason="usual")
    assert state(matter) == Phase.DONE and fresh(matter).ended_at


def test_what_a_leader_raises_himself_is_in_the_library_at_once(people):
    assert entered().taken_at


def test_a_matter_sent_twice_is_one(people):
    uuid, evidence = uuid4(), told()
    for _ in range(2):
        raise_matter(by=people["dispatcher"], uuid=uuid, evidence=evidence)
    assert Matter.objects.count() == 1


def test_a_matter_of_cases_takes_place_and_leaves_them_alone(people, make_case):
    cases = [make_case("resolve"), make_case("collect")]
    before = [case.state_id for case in cases]
    said = told(cases=[case.number for case in cases])
    del said["place"], said["address"]
    matter, _event = raise_matter(by=people["desk"], uuid=uuid4(), evidence=said)
    assert matter.place == cases[0].place
    assert [fresh(case).state_id for case in cases] == before
    assert fresh(matter).cases.count() == 2


def test_a_case_that_the_actor_does_not_see_is_refused(people, make_case):
    foreign = make_case("collect", street=2)
    with pytest.raises(BadEvidence):
        raised(people["dispatcher"], cases=[foreign.number])


def test_each_level_confers_over_its_own(people):
    matter = raised(people["community_worker"])
    assert matter.level == "community"
    do(matter, "raise_to_street", people["community_worker"], reason="beyond")
    do(matter, "raise_to_district", people["dispatcher"], reason="law", note="需区里")
    do(matter, "take_in", people["leader"])
    assert fresh(matter).level == "district"
    called(people["leader"], matter)
    assert state(matter) == Phase.DISPATCH


def test_who_works_for_the_district_names_the_street(people):
    said = told()
    matter, _event = raise_matter(by=people["leader"], uuid=uuid4(), evidence=said)
    assert matter.level == "district"
    other = people["outsider"].posts[0].unit.parent.children.first()
    if other is not None:
        with pytest.raises(NoStreetNamed):
            raise_matter(
                by=people["leader"], uuid=uuid4(), evidence=said, street=other.parent
            )


def test_a_conference_invites_units_and_shows_them_the_matters(people):
    matter = entered()
    conference = called(people["dispatcher"], matter)
    assert fresh(matter).conference == conference
    assert Matter.objects.visible_to(people["handler"]).filter(pk=matter.pk).exists()
    assert Notice.objects.filter(person=people["handler"], kind="conference").exists()


def test_units_answer_each_for_itself(people):
    conference = called(people["dispatcher"], entered())
    do(conference, "answer", people["handler"], reason="attends")
    do(conference, "answer", people["other_handler"], reason="represented")
    answers = conference.invitations.values_list("unit__code", "answer")
    assert dict(answers) == {"sanitation": "attends", "gardens": "represented"}


def test_another_time_asks_everybody_again(people):
    conference = called(people["dispatcher"], entered())
    do(conference, "answer", people["handler"], reason="attends")
    later = (timezone.now() + timedelta(days=3)).isoformat()
    do(conference, "move_it", people["dispatcher"], begins_at=later)
    assert not conference.invitations.exclude(answer="").exists()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"begins_at": "2020-01-01T09:00"}, NotAhead),
        ({"venue": ""}, NowhereToMeet),
    ],
)
def test_a_conference_needs_a_time_ahead_and_a_place(people, wrong, error):
    with pytest.raises(error):
        called(people["dispatcher"], entered(), **wrong)


def test_the_agenda_keeps_the_order_and_lets_go(people):
    one, two, three = entered(), entered(), entered()
    conference = called(people["dispatcher"], two, one)
    rows = AgendaItem.objects.filter(conference=conference).order_by("order")
    assert [row.matter_id for row in rows] == [two.pk, one.pk]
    agenda = [str(three.uuid), str(two.uuid)]
    do(conference, "change_agenda", people["dispatcher"], agenda=agenda)
    assert [row.matter_id for row in rows.all()] == [three.pk, two.pk]
    called(people["dispatcher"], one)  # it waits again


def test_a_matter_is_on_one_agenda_at_a_time(people):
    matter = entered()
    called(people["dispatcher"], matter)
    with pytest.raises(BadEvidence):
        called(people["dispatcher"], matter)


def test_called_off_its_matters_wait_again(people):
    matter = entered()
    conference = called(people["dispatcher"], matter)
    do(conference, "call_off", people["dispatcher"], reason="later")
    called(people["dispatcher"], matter)
    assert Conference.objects.count() == 2


def test_nothing_is_decided_before_it_was_held(people):
    matter = entered()
    called(people["dispatcher"], matter)
    given = {"decision": "拆", "lead": "team", "limit": "3", "done_when": "拆完"}
    with pytest.raises(NotNow):
        do(matter, "decide", people["dispatcher"], **given)


def test_a_decision_gives_each_unit_its_task(people):
    matter = decided(people["dispatcher"])
    tasks = MatterTask.objects.filter(matter=matter).order_by("part")
    assert [(task.unit.code, task.part) for task in tasks] == [
        ("gardens", "assist"),
        ("sanitation", "lead"),
    ]
    running = Deadline.objects.running().filter(kind="matter_task")
    assert running.count() == 2
    assert Notice.objects.filter(person=people["handler"], kind="matter_task").exists()


def test_a_decision_has_one_limit(people):
    for wrong in ({"limit": ""}, {"until": timezone.localdate().isoformat()}):
        with pytest.raises(OneLimit):
            decided(people["dispatcher"], **wrong)


def test_a_day_that_is_named_counts_in_full(people):
    day = timezone.localdate() + timedelta(days=4)
    matter = decided(people["dispatcher"], limit="", until=day.isoformat())
    due = Deadline.objects.get(kind="matter_task", subject_id=task_of(matter).pk).due_at
    assert timezone.localtime(due).date() == day + timedelta(days=1)
    assert timezone.localtime(due).hour == 0


def test_the_last_task_done_settles_the_matter_and_another_ends_it(people):
    matter = decided(people["dispatcher"])
    finish(task_of(matter), people["handler"], people["dispatcher"])
    assert state(matter) == Phase.RESOLVE
    gardens = task_of(matter, "gardens")
    finish(gardens, people["other_handler"], people["dispatcher"])
    assert state(matter) == Phase.VERIFY
    do(matter, "end", street_leader())
    assert fresh(matter).ended_at
    check_record(fresh(matter))


def test_who_executes_neither_checks_nor_ends(people):
    matter = decided(people["dispatcher"])
    task = task_of(matter)
    do(task, "sign", people["handler"])
    do(task, "report_done", people["handler"], note="已拆除")
    with pytest.raises(MayNotAct):
        do(task, "accept", people["handler"])
    with pytest.raises(MayNotAct):
        do(matter, "end", people["handler"])


def test_whose_unit_executes_does_not_end_it_in_another_post(people):
    matter = decided(people["dispatcher"])
    for code, by in (("sanitation", "handler"), ("gardens", "other_handler")):
        finish(task_of(matter, code), people[by], people["dispatcher"])
    leader = street_leader()
    post = leader.memberships.get()
    unit = people["handler"].posts[0].unit
    leader.memberships.create(unit=unit, role="handler", valid=post.valid)
    with pytest.raises(NotNow):
        do(matter, "end", type(leader).objects.get(pk=leader.pk))


def test_sent_back_it_runs_again(people):
    matter = decided(people["dispatcher"])
    task = task_of(matter)
    do(task, "sign", people["handler"])
    do(task, "report_done", people["handler"], note="已拆除")
    day = timezone.localdate() + timedelta(days=2)
    given = {"reason": "unmet", "note": "路面未恢复", "until": day.isoformat()}
    do(task, "send_back", people["dispatcher"], **given)
    limits = Deadline.objects.filter(kind="matter_task", subject_id=task.pk)
    assert [bool(row.met_at) for row in limits.order_by("pk")] == [True, False]
    assert fresh(task).until == day and fresh(task).reported_at is None


def test_more_time_is_asked_for_and_granted_by_another(people):
    matter = decided(people["dispatcher"])
    task = task_of(matter)
    row = Deadline.objects.get(kind="matter_task", subject_id=task.pk)
    given = {"limit": "3", "reason": "weather", "note": "连续降雨"}
    do(task, "ask_extension", people["handler"], **given)
    do(task, "grant_extension", people["dispatcher"])
    again = Deadline.objects.get(pk=row.pk)
    assert again.due_at > row.due_at and again.extensions == 1


def test_all_called_back_it_falls_back_into_the_library(people):
    matter = decided(people["dispatcher"])
    for code in ("sanitation", "gardens"):
        task = task_of(matter, code)
        do(task, "recall", people["dispatcher"], reason="mistaken")
    assert state(matter) == Phase.DISPATCH
    called(people["dispatcher"], matter)


def test_what_is_late_is_urged_by_the_ladder(people):
    matter = decided(people["dispatcher"])
    task = task_of(matter)
    row = Deadline.objects.get(kind="matter_task", subject_id=task.pk)
    ladder.look(row.pk, row.due_at + timedelta(minutes=1))
    assert fresh(task).urged == 1 and not fresh(task).supervised
    ladder.look(row.pk, row.due_at + timedelta(days=3))
    assert fresh(task).supervised


def test_late_is_what_was_decided_and_runs_beyond_its_time(people):
    matter = decided(people["dispatcher"])
    assert not Matter.objects.late().exists()
    now = timezone.now()
    Deadline.objects.filter(kind="matter_task").update(
        started_at=now - timedelta(days=2),
        yellow_at=now - timedelta(days=1),
        due_at=now - timedelta(hours=1),
    )
    assert Matter.objects.late().get() == matter


def test_a_conference_closes_with_minutes_and_every_matter_spoken_of(people):
    matter = decided(people["dispatcher"])
    conference = matter.conference
    with pytest.raises(NotNow):
        do(conference, "close", people["dispatcher"])
    do(conference, "write_minutes", people["dispatcher"], minutes="会议议定拆除围墙。")
    do(conference, "close", people["dispatcher"])
    assert fresh(conference).ended_at and fresh(conference).minutes
    check_record(fresh(conference))


def test_another_street_sees_nothing_of_it(people):
    matter = decided(people["dispatcher"])
    outsider = people["outsider"]
    for model, row in ((Matter, matter), (Conference, matter.conference)):
        assert not model.objects.visible_to(outsider).filter(pk=row.pk).exists()
    assert not MatterTask.objects.visible_to(outsider).exists()


def test_a_foreign_unit_calls_no_conference_over_it(people):
    matter = entered()
    with pytest.raises(BadEvidence):
        evidence = agenda_of(matter)
        call_conference(by=people["outsider"], uuid=uuid4(), evidence=evidence)


def test_a_community_confers_over_its_own(people):
    worker = people["community_worker"]
    matter = raised(worker)
    do(matter, "take_in", street_leader())
    conference = called(worker, matter)
    do(conference, "hold", worker)
    given = {"decision": "清理", "lead": "team", "limit": "3", "done_when": "清完"}
    do(matter, "decide", worker, **given)
    task = task_of(matter, "team")
    finish(task, people["team_handler"], worker)
    assert state(matter) == Phase.VERIFY
