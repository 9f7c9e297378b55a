"""What each action does to a case, and to others."""

import pytest

from cases.merging import CannotLead, LeadsOthers
from cases.models import Case, CaseLink, Mark
from govmap.lib.errors import DomainError
from tests.cases.processes.staff import do, fresh, tell
from tests.sites import package
from workflow.errors import BadEvidence, MayNotAct, NotNow
from workflow.models import Deadline, Request


@pytest.fixture
def handled(crew):
    """A case of the street in disposal: sanitation hosts it, gardens helps."""
    case = tell("street", crew)
    do(case, "file", crew["filer"])
    do(case, "dispatch", crew["dispatcher"], units=["gardens"])
    do(case, "sign", crew["clerk"])
    return case


def other(crew):
    return tell("street", {**crew, "grid_worker": crew["other_worker"]})


def sees(user, case):
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


def running(case):
    rows = Deadline.objects.running().filter(kind="case", subject_id=case.pk)
    return {row.name for row in rows}


def test_a_helper_sees_the_case_and_reports_its_own_part(crew, handled):
    do(handled, "sign_part", crew["other_handler"])
    do(handled, "report_part", crew["other_handler"])
    part = handled.assignments.get(unit__code="gardens")
    assert part.signed_at and part.done_at and not part.ended_at
    assert handled.assignments.get(unit__code="sanitation").done_at is None


def test_a_part_is_signed_for_once(crew, handled):
    do(handled, "sign_part", crew["other_handler"])
    with pytest.raises(NotNow):
        do(handled, "sign_part", crew["other_clerk"])


def test_the_hosts_feedback_ends_the_helping(crew, handled):
    do(handled, "dispose", crew["handler"])
    assert handled.assignments.get(unit__code="gardens").ended_at
    assert fresh(handled).related_units("host") == {crew["handler"].posts[0].unit_id}
    assert sees(crew["other_handler"], handled)


def test_what_goes_back_is_seen_by_nobody_who_worked_on_it(crew, handled):
    do(handled, "ask_return", crew["handler"])
    do(handled, "return", crew["dispatcher"])
    assert not sees(crew["handler"], handled)
    assert not sees(crew["other_handler"], handled)
    assert fresh(handled).state.phase == "dispatch"


def test_only_a_confirmed_wrong_dispatch_goes_back(crew, handled):
    do(handled, "ask_return", crew["handler"])
    do(handled, "refuse_return", crew["dispatcher"])
    assert fresh(handled).state.phase == "resolve"
    with pytest.raises(NotNow):
        do(handled, "return", crew["dispatcher"])


def test_an_extension_is_one_limit_more_at_most_twice(crew, handled):
    due = [handled.deadline().due_at]
    for _ in range(2):
        do(handled, "ask_extension", crew["handler"])
        do(handled, "grant_extension", crew["dispatcher"])
        due.append(handled.deadline().due_at)
    assert due[0] < due[1] < due[2]
    with pytest.raises(NotNow):
        do(handled, "ask_extension", crew["handler"])


def test_a_suspension_stops_the_clock_until_it_is_resumed(crew, handled):
    do(handled, "ask_suspension", crew["handler"])
    do(handled, "grant_suspension", crew["dispatcher"])
    assert handled.deadline().paused_at
    do(handled, "resume_work", crew["dispatcher"])
    assert handled.deadline().paused_at is None


def test_what_is_cancelled_ends_without_a_clock(crew, handled):
    do(handled, "ask_annulment", crew["handler"])
    do(handled, "annul", crew["filer"])
    assert fresh(handled).state.phase == "done"
    assert running(handled) == set()


def test_a_special_closing_is_the_supervisors(crew, handled):
    do(handled, "ask_special_close", crew["dispatcher"])
    do(handled, "close_specially", crew["supervisor"])
    assert fresh(handled).state.phase == "done"
    assert handled.assignments.filter(ended_at=None).count() == 0


def test_a_forced_closing_is_asked_of_nobody_and_counted_apart(crew, handled):
    do(handled, "close_by_force", crew["supervisor"])
    assert fresh(handled).state.phase == "done" and running(handled) == set()
    counted = set(Mark.objects.filter(case=handled).values_list("measure", flat=True))
    assert "special_closings" in counted and "closings" not in counted


def test_urging_and_supervising_are_marked(crew, handled):
    do(handled, "urge_on", crew["dispatcher"])
    do(handled, "urge_on", crew["supervisor"])
    do(handled, "put_under_supervision", crew["leader"])
    case = fresh(handled)
    assert (case.urged, case.supervised) == (2, True)
    do(handled, "answer_supervision", crew["handler"])
    assert not Request.objects.open().filter(what="supervision").exists()


def test_an_appeal_twice_approved_exempts_and_keeps_the_overtime(crew, handled):
    do(handled, "dispose", crew["handler"])
    do(handled, "pass", crew["other_worker"])
    do(handled, "close", crew["filer"])
    do(handled, "ask_appeal", crew["handler"])
    do(handled, "support_appeal", crew["dispatcher"])
    do(handled, "grant_exemption", crew["supervisor"])
    disposal = Deadline.objects.get(subject_id=handled.pk, name="disposal")
    assert disposal.exempted_at and disposal.met_at


def test_a_case_is_raised_and_then_the_districts(crew):
    case = tell("street", crew)
    do(case, "raise_level", crew["filer"])
    with pytest.raises(MayNotAct):
        do(case, "file", crew["filer"])
    do(case, "file", crew["district_filer"])
    do(case, "lower_level", crew["district_dispatcher"])
    do(case, "dispatch", crew["dispatcher"])
    assert fresh(case).level == "street"


