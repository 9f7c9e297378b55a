"""Whistles: proposed, approved, blown, signed for, attended, answered, ended."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.models import Whistle, WhistleCall
from cases.whistles import demo, loading
from cases.whistles.blowing import call
from cases.whistles.effects import DoneAlready
from govmap.lib.errors import BadInput, DomainError
from tests.cases.whistling import blown, do, fresh, part, street_leader, told
from workflow import ladder
from workflow.errors import MayNotAct, NotNow
from workflow.models import (
    Deadline,
    LadderFiring,
    LadderStep,
    Notice,
    Phase,
    Request,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def propose(by, **more):
    return call(by=by, uuid=uuid4(), evidence=told(**more))[0]


def notices(user, what):
    return Notice.objects.filter(person=user, what=what).count()


def limits(whistle, name):
    calls = WhistleCall.objects.filter(whistle=whistle).values("pk")
    return Deadline.objects.filter(kind="whistle_call", subject_id__in=calls, name=name)


def test_a_community_proposes_and_the_leader_approves(people):
    leader = street_leader()
    whistle = propose(people["community_worker"])
    assert (whistle.state.phase, whistle.blown_at) == (Phase.COLLECT, None)
    assert notices(leader, "whistle_to_approve") == 1
    assert not Whistle.objects.visible_to(people["handler"]).exists()
    do(whistle, "approve", leader)
    assert fresh(whistle).state.phase == Phase.RESOLVE
    assert notices(people["handler"], "whistle_blown") == 1
    assert Whistle.objects.visible_to(people["handler"]).exists()


def test_an_emergency_is_blown_at_once_and_approved_afterwards(people):
    leader = street_leader()
    whistle = propose(people["dispatcher"], occasion="emergency")
    asked = Request.objects.get(kind="whistle", subject_id=whistle.pk)
    assert (whistle.state.phase, asked.answer) == (Phase.RESOLVE, "")
    do(whistle, "approve_after", leader)
    asked.refresh_from_db()
    assert asked.answer == "granted"


def test_an_emergency_gives_thirty_minutes_day_and_night(people):
    whistle = propose(people["dispatcher"], occasion="emergency")
    limit = limits(whistle, "arrival")[0]
    assert limit.due_at - whistle.blown_at == 30 * MINUTE
    assert (limit.limit, limit.limit_type) == (30, "minutes")


def test_of_an_emergency_no_other_time_is_chosen(people):
    later = (timezone.now() + timedelta(days=2)).isoformat()
    whistle = propose(people["dispatcher"], occasion="emergency", appear_by=later)
    assert whistle.appear_by - whistle.blown_at == 30 * MINUTE


def test_a_time_that_is_over_is_refused(people):
    with pytest.raises(BadInput):
        blown(appear_by=(timezone.now() - MINUTE).isoformat())


def test_a_place_or_an_address_is_needed(people):
    with pytest.raises(BadInput):
        blown(place=None, address="")


def test_a_department_cannot_blow(people):
    with pytest.raises(MayNotAct):
        propose(people["handler"])


def test_one_proposed_too_long_needs_another_time(people):
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    whistle = propose(people["dispatcher"], appear_by=soon)
    Whistle.objects.update(appear_by=timezone.now() - MINUTE)
    with pytest.raises(BadInput):
        do(whistle, "approve", street_leader())
    later = (timezone.now() + timedelta(hours=2)).isoformat()
    do(whistle, "approve", street_leader(), appear_by=later)
    assert part(whistle).appear_by > timezone.now()


def test_each_unit_signs_comes_and_reports_back(people):
    whistle = blown()
    do(whistle, "sign_for", people["clerk"])
    do(whistle, "arrive", people["handler"])
    do(whistle, "report_back", people["handler"], reason="solved", note="已清理")
    call_ = part(whistle)
    assert call_.signed_at and call_.arrived_at and call_.reported_at
    assert (call_.result, call_.seen_by_street) == ("solved", False)
    assert part(whistle, "gardens").signed_at is None


def test_the_street_says_by_one_tap_that_a_unit_is_there(people):
    whistle = blown()
    do(whistle, "attend", people["grid_worker"], called="gardens")
    call_ = part(whistle, "gardens")
    assert call_.seen_by_street and call_.arrived_at == call_.signed_at
    assert limits(whistle, "arrival").filter(met_at=None).count() == 1
    with pytest.raises(Exception, match="noted already"):
        do(whistle, "attend", people["grid_worker"], called="gardens")


def test_a_unit_does_nothing_twice_and_nothing_before_its_time(people):
    whistle = blown()
    with pytest.raises(NotNow):
        do(whistle, "report_back", people["handler"], reason="solved", note="好")
    do(whistle, "arrive", people["handler"])
    for verb in ("sign_for", "arrive"):
        with pytest.raises(NotNow):
            do(whistle, verb, people["clerk"])


def test_the_street_ends_it_when_all_have_answered(people):
    whistle = blown(departments=["sanitation"])
    with pytest.raises(NotNow):
        do(whistle, "end", people["dispatcher"])
    do(whistle, "arrive", people["handler"])
    do(whistle, "report_back", people["handler"], reason="solved", note="好")
    do(whistle, "end", people["dispatcher"])
    assert fresh(whistle).ended_at
    assert not Deadline.objects.running().filter(kind="whistle_call").exists()


def test_without_all_answers_it_is_ended_with_a_reason(people):
    whistle = blown()
    do(whistle, "end_unanswered", people["dispatcher"], reason="absent")
    assert not limits(whistle, "signing").filter(met_at=None).exists()


def test_marks_are_given_only_when_asked_or_late(people):
    whistle = blown(departments=["sanitation"])
    do(whistle, "end_unanswered", people["dispatcher"], reason="done")
    with pytest.raises(NotNow):
        do(whistle, "mark_unit", people["desk"], called="sanitation", reason="good")
    do(whistle, "ask_marks", people["supervisor"])
    do(whistle, "mark_unit", people["desk"], called="sanitation", reason="good")
    do(whistle, "mark_street", people["handler"], reason="fair")
    assert (part(whistle).mark, part(whistle).street_mark) == ("good", "fair")


def test_who_came_late_is_marked_unasked(people):
    whistle = blown(departments=["sanitation"])
    WhistleCall.objects.update(appear_by=whistle.blown_at)
    do(whistle, "end_unanswered", people["dispatcher"], reason="absent")
    do(whistle, "mark_unit", people["desk"], called="sanitation", reason="poor")
    assert part(whistle).mark == "poor"


def test_a_unit_called_later_has_its_own_time(people):
    whistle = blown(departments=["sanitation"])
    Whistle.objects.update(appear_by=timezone.now() - MINUTE)
    do(whistle, "call_more", people["dispatcher"], departments=["gardens"])
    assert part(whistle, "gardens").appear_by > timezone.now()
    assert Whistle.objects.visible_to(people["other_handler"]).exists()


def test_lateness_is_told_once_to_leader_and_supervisor(people):
    leader = street_leader()
    whistle = blown(departments=["sanitation"])
    late = part(whistle).appear_by + MINUTE
    for _time in range(2):
        Deadline.objects.update(look_at=late - MINUTE)
        ladder.climb(late)
    told_them = [notices(user, "ladder") for user in (leader, people["supervisor"])]
    assert told_them == [1, 1]
    assert notices(people["outsider"], "ladder") == 0


def test_lateness_is_urged_and_then_supervised_by_itself(people):
    whistle = blown(departments=["sanitation", "gardens"])
    do(whistle, "arrive", people["handler"])
    due = part(whistle, "gardens").appear_by
    found = []
    for minutes in (1, 31):
        ladder.climb(due + minutes * MINUTE)
        call = part(whistle, "gardens")
        found.append((call.urged, call.supervised))
    # Once because it did not sign, and once because it did not come.
    assert found == [(2, False), (2, True)]
    assert part(whistle).urged == 0
    last = whistle.events().last()
    assert (last.actor.username, last.data["called"]) == ("govmap-system", "gardens")
    assert notices(people["other_handler"], "whistle_supervised") == 1
    assert notices(people["handler"], "whistle_urged") == 0


def test_where_a_process_has_no_such_move_the_ladder_tells_all_the_same(people):
    whistle = blown(departments=["sanitation"])
    LadderStep.objects.filter(kind="whistle_call").update(verb="no_such_move")
    ladder.climb(part(whistle).appear_by + MINUTE)
    assert LadderFiring.objects.filter(refused__gt="").exists()
    assert notices(people["supervisor"], "ladder") == 1


def test_who_has_come_is_neither_urged_nor_supervised(people):
    whistle = blown()
    do(whistle, "arrive", people["handler"])
    for verb in ("press_unit", "watch_unit"):
        with pytest.raises(DoneAlready):
            do(whistle, verb, street_leader(), called="sanitation")


def test_who_was_there_in_time_is_not_told_of(people):
    whistle = blown(departments=["sanitation"])
    do(whistle, "arrive", people["handler"])
    ladder.climb(part(whistle).appear_by + MINUTE)
    assert notices(people["supervisor"], "ladder") == 0


def test_a_unit_that_is_not_called_sees_nothing(people):
    whistle = blown()
    assert not Whistle.objects.visible_to(people["team_handler"]).exists()
    assert not Whistle.objects.visible_to(people["outsider"]).exists()
    with pytest.raises(MayNotAct):
        do(whistle, "arrive", people["team_handler"])


def test_sent_twice_it_is_one(people):
    uuid, leader, said = uuid4(), street_leader(), told()
    first, _event = call(by=leader, uuid=uuid, evidence=said)
    again, event = call(by=leader, uuid=uuid, evidence=said)
    assert (first.pk, event.repeated) == (again.pk, True)


def test_a_whistle_of_a_case_takes_its_place(people, make_case):
    case = make_case()
    said = told(origin=str(case.uuid), place=None, address="")
    whistle, _event = call(by=people["dispatcher"], uuid=uuid4(), evidence=said)
    assert (whistle.case, whistle.community) == (case, case.community)
    assert whistle.place.coords == case.place.coords


def test_the_demonstration_has_some_of_each_sort(people):
    street_leader()
    assert demo.make(str) == len(demo.AGES) + 1
    phases = set(Whistle.objects.values_list("state__phase", flat=True))
    assert phases == {Phase.COLLECT, Phase.RESOLVE, Phase.DONE}
    assert WhistleCall.objects.filter(seen_by_street=True).exists()
    assert demo.make(str) == 0


def test_the_usual_steps_of_the_ladder_are_put_in_once(people, site_folder):
    before = LadderStep.objects.filter(kind="whistle_call").count()
    loading.load(site_folder, str)
    assert LadderStep.objects.filter(kind="whistle_call").count() == before == 4
    assert LadderStep.objects.in_use().filter(kind="case").exists()


def test_a_wrong_tap_is_taken_back_and_on_record(people):
    whistle = blown(departments=["sanitation"])
    do(whistle, "attend", people["desk"], called="sanitation")
    do(whistle, "unattend", people["desk"], called="sanitation")
    call = part(whistle)
    assert (call.arrived_at, call.signed_at, call.seen_by_street) == (None, None, False)
    assert Deadline.objects.running().filter(kind="whistle_call").count() == 2
    verbs = list(whistle.events().values_list("verb", flat=True))
    assert verbs[-2:] == ["attend", "unattend"]


def test_who_had_signed_before_has_signed_still(people):
    whistle = blown(departments=["sanitation"])
    do(whistle, "sign_for", people["handler"])
    do(whistle, "attend", people["desk"], called="sanitation")
    do(whistle, "unattend", people["desk"], called="sanitation")
    assert part(whistle).signed_at and not part(whistle).arrived_at


@pytest.mark.parametrize("spoilt", ["late", "own", "reported"])
def test_what_others_rely_on_is_not_taken_back(people, spoilt):
    whistle = blown(departments=["sanitation"])
    if spoilt == "own":
        do(whistle, "arrive", people["handler"])
    else:
        do(whistle, "attend", people["desk"], called="sanitation")
    if spoilt == "late":
        WhistleCall.objects.update(arrived_at=timezone.now() - 11 * MINUTE)
    if spoilt == "reported":
        do(whistle, "report_back", people["handler"], reason="solved", note="清完")
    with pytest.raises(DomainError):
        do(whistle, "unattend", people["desk"], called="sanitation")
