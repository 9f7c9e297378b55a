"""A supervisor's samples: looked at, decided by the case's own moves, put back."""

from uuid import uuid4

import pytest

from accounts.models import User
from cases.models import Sample
from cases.reviewing import samples
from cases.reviewing.samples import HadAPart, NoneLeft, TakenMeanwhile
from govmap.lib.errors import NotAllowed, NotFound
from workflow.engine import act, moves_open_to


def standing(sample):
    return Sample.objects.get(pk=sample.pk).standing


def test_opening_the_case_looks_at_it(make_sample, people, signed_in):
    sample = make_sample()
    client = signed_in(people["supervisor"])
    assert client.get(f"/review/cases/{sample.case.uuid}/").status_code == 200
    assert standing(sample) == "seen"


def test_somebody_else_who_opens_it_does_not(make_sample, people, signed_in):
    sample = make_sample()
    signed_in(people["leader"]).get(f"/review/cases/{sample.case.uuid}/")
    assert standing(sample) == "waiting"


def test_confirming_the_case_decides_it(make_sample, people):
    sample = make_sample()
    act(sample.case, "confirm", by=people["supervisor"], act_id=uuid4())
    sample.refresh_from_db()
    assert (sample.standing, sample.decided_by) == ("upheld", people["supervisor"])


def test_reopening_the_case_sends_it_back(make_sample, people):
    sample = make_sample()
    given = {"reason": "not_solved", "note": "还在"}
    by = people["supervisor"]
    act(sample.case, "reopen", by=by, act_id=uuid4(), evidence=given)
    assert standing(sample) == "sent_back"


def test_a_comment_decides_nothing_and_is_told_to_the_units(make_sample, people):
    sample, by = make_sample(), people["supervisor"]
    given = {"note": "照片请拍全景"}
    event = act(sample.case, "leave_finding", by=by, act_id=uuid4(), evidence=given)
    assert standing(sample) == "waiting"
    assert event.from_state == event.to_state
    told = people["handler"].notices.values_list("what", flat=True)
    assert "finding" in told


def test_what_was_closed_specially_can_be_found_good_once(make_sample, people):
    sample = make_sample()
    case = sample.case
    case.state = next(row for row in states(case) if row.code == "closed_specially")
    case.save(update_fields=["state"])
    by = people["supervisor"]
    act(case, "uphold", by=by, act_id=uuid4())
    assert standing(sample) == "upheld"
    case.refresh_from_db()
    assert "uphold" not in {move.verb for move in moves_open_to(case, by)}


def states(case):
    return {move.to_state for move in case.process.moves}


def test_one_is_put_back_and_taken_by_another(make_sample, people, make_supervisor):
    sample = make_sample()
    other = make_supervisor("second")
    owner = sample.supervisor
    samples.put_back(owner, sample.uuid)
    assert [row.pk for row in samples.pool(other)] == [sample.pk]
    assert samples.take(other).supervisor == other
    with pytest.raises(NoneLeft):
        samples.take(owner)


def test_nobody_puts_back_what_is_anothers(make_sample, make_supervisor):
    sample = make_sample()
    with pytest.raises(NotFound):
        samples.put_back(make_supervisor("second"), sample.uuid)


def test_who_had_a_part_is_offered_nothing_of_the_pool(make_sample, people):
    sample = make_sample()
    samples.put_back(sample.supervisor, sample.uuid)
    # As if the handler had become a supervisor of the centre since.
    people["supervisor"].memberships.update(user=people["handler"])
    handler = User.objects.get(pk=people["handler"].pk)
    assert not samples.pool(handler).exists()
    with pytest.raises(HadAPart):
        samples.take(handler, sample.uuid)


def test_what_is_taken_cannot_be_taken(make_sample, make_supervisor):
    sample = make_sample()
    with pytest.raises(TakenMeanwhile):
        samples.take(make_supervisor("second"), sample.uuid)


def test_a_leader_takes_none(make_sample, people):
    make_sample()
    with pytest.raises(NotAllowed):
        samples.take(people["leader"])
