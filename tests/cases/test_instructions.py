"""批示: given on a case, signed for, answered, and never lost sight of."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Instruction
from govmap.lib.errors import Conflict, NotAllowed
from workflow import ladder
from workflow.engine import act, verb_with
from workflow.models import Deadline, Notice
from workflow.roster import handing


@pytest.fixture
def case(make_case):
    return make_case(phase="resolve")


def given(case, leader, **more):
    """By the move of the case's own process that opens one."""
    verb = verb_with(case.process, "open_instruction")
    evidence = {"note": "请今日内到场，举一反三", **more}
    act(case, verb, by=leader, act_id=uuid4(), evidence=evidence)
    return Instruction.objects.latest("pk")


def step(row, effect, by, **evidence):
    """The move of the instruction that does this."""
    row.refresh_from_db()
    act(
        Instruction.objects.get(pk=row.pk),
        verb_with(row.process, effect),
        by=by,
        act_id=uuid4(),
        evidence=evidence,
    )
    return Instruction.objects.get(pk=row.pk)


def limit(row, name):
    rows = Deadline.objects.filter(kind=Instruction.KIND, subject_id=row.pk, name=name)
    return rows.latest("pk")


def test_it_reaches_the_desk_with_its_words_and_two_limits(case, people):
    row = given(case, people["leader"])
    assert (row.leader, row.unit) == (people["leader"], case.street)
    assert row.events().first().remark.text == "请今日内到场，举一反三"
    told = Notice.objects.filter(kind=Instruction.KIND)
    names = list(told.values_list("person__username", flat=True))
    assert {"desk", "dispatcher", "acceptor"} <= set(names)
    assert len(names) == len(set(names)) and "leader" not in names
    # The case's own move tells him.
    assert Notice.objects.filter(person=people["filer"]).count() == 1
    assert limit(row, "signing").due_at < limit(row, "reporting").due_at


def test_the_day_that_the_leader_names_counts_in_full(case, people):
    day = timezone.localdate() + timedelta(days=5)
    row = given(case, people["leader"], until=day.isoformat())
    due = timezone.localtime(limit(row, "reporting").due_at)
    assert (due.date(), due.hour) == (day + timedelta(days=1), 0)


def test_from_signing_to_the_leaders_word(case, people):
    row = given(case, people["leader"])
    row = step(row, "sign_instruction", people["desk"])
    assert row.signed_at and limit(row, "signing").met_at
    row = step(row, "answer_instruction", people["filer"], note="已办")
    assert row.reported_at and limit(row, "reporting").met_at
    told = Notice.objects.filter(person=people["leader"], kind=Instruction.KIND)
    assert told.count() == 2
    row = step(row, "end_instruction", people["leader"])
    assert row.over_at


def test_what_is_sent_back_runs_again(case, people):
    row = given(case, people["leader"])
    row = step(row, "sign_instruction", people["desk"])
    row = step(row, "answer_instruction", people["desk"], note="已办")
    row = step(row, "return_instruction", people["leader"], note="再看")
    assert row.reported_at is None and limit(row, "reporting").met_at is None


@pytest.mark.parametrize("name", ["handler", "outsider", "leader"])
def test_nobody_else_signs(case, people, name):
    row = given(case, people["leader"])
    with pytest.raises(NotAllowed):
        step(row, "sign_instruction", people[name])


def test_only_who_gave_it_finds_it_done(case, people):
    row = given(case, people["leader"])
    row = step(row, "sign_instruction", people["desk"])
    with pytest.raises((NotAllowed, Conflict)):
        step(row, "end_instruction", people["desk"])


def test_two_may_run_on_one_case(case, people):
    one, two = given(case, people["leader"]), given(case, people["leader"])
    assert one.pk != two.pk and Instruction.objects.open().count() == 2


def test_what_is_not_signed_in_time_is_urged(case, people):
    row = given(case, people["leader"])
    ladder.climb(timezone.now() + timedelta(hours=3))
    assert Instruction.objects.get(pk=row.pk).urged == 1


def names(client, **asked):
    page = client.get(reverse("talk:instructions"), asked)
    return [row.pk for row in page.context["list"].rows]


def test_a_leader_sees_the_state_of_each_of_his(case, people, signed_in):
    row, leader = given(case, people["leader"]), signed_in(people["leader"])
    assert names(leader) == names(leader, view="unsigned") == [row.pk]
    step(row, "sign_instruction", people["desk"])
    assert names(leader, view="unsigned") == []
    assert names(leader, view="under_way") == [row.pk]
    past = timezone.now() - timedelta(hours=1)
    rows = Deadline.objects.filter(kind=Instruction.KIND)
    rows.update(started_at=past, yellow_at=past, due_at=past)
    assert names(leader, view="late") == [row.pk]
    assert names(signed_in(people["desk"])) == [row.pk]
    assert names(signed_in(people["outsider"])) == []


def test_the_page_of_an_instruction(case, people, signed_in):
    row, desk = given(case, people["leader"]), signed_in(people["desk"])
    where = reverse("talk:instruction", args=[row.uuid])
    text = desk.get(where).content.decode()
    assert "举一反三" in text and case.number in text
    whole = desk.get(reverse("cases:case", args=[case.uuid])).content.decode()
    assert where in whole
    sent = {
        "verb": verb_with(row.process, "sign_instruction"),
        "act_id": str(uuid4()),
        "after_event": row.events_count,
    }
    done = desk.post(reverse("talk:instruction-act", args=[row.uuid]), sent)
    assert done.status_code == 302
    assert Instruction.objects.get().signed_at


def test_a_shift_hands_it_over(case, people):
    row = given(case, people["leader"])
    note = handing.write(case.street, people["desk"], uuid=uuid4())
    found = note.matters.get(source="instruction")
    assert found.subject_uuid == row.uuid


def test_the_api_tells_and_acts(case, people, signed_in):
    row, desk = given(case, people["leader"]), signed_in(people["desk"])
    told = desk.get(reverse("api:instruction-detail", args=[row.uuid])).json()
    assert told["number"] == case.number and told["due_at"] and told["moves"]
    sent = {
        "verb": verb_with(row.process, "sign_instruction"),
        "act_id": str(uuid4()),
    }
    done = desk.post(
        reverse("api:instruction-acts", args=[row.uuid]),
        sent,
        content_type="application/json",
    )
    assert done.status_code == 200, done.json()
