"""Draws: from what stands as closed, once a period, never for who had a part."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.models import CallBack, Draw, Sample, SampleReason, SamplingRule
from cases.reviewing import drawing
from cases.reviewing.drawing import DrawnAlready, NoSuchDays
from tests.cases.driving import litter
from tests.cases.ordering import add_order
from workflow.engine import act
from workflow.models import Notice


def drawn():
    return set(Sample.objects.values_list("case", flat=True))


def test_what_was_closed_is_drawn_for_a_supervisor(make_sample, people, make_case):
    make_case("verify")
    sample = make_sample()
    assert drawn() == {sample.case_id}
    assert sample.supervisor == people["supervisor"]
    assert sample.unit.code == "sanitation"


def test_a_period_is_drawn_once(make_sample, rule, today):
    make_sample()
    with pytest.raises(DrawnAlready):
        drawing.draw(rule, today, today)
    assert drawing.draw_due(today + timedelta(days=1)) == 0
    assert Draw.objects.count() == Sample.objects.count() == 1


def test_a_day_that_is_not_over_is_not_drawn(rule):
    today = timezone.localdate()
    with pytest.raises(NoSuchDays):
        drawing.draw(rule, today, today)


def test_two_rules_make_one_sample_with_two_reasons(make_sample, rule, today):
    sample = make_sample()
    other = SamplingRule.objects.create(
        code="other", titles={"zh-hans": "x"}, share=100
    )
    drawing.draw(other, today, today)
    assert Sample.objects.count() == 1
    assert sample.reasons.count() == 2


def test_what_was_reopened_is_not_drawn(make_case, people, rule, today):
    case = make_case("done")
    evidence = {"reason": "not_solved", "note": "还在"}
    act(case, "reopen", by=people["supervisor"], act_id=uuid4(), evidence=evidence)
    drawing.draw(rule, today, today)
    assert not drawn()


def test_what_a_supervisor_confirmed_already_is_not_drawn(
    make_case, people, rule, today
):
    act(make_case("done"), "confirm", by=people["supervisor"], act_id=uuid4())
    assert drawing.draw(rule, today, today).found == 0


def test_a_killed_draw_leaves_nothing_and_is_made_again(
    make_case, rule, today, monkeypatch
):
    make_case("done")
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "_tell", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            drawing.draw_due(today + timedelta(days=1))
    assert not Draw.objects.exists() and not drawn()
    assert drawing.draw_due(today + timedelta(days=1)) == 1


def test_a_rule_catches_up_from_its_first_day(rule, today):
    rule.begins_on = today - timedelta(days=2)
    periods = drawing.due_periods(rule, today + timedelta(days=1))
    assert [period.first for period in periods] == [
        today - timedelta(days=number) for number in (2, 1, 0)
    ]


def test_weeks_are_drawn_when_they_are_over(rule):
    rule.every, rule.begins_on = "week", date(2026, 11, 2)
    monday = date(2026, 11, 16)
    found = drawing.due_periods(rule, monday)
    assert [period.first for period in found] == [date(2026, 11, 2), date(2026, 11, 9)]
    assert drawing.due_periods(rule, monday - timedelta(days=1)) == found[:1]


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [({"street": "110109001"}, 1), ({"street": "110109002"}, 0)],
)
def test_a_rule_is_narrowed_to_a_street(make_case, rule, today, narrowed, found):
    make_case("done")
    rule.street_id = (
        rule._meta.get_field("street")
        .related_model.objects.get(code=narrowed["street"])
        .pk
    )
    rule.save()
    assert drawing.draw(rule, today, today).picked == found


def test_a_main_class_means_those_below(make_case, rule, today):
    make_case("done")
    rule.category = litter().parent
    rule.save()
    assert drawing.draw(rule, today, today).picked == 1


def test_repeated_rework_is_found(make_case, people, rule, today):
    rule.kind, rule.times = SamplingRule.Kind.REWORKS, 1
    rule.save()
    make_case("done")
    case = make_case("verify")
    evidence = {"reason": "not_done", "note": "没清完", "photos": []}
    move = next(m for m in case.moves_from_here() if m.verb == "fail")
    given = {name: evidence[name] for name in move.evidence if evidence.get(name)}
    given["reason"] = move.reasons[0]["code"] if move.reasons else None
    act(case, "fail", by=people["other_worker"], act_id=uuid4(), evidence=given)
    finish(case, people)
    drawing.draw(rule, today, today)
    assert drawn() == {case.pk}
    assert SampleReason.objects.get().times == 1


def finish(case, people):
    """Disposed, checked and closed again."""
    from tests.cases.driving import STEPS, evidence_for

    case = type(case).objects.get(pk=case.pk)
    ahead = [row[1] for row in STEPS].index(
        next(m.verb for m in case.moves_from_here() if m.primary)
    )
    for _state, verb, name, _other in STEPS[ahead:-1]:
        user = people[name]
        act(case, verb, by=user, act_id=uuid4(), evidence=evidence_for(verb, user))


def test_an_unhappy_caller_draws_the_case(make_case, people, rule, today):
    rule.kind = SamplingRule.Kind.CALLBACKS
    rule.save()
    case, _other = make_case("done"), make_case("done")
    order = add_order(case, people["desk"])
    CallBack.objects.create(
        order=order,
        origin="city",
        month=today.replace(day=1),
        contacted=True,
        solved="未解决",
        satisfied="不满意",
        by=people["supervisor"],
    )
    drawing.draw(rule, today, today)
    assert drawn() == {case.pk}


def test_who_disposed_or_checked_never_gets_it(
    make_case, rule, today, people, make_supervisor
):
    other = make_supervisor("second")
    post = people["supervisor"].memberships.get()
    post.pk, post.role, post.unit_id = None, "handler", host().pk
    post.save()
    signed = people["supervisor"]
    case = make_case("resolve", state="handling")
    given = {"photos": [str(photo_of(signed))]}
    act(case, "dispose", by=signed, act_id=uuid4(), evidence=given)
    finish(case, people)
    drawing.draw(rule, today, today)
    assert Sample.objects.get().supervisor == other


def host():
    from accounts.models import Unit

    return Unit.objects.get(code="sanitation")


def photo_of(user):
    from tests.cases.driving import photo_of as make

    return make(user)


def test_with_nobody_left_it_waits_in_the_pool(make_case, rule, today, people):
    people["supervisor"].memberships.all().delete()
    make_case("done")
    drawing.draw(rule, today, today)
    assert Sample.objects.get().supervisor is None


def test_who_gets_some_is_told_how_many(make_sample, people):
    make_sample()
    told = Notice.objects.get(what="samples_drawn", person=people["supervisor"])
    assert told.data["count"] == 1
