"""Corrections: sent from the field, answered by the provider, never by who asked."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from govmap.lib.errors import BadInput, NotFound
from layers.corrections import following, limits, sending
from layers.corrections.amending import NothingToChange
from layers.models import Correction, CorrectionLimit, Layer
from tests.cases.driving import photo_of
from tests.layers.correcting import (
    KEY,
    PLACE,
    do,
    of_feature,
    of_lack,
    planning,
    publish,
    send,
)
from workflow.engine import act, moves_open_to
from workflow.errors import ActReused, BadEvidence, Barred, MayNotAct, MissingEvidence
from workflow.models import Deadline, Event, Phase


@pytest.fixture
def layer(db):
    return planning()


@pytest.fixture
def sent(layer, people):
    return send(people["grid_worker"], values={"用地代码": "G1"}, note="现场是绿地")


def test_it_knows_what_is_wrong_where_and_in_which_version(sent, layer):
    assert (sent.key, sent.wrong, sent.version) == (KEY, "values", layer.published)
    assert sent.proposed == {"用地代码": "G1"}
    assert sent.street.code == "110109001"
    assert list(sent.place.coords) == PLACE


def test_its_event_names_fields_and_no_values(sent):
    (event,) = sent.events()
    assert event.data["values"] == ["用地代码"]
    assert "G1" not in event.canonical


def test_sent_twice_it_is_one(layer, people):
    uuid, evidence = uuid4(), of_feature(note="说明")
    by = people["grid_worker"]
    for _again in range(2):
        sending.report(by=by, uuid=uuid, evidence=dict(evidence))
    assert Correction.objects.get().events_count == 1
    with pytest.raises(ActReused):
        sending.report(by=by, uuid=uuid, evidence=of_feature("XC-01"))


def test_something_missing_has_a_place_and_no_key(layer, people):
    correction = send(people["volunteer"], evidence=of_lack(note="缺一块绿地"))
    assert (correction.key, correction.wrong_label) == ("", "缺少")


def test_photos_belong_to_its_event(layer, people):
    by = people["grid_worker"]
    photo = photo_of(by)
    correction = send(by, photos=[str(photo)])
    assert [row.uuid for row in correction.events().get().attachments.all()] == [photo]


@pytest.mark.parametrize(
    "more",
    [
        {"feature": {"layer": "planning", "key": "none"}},
        {"feature": {"layer": "planning", "key": KEY, "version": 99}},
        {"values": {"地块编号": "XC-09"}},
        {"values": {"nothing": "1"}},
        {"values": {"容积率": "many"}},
        {"values": {"容积率": 1}},  # sensitive: not a grid worker's
        {"spot": [float("nan"), 39]},
        {"reason": "missing"},
    ],
)
def test_what_the_layer_does_not_have_is_refused(layer, people, more):
    with pytest.raises(BadEvidence):
        send(people["grid_worker"], evidence=of_feature() | more)


def test_values_are_read_by_the_schema(layer, people):
    correction = send(people["steward"], values={"容积率": "2.50"})
    assert correction.proposed == {"容积率": 2.5}


def test_a_code_must_be_of_the_list(layer, people):
    layer.schema[1]["codes"] = {"R2": {"zh-hans": "二类居住"}, "G1": "公园绿地"}
    layer.save(update_fields=["schema"])
    assert send(people["grid_worker"], values={"用地代码": "G1"}).proposed
    with pytest.raises(BadEvidence):
        send(people["grid_worker"], values={"用地代码": "X9"})


def test_a_layer_that_one_does_not_see_cannot_be_corrected(layer, people):
    Layer.objects.filter(pk=layer.pk).update(sensitivity="sensitive")
    with pytest.raises(NotFound):
        send(people["grid_worker"])


@pytest.mark.parametrize("name", ["leader", "system", "nobody"])
def test_who_neither_works_outside_nor_at_a_desk_sends_none(layer, people, name):
    with pytest.raises(MayNotAct):
        send(people[name])
    assert not sending.can_correct(people[name])


def test_a_correction_names_a_feature_or_a_lack(layer, people):
    with pytest.raises(BadInput):
        sending.report(by=people["grid_worker"], uuid=uuid4(), evidence={})
    both = of_feature() | {"lacking": {"layer": "planning"}}
    with pytest.raises(BadInput):
        sending.report(by=people["grid_worker"], uuid=uuid4(), evidence=both)


# The limit


def test_it_has_five_working_days(sent):
    limit = sent.deadline()
    assert (limit.limit, limit.limit_type) == (5, "work_days")
    assert limit.met_at is None


def test_a_layer_may_have_its_own_limit(layer, people):
    CorrectionLimit.objects.create(limit=8, limit_type="work_days")
    assert send(people["grid_worker"]).deadline().limit == 8
    CorrectionLimit.objects.create(layer=layer, limit=2, limit_type="urgent_days")
    limit = send(people["grid_worker"]).deadline()
    assert (limit.limit, limit.limit_type) == (2, "urgent_days")


def test_a_site_brings_its_limits(layer, tmp_path):
    path = tmp_path / "corrections.json"
    path.write_text('[{"layer": "planning", "limit": 3, "limit_type": "work_days"}]')
    assert limits.load_limits(path) == limits.load_limits(path) == 1
    assert CorrectionLimit.objects.get().layer == layer
    path.write_text('[{"layer": "none", "limit": 3, "limit_type": "work_days"}]')
    with pytest.raises(BadInput):
        limits.load_limits(path)


def test_what_comes_late_from_a_phone_is_not_overdue_on_arrival(layer, people):
    seen = timezone.now() - timedelta(days=20)
    made, _event = sending.report(
        by=people["grid_worker"], uuid=uuid4(), evidence=of_feature(), happened_at=seen
    )
    assert made.reported_at == seen
    assert made.deadline().started_at > seen + timedelta(days=19)


def test_the_answer_ends_the_limit(sent, people):
    do(sent, "refuse", people["steward"], reason="right", note="核对过图纸")
    assert sent.deadline().met_at is not None


# Answers


def test_refused_with_a_reason_and_words(sent, people):
    with pytest.raises(MissingEvidence):
        do(sent, "refuse", people["steward"], reason="right")
    event = do(sent, "refuse", people["steward"], reason="right", note="核对过图纸")
    assert sent.state.phase == Phase.DONE
    assert (event.data["reason"], event.remark.text) == ("right", "核对过图纸")


@pytest.mark.parametrize("name", ["steward", "chief_data_officer"])
def test_who_reported_does_not_decide(layer, people, name):
    correction = send(people[name])
    for verb in ("accept", "refuse", "change"):
        with pytest.raises(Barred):
            do(correction, verb, people[name], reason="right", note="x")
    assert [m.verb for m in moves_open_to(correction, people[name])] == ["withdraw"]


def test_nobody_else_decides(sent, people):
    for name in ("grid_worker", "desk", "handler", "supervisor", "leader"):
        with pytest.raises(MayNotAct):
            do(sent, "accept", people[name])


def test_who_reported_may_take_it_back(sent, people):
    with pytest.raises(MayNotAct):
        do(sent, "withdraw", people["other_worker"])
    do(sent, "withdraw", people["grid_worker"])
    assert sent.state.phase == Phase.DONE
    assert sent.deadline().met_at is not None


def test_once_asked_again_somebody_else_upholds_it(sent, people):
    refusal = {"reason": "right", "note": "无误"}
    do(sent, "refuse", people["steward"], **refusal)
    do(sent, "ask_again", people["grid_worker"], note="请再看照片")
    assert sent.deadline().met_at is None
    with pytest.raises(Barred):
        do(sent, "refuse", people["steward"], **refusal)
    do(sent, "refuse", people["chief_data_officer"], **refusal)
    assert moves_open_to(sent, people["grid_worker"]) == []


def test_who_refused_first_may_accept_after_all(sent, people):
    do(sent, "refuse", people["steward"], reason="right", note="无误")
    do(sent, "ask_again", people["grid_worker"], note="请再看照片")
    do(sent, "accept", people["steward"])
    assert sent.state.phase == Phase.RESOLVE


# Changing now


def test_change_now_makes_a_draft_of_one_row(sent, layer, people):
    do(sent, "change", people["steward"], values={"用地代码": "G1"})
    draft = sent.draft
    assert (draft.number, draft.made_by) == (None, people["steward"])
    assert (draft.added, draft.changed, draft.closed, draft.rows) == (0, 1, 0, 6)
    (row,) = draft.draft_rows.all()
    assert (row.change, row.key, row.moved) == ("changed", KEY, None)
    assert row.properties == {"地块编号": KEY, "用地代码": "G1", "容积率": 1.5}
    assert draft.quality == layer.published.quality


def test_an_emptied_value_falls_away(sent, people):
    do(sent, "change", people["steward"], values={"容积率": None})
    (row,) = sent.draft.draft_rows.all()
    assert row.properties == {"地块编号": KEY, "用地代码": "R2"}


def test_removal_is_a_draft_without_the_row(sent, people):
    do(sent, "change", people["steward"], removal=True)
    (row,) = sent.draft.draft_rows.all()
    assert (row.change, row.key) == ("gone", KEY)
    assert (sent.draft.closed, sent.draft.rows) == (1, 5)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"removal": True, "values": {"用地代码": "G1"}},
        {"values": {"用地代码": "R2"}},
    ],
)
def test_a_change_must_change_something(sent, people, given):
    with pytest.raises(BadInput):
        do(sent, "change", people["steward"], **given)
    sent.refresh_from_db()
    assert (sent.draft, sent.state.phase) == (None, Phase.DISPATCH)
    assert sent.deadline().met_at is None


def test_what_is_so_already_is_said(sent, people):
    with pytest.raises(NothingToChange):
        do(sent, "change", people["steward"], values={"用地代码": "R2"})


def test_what_is_missing_waits_for_a_file(layer, people):
    correction = send(people["grid_worker"], evidence=of_lack())
    with pytest.raises(BadInput):
        do(correction, "change", people["steward"], values={"用地代码": "G1"})


def test_published_it_is_answered_by_itself(sent, layer, people):
    do(sent, "change", people["steward"], values={"用地代码": "G1"})
    made = publish(
        sent.draft, by=people["steward"], reviewer=people["chief_data_officer"]
    )
    sent.refresh_from_db()
    assert (sent.state.phase, sent.answer) == (Phase.DONE, made)
    assert sent.events().last().data == {"version": 2}
    row = layer.features.current().get(key=KEY)
    assert (row.properties["用地代码"], row.known_from) == ("G1", 2)
    assert layer.features.current().count() == 6


def test_publishing_leaves_the_answers_to_a_job(sent, people):
    do(sent, "change", people["steward"], values={"用地代码": "G1"})
    publish(sent.draft, by=people["steward"], reviewer=people["chief_data_officer"])
    jobs = ProcrastinateJob.objects.filter(task_name="layers.follow_version")
    assert jobs.get().args == {"version": sent.draft_id}


def test_a_removed_feature_is_answered_too(sent, layer, people):
    do(sent, "change", people["steward"], removal=True)
    publish(sent.draft, by=people["steward"], reviewer=people["chief_data_officer"])
    sent.refresh_from_db()
    assert sent.state.phase == Phase.DONE
    assert not layer.features.current().filter(key=KEY).exists()


def test_a_discarded_draft_leaves_it_accepted(sent, people):
    do(sent, "change", people["steward"], values={"用地代码": "G1"})
    draft = sent.draft
    act(draft, "discard", by=people["steward"], act_id=uuid4(), evidence={})
    draft.refresh_from_db()
    assert following.follow(draft) == 1
    sent.refresh_from_db()
    assert (sent.state.phase, sent.draft) == (Phase.RESOLVE, None)
    assert following.follow(draft) == 0


def test_a_draft_that_waits_cannot_be_let_go(sent, people):
    do(sent, "change", people["steward"], values={"用地代码": "G1"})
    officer = people["chief_data_officer"]
    assert following.follow(sent.draft) == 0
    with pytest.raises(Exception, match="still waits"):
        do(sent, "reopen", officer)


# The next version


def other_change(people, key, **values):
    """A version that changes one plot, made for another correction."""
    other = send(people["grid_worker"], key=key)
    do(other, "change", people["steward"], values=values)
    return publish(
        other.draft, by=people["steward"], reviewer=people["chief_data_officer"]
    )


def test_the_next_version_that_touches_it_answers_a_promise(sent, people):
    do(sent, "accept", people["steward"], note="列入下一版本")
    other_change(people, "XC-01", 用地代码="G1")
    sent.refresh_from_db()
    assert sent.state.phase == Phase.RESOLVE  # that version left it as it is
    made = other_change(people, KEY, 用地代码="G1")
    sent.refresh_from_db()
    assert (sent.state.phase, sent.answer) == (Phase.DONE, made)


def test_following_twice_answers_once(sent, people):
    do(sent, "accept", people["steward"])
    made = other_change(people, KEY, 用地代码="G1")
    assert following.follow(made) == 0
    assert Event.objects.of("correction", sent.uuid).count() == 3


def test_what_was_missing_is_answered_by_a_new_feature_close_by(layer, people):
    correction = send(people["grid_worker"], evidence=of_lack())
    do(correction, "accept", people["steward"])
    removed = other_change(people, "XC-01", 用地代码="G1")
    row = layer.features.current().get(key=KEY)
    row.pk, row.key, row.known_from = None, "XC-99", removed.number
    row.save(force_insert=True)
    assert following.follow(removed) == 1
    correction.refresh_from_db()
    assert correction.answer == removed


def test_the_limits_of_corrections_are_not_those_of_cases(sent):
    assert Deadline.objects.get().kind == "correction"