def test_a_community_settles_what_it_can(crew):
    case = tell("community", crew)
    do(case, "take_on", crew["community_worker"])
    do(case, "settle", crew["community_worker"])
    with pytest.raises(DomainError):
        do(case, "pass", crew["community_worker"])
    do(case, "pass", crew["other_community_worker"])
    assert fresh(case).state.phase == "done"


def test_what_a_community_cannot_do_goes_to_the_street(crew):
    case = tell("community", crew)
    assert case.level == "community"
    do(case, "raise_to_street", crew["community_worker"])
    do(case, "file", crew["filer"])
    assert fresh(case).level == "street"
    assert "community" not in running(case)


def test_merged_cases_keep_their_records_and_reporters(crew):
    main, double = tell("street", crew), other(crew)
    do(double, "merge_into", crew["filer"], case=main.number)
    double = fresh(double)
    assert (double.state.phase, double.merged_into) == ("done", main)
    assert double.reporter == crew["other_worker"]
    assert main.events().count() == 1
    assert CaseLink.objects.get(case=double).other == main


def test_what_is_merged_by_mistake_goes_its_own_way_again(crew):
    main, double = tell("street", crew), other(crew)
    do(double, "merge_into", crew["filer"], case=main.number)
    do(double, "unmerge_it", crew["filer"])
    assert fresh(double).merged_into is None
    assert not CaseLink.objects.of(main).filter(ended_at=None).exists()


def test_nothing_is_merged_into_what_is_over_or_merged_itself(crew):
    main, double, third = tell("street", crew), other(crew), other(crew)
    do(double, "merge_into", crew["filer"], case=main.number)
    with pytest.raises(CannotLead):
        do(third, "merge_into", crew["filer"], case=double.number)
    with pytest.raises(LeadsOthers):
        do(main, "merge_into", crew["filer"], case=third.number)


def test_a_case_that_one_does_not_see_cannot_be_named(crew):
    worker = {**crew, "grid_worker": crew["outsider_worker"]}
    foreign = tell("street", worker, place=list(package.inside(2, 1, 1)))
    with pytest.raises(BadEvidence):
        do(tell("street", crew), "link", crew["filer"], case=foreign.number)


def test_another_trouble_of_a_report_becomes_a_case_of_its_own(crew):
    case = tell("street", crew, address="东街12号")
    do(case, "take_apart", crew["filer"], note="另有乱堆物料")
    part = CaseLink.objects.get(other=case, why="split").case
    assert (part.address, part.reporter) == (case.address, case.reporter)
    assert part.place == case.place and part.number != case.number
    assert part.state.phase == "collect" and fresh(case).state.phase == "collect"


def test_a_case_of_another_street_is_handed_over(crew):
    case = tell("street", crew)
    assert not sees(crew["outsider"], case)
    do(case, "hand_over", crew["filer"], street="110109002")
    assert sees(crew["outsider"], case)
    do(case, "file", crew["outsider"])


def test_what_was_handled_on_the_spot_is_counted_apart(crew):
    case = tell("street", crew)
    do(case, "handle_on_spot", crew["grid_worker"])
    assert fresh(case).state.phase == "done"
    assert running(case) == set()


def test_an_alarm_is_sent_out_first_and_filed_afterwards(crew):
    case = tell("emergency", crew)
    assert case.urgent
    do(case, "send_out", crew["dispatcher"])
    assert running(case) == {"make_safe"}
    do(case, "arrive", crew["handler"])
    do(case, "secure", crew["handler"])
    do(case, "file", crew["filer"])
    assert running(case) == {"repair"}
    assert fresh(case).condition


def test_an_objection_is_the_citys_to_uphold(crew):
    case = tell("hotline", crew)
    do(case, "ask_objection", crew["acceptor"])
    with pytest.raises(DomainError):
        do(case, "uphold_objection", crew["acceptor"])
    do(case, "uphold_objection", crew["district_acceptor"])
    assert fresh(case).state.phase == "done"
    assert running(case) == set()


def test_the_caller_is_contacted_and_called_back(crew):
    case = tell("hotline", crew)
    do(case, "receive", crew["acceptor"])
    do(case, "assign", crew["dispatcher"])
    do(case, "sign", crew["clerk"])
    do(case, "contact_caller", crew["handler"])
    assert running(case) == {"reply"}
    do(case, "dispose", crew["handler"])
    do(case, "send_reply", crew["filer"])
    do(case, "record_visit", crew["district_acceptor"])
    assert fresh(case).state.phase == "done"


def test_a_public_report_is_verified_before_it_is_filed(crew):
    person = {**crew, "inspector": crew["district_acceptor"]}
    case = tell("district", person, source="phone", note="有人来电")
    do(case, "send_to_verify", crew["district_acceptor"])
    do(case, "find_true", crew["inspector"])
    do(case, "file", crew["district_filer"])
    assert fresh(case).state.phase == "dispatch"


def test_a_street_does_not_close_what_the_district_filed(crew):
    case = tell("district", crew)
    do(case, "file", crew["district_filer"])
    do(case, "dispatch", crew["district_dispatcher"])
    do(case, "sign", crew["clerk"])
    do(case, "dispose", crew["handler"])
    do(case, "feed_back", crew["unit_reviewer"])
    do(case, "pass", crew["other_worker"])
    with pytest.raises(MayNotAct):
        do(case, "close", crew["filer"])
    do(case, "close", crew["district_filer"])
    assert fresh(case).state.phase == "done"
