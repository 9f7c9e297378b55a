"""Runs of the overlay rules: found again, gone, excepted, cancelled; their layer."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Unit
from govmap.lib.errors import Conflict as TooLate
from layers.conflicts import deciding, running
from layers.conflicts.overlay import results
from layers.models import Conflict, ConflictRun, Correction, Feature, Layer
from tests.layers.overlays import (
    a_rule,
    box,
    found,
    layer_of,
    publish,
    run,
    square_metres,
)

PLOT = {"P": box(0, 0, 20, 20)}
HOUSES = {"A": box(15, 2, 10, 4), "B": box(15, 8, 10, 4), "C": box(2, 2, 4, 4)}


@pytest.fixture
def houses(db):
    return layer_of("houses", HOUSES)


@pytest.fixture
def rule(houses):
    return a_rule("outside", houses, layer_of("plots", PLOT))


def standing(rule):
    return {row.left_key: row for row in rule.conflicts.standing()}


def test_a_run_says_what_it_found(rule):
    ended = run(rule)
    assert (ended.status, ended.rows_total, ended.rows_done) == ("done", 3, 3)
    assert (ended.found, ended.new, ended.gone) == (2, 2, 0)


def test_what_stays_keeps_its_row_and_what_is_gone_is_closed(rule, houses):
    run(rule)
    before = standing(rule)
    publish(houses, {**HOUSES, "B": box(2, 12, 4, 4)})
    ended = run(rule)
    assert (ended.found, ended.new, ended.gone) == (1, 0, 1)
    assert standing(rule) == {"A": before["A"]}
    before["B"].refresh_from_db()
    assert before["B"].gone_at is not None


def test_a_run_that_has_ended_is_not_done_again(rule):
    ended = run(rule)
    Conflict.objects.all().delete()
    assert running.carry_out(ended).status == "done"
    assert not Conflict.objects.exists()


def test_asked_twice_before_it_starts_it_is_one_run(rule):
    jobs = []
    runs = {running.begin(rule, by=None, then=jobs.append).pk for _ in range(2)}
    assert len(runs) == len(jobs) == 1


def test_a_cancelled_run_leaves_nothing(rule, monkeypatch):
    monkeypatch.setattr(results, "BATCH", 1)
    made = running.begin(rule, by=None, then=lambda run: None)
    ConflictRun.objects.update(cancel_asked=True)
    assert running.carry_out(made).status == "cancelled"
    assert not Conflict.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.found_conflict')")
        assert cursor.fetchone() == (None,)


def test_a_waiting_run_is_cancelled_at_once(rule):
    made = running.begin(rule, by=None, then=lambda run: None)
    assert running.cancel(made).status == "cancelled"
    assert rule not in running.stale_rules()


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_batches_of_any_size_find_the_same(rule, monkeypatch, batch):
    monkeypatch.setattr(results, "BATCH", batch)
    wanted = pytest.approx(square_metres(20), rel=1e-3)
    assert found(rule) == {("A", "P"): wanted, ("B", "P"): wanted}


def test_a_version_that_comes_meanwhile_makes_it_begin_again(rule, houses, monkeypatch):
    compared = running._compare

    def compare(*given):
        compared(*given)
        if houses.versions.count() == 1:
            publish(houses, {"C": HOUSES["C"]})

    monkeypatch.setattr(running, "_compare", compare)
    assert run(rule).status == "done"
    assert standing(rule) == {}


def test_a_rule_is_stale_until_it_has_compared_the_published_versions(rule, houses):
    assert rule in running.stale_rules()
    run(rule)
    assert rule not in running.stale_rules()
    publish(houses, {"C": HOUSES["C"]})
    assert rule in running.stale_rules()


def test_a_rule_that_is_switched_off_is_not_run_by_itself(rule):
    rule.active = False
    rule.save()
    assert rule not in running.stale_rules()


def test_a_conflict_belongs_to_the_street_it_lies_in(rule):
    run(rule)
    assert standing(rule)["A"].street == Unit.objects.get(code="110109001")


def test_an_exception_needs_a_reason_and_says_whose_it_is(rule, people):
    run(rule)
    row = standing(rule)["A"]
    with pytest.raises(deciding.NoReason):
        deciding.accept_exception(row, by=people["steward"], reason="  ")
    kept = deciding.accept_exception(row, by=people["steward"], reason="历史 建筑")
    assert (kept.state, kept.decided_by, kept.reason) == (
        *("excepted", people["steward"], "历史 建筑"),
    )
    run(rule)
    assert standing(rule)["A"].state == "excepted"


def test_an_exception_is_undone_and_not_twice(rule, people):
    run(rule)
    row = standing(rule)["A"]
    deciding.accept_exception(row, by=people["steward"], reason="可以")
    with pytest.raises(TooLate):
        deciding.accept_exception(row, by=people["steward"], reason="又来")
    row.refresh_from_db()
    assert deciding.open_again(row, by=people["steward"]).state == "open"


def test_an_exception_is_open_again_when_the_conflict_grows(rule, houses, people):
    run(rule)
    row = standing(rule)["A"]
    deciding.accept_exception(row, by=people["steward"], reason="可以")
    publish(houses, {**HOUSES, "A": box(15, 2, 14, 4)})
    run(rule)
    assert standing(rule)["A"].state == "open"


def test_open_conflicts_are_a_layer_that_follows_them(rule, people):
    run(rule)
    layer = Layer.objects.get(code="conflict-rule")
    assert layer.published.rows == 2 and layer.kind == "frame"
    deciding.accept_exception(standing(rule)["A"], by=people["steward"], reason="可以")
    running.show_again(rule)
    rows = Feature.objects.filter(layer=layer).current()
    assert [row.properties["left"] for row in rows] == ["B"]


def test_when_all_is_settled_the_layer_is_empty(rule, houses):
    run(rule)
    publish(houses, {"C": HOUSES["C"]})
    run(rule)
    assert Layer.objects.get(code="conflict-rule").published.rows == 0


def test_a_rule_without_any_conflict_makes_no_layer(houses):
    run(a_rule("outside", houses, layer_of("all", {"P": box(-50, -50, 200, 200)})))
    assert not Layer.objects.filter(code="conflict-rule").exists()


def test_the_layer_is_as_sensitive_as_the_most_sensitive_field(houses):
    plots = layer_of("plots", PLOT, 用途={"P": "R2"})
    plots.schema = [{**row, "sensitivity": "sensitive"} for row in plots.schema]
    plots.save()
    only = {"right": {"用途": ["R2"]}}
    rule = a_rule("outside", houses, plots, only=only)
    run(rule)
    assert rule.sensitivity == "sensitive"
    assert Layer.objects.get(code="conflict-rule").sensitivity == "sensitive"


def test_only_who_sees_both_layers_sees_the_conflicts(rule, houses, people):
    run(rule)
    worker = people["grid_worker"]
    assert Conflict.objects.visible_to(worker).count() == 2
    Layer.objects.filter(pk=houses.pk).update(sensitivity="sensitive")
    assert Conflict.objects.visible_to(worker).count() == 0
    assert Conflict.objects.visible_to(people["steward"]).count() == 2


def test_a_conflict_is_sent_to_the_provider_as_a_correction(rule, people):
    run(rule)
    row = standing(rule)["A"]
    uuid = uuid4()
    asked = {"by": people["steward"], "text": "超出地块", "side": "left"}
    for _again in range(2):
        sent = deciding.send_as_correction(row, **asked, reason="place", uuid=uuid)
        row.refresh_from_db()
    correction = Correction.objects.get()
    assert (correction.layer.code, correction.key) == ("houses", "A")
    assert (sent.state, sent.correction) == ("sent", correction)
    with pytest.raises(deciding.StillWaiting):
        deciding.open_again(row, by=people["steward"])


def test_a_run_that_breaks_off_says_so_and_is_not_tried_for_ever(rule, monkeypatch):
    monkeypatch.setattr(running.conflict_layer, "show", lambda rule: 1 / 0)
    ended = run(rule)
    assert ended.status == "failed" and ended.message
    assert not Conflict.objects.exists()
    assert rule not in running.stale_rules()


def test_a_found_day_is_told(rule):
    run(rule)
    assert standing(rule)["A"].found_at <= timezone.now()
