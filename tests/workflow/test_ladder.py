"""The ladder: each point once, also after a stop, and pauses that end by themselves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from govmap.lib.errors import BadInput
from tests.workflow import asking, pausing
from workflow import ladder, ladder_loading, own_labels
from workflow.models import Deadline, LadderFiring, LadderStep, Notice

# Whole weeks: the same weekday, so that the same slots are free.
HOUR, LONG_AGO = timedelta(hours=1), timedelta(days=28)


@pytest.fixture
def case(people, tmp_path):
    """A case whose disposal limit runs, with the test site's ladder."""
    pausing.load(tmp_path)
    LadderStep.objects.update(begins_at=timezone.now() - 2 * LONG_AGO)
    return asking.at_work(people)


@pytest.fixture
def limit(case):
    return pausing.the_limit(case)


def fired(limit) -> list[str]:
    rows = LadderFiring.objects.filter(deadline=limit).order_by("pk")
    return list(rows.values_list("step__code", flat=True))


def step_of(code="more", **fields) -> LadderStep:
    """A step in use for long; every limit's point of 100 % where nothing else."""
    fields = {"share": None if "minutes" in fields else 100} | fields
    since = timezone.now() - 2 * LONG_AGO
    title = {"en": code}
    return LadderStep.objects.create(code=code, titles=title, begins_at=since, **fields)


def test_a_new_limit_is_looked_at_and_waits_for_its_first_point(limit):
    ladder.climb(timezone.now())
    limit.refresh_from_db()
    assert (fired(limit), limit.look_at) == ([], limit.yellow_at)


def test_each_point_tells_whom_it_says_once(limit, people):
    for moment in [limit.yellow_at, limit.yellow_at, limit.due_at, limit.due_at]:
        ladder.climb(moment)
    assert fired(limit) == ["remind", "urge_again"]
    told = Notice.objects.filter(what="ladder").order_by("pk")
    names = list(told.values_list("person__username", flat=True))
    assert sorted(names) == ["handler", "handler", "unit_reviewer"]


def test_after_a_stop_what_was_missed_is_made_up_for_once(limit):
    pausing.back(limit, LONG_AGO)
    for _minute in range(3):
        ladder.climb(timezone.now())
    assert fired(limit) == ["remind", "urge_again"]
    limit.refresh_from_db()
    assert limit.look_at is None


def test_points_from_before_a_step_was_made_are_not_made_up_for(limit):
    pausing.back(limit, LONG_AGO)
    LadderStep.objects.update(begins_at=timezone.now())
    ladder.climb(timezone.now())
    assert fired(limit) == []


def test_two_jobs_at_once_take_a_step_once(limit):
    pausing.back(limit, LONG_AGO)
    now = timezone.now()
    ladder.look(limit.pk, now)
    Deadline.objects.update(look_at=now)
    ladder.look(limit.pk, now)
    assert fired(limit) == ["remind", "urge_again"]


def test_an_extension_begins_a_new_round(limit, case, people):
    ladder.climb(limit.yellow_at)
    asking.do(case, "lengthen", people["dispatcher"])
    ladder.climb(timezone.now())
    ladder.climb(pausing.the_limit(case).yellow_at)
    assert fired(limit) == ["remind", "remind"]


def test_what_is_paused_or_met_is_left_alone(limit, case, people):
    asking.do(case, "rest", people["dispatcher"])
    ladder.climb(limit.due_at + LONG_AGO)
    asking.do(case, "wake", people["dispatcher"])
    asking.do(case, "mend", people["handler"])
    ladder.climb(limit.due_at + LONG_AGO)
    assert fired(limit) == []


@pytest.mark.parametrize("minutes", [-30, 0, 90])
def test_a_point_may_lie_minutes_from_when_it_is_due(limit, minutes):
    step_of("timed", minutes=minutes)
    point = limit.due_at + timedelta(minutes=minutes)
    ladder.climb(point - timedelta(seconds=1))
    assert "timed" not in fired(limit)
    ladder.look_at_all()
    ladder.climb(point + timedelta(days=1))
    assert "timed" in fired(limit)


def test_a_step_does_a_move_that_is_the_systems_once(limit, case):
    step_of("let_urge", verb="urge")
    pausing.back(limit, LONG_AGO)
    for _minute in range(2):
        ladder.climb(timezone.now())
    urged = case.events().filter(verb="urge")
    assert [event.actor.username for event in urged] == ["govmap-system"]


def test_a_move_that_is_refused_is_kept_with_the_reason(limit, case):
    step_of("let_go_on", verb="wake")
    pausing.back(limit, LONG_AGO)
    ladder.climb(timezone.now())
    firing = LadderFiring.objects.get(step__code="let_go_on")
    # The case does not rest, so there is nothing to wake: kept, and others go on.
    assert firing.refused
    assert "remind" in fired(limit)


def test_a_failure_with_one_limit_holds_up_no_other(limit, people, monkeypatch):
    other = pausing.the_limit(asking.at_work(people))
    look = ladder.look

    def fail_first(pk, now):
        if pk == limit.pk:
            raise ValueError("no such luck")
        look(pk, now)

    monkeypatch.setattr(ladder, "look", fail_first)
    for row in (limit, other):
        pausing.back(row, LONG_AGO)
    ladder.climb(timezone.now())
    limit.refresh_from_db()
    assert fired(other) and not fired(limit) and limit.look_at > timezone.now()


def test_a_run_of_the_job_is_bounded(case, limit, people):
    other = pausing.the_limit(asking.at_work(people))
    for row in (limit, other):
        pausing.back(row, LONG_AGO)
    # Accepting has limits of its own, met already.
    assert [ladder.climb(timezone.now(), most=1) for _run in range(3)] == [1, 1, 0]


def test_the_job_reads_only_what_is_due_from_its_index(limit):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = ladder.waiting(timezone.now())[:500].query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "deadline_look_at" in plan and "Sort" not in plan


def test_a_pause_ends_by_the_processes_own_move(case, limit, people):
    until = pausing.in_days(2).isoformat()
    asking.do(case, "rest", people["dispatcher"], until=until)
    ends = pausing.the_limit(case).paused_until
    ladder.resume_due(ends - HOUR)
    assert pausing.the_limit(case).paused_at
    ladder.resume_due(ends)
    case.refresh_from_db()
    assert (case.state.code, pausing.the_limit(case).paused_at) == ("work", None)


@pytest.fixture
def woken(case, limit):
    """A pause that no move of the process can end, a day after it should have."""
    now = timezone.now()
    pausing.back(
        limit,
        timedelta(),
        **{"paused_at": now - 2 * HOUR, "since": now - 2 * HOUR},
        **{"paused_until": now - HOUR},
    )
    ladder.resume_due(now)
    return now


def test_a_pause_that_no_move_ends_goes_on_by_the_clock(case, woken):
    row = pausing.the_limit(case)
    assert (row.paused_at, row.since) == (None, woken - HOUR)
    event = case.events().last()
    assert (event.verb, event.from_state) == (own_labels.WENT_ON, event.to_state)


def test_an_event_of_the_clock_is_chained_with_the_others(case, woken):
    case.refresh_from_db()
    pausing.check_chain(case)


def of_cases() -> list[dict]:
    return [step for step in ladder_loading.export() if step["kind"] == "case"]


@pytest.fixture
def data(db):
    return of_cases()


def test_a_ladder_is_written_as_it_is_read(data):
    assert ladder_loading.load_data(data, name="ladder.json") == "2 steps, unchanged"
    assert of_cases() == data


def test_steps_of_kinds_that_the_file_does_not_name_stay(data):
    other = step_of("other", kind="correction", verb="urge")
    ladder_loading.load_data(data, name="ladder.json")
    other.refresh_from_db()
    assert other.in_use


def test_a_step_that_the_file_leaves_out_is_out_of_use(data, limit):
    ladder_loading.load_data(data[:1], name="ladder.json")
    pausing.back(limit, LONG_AGO)
    ladder.climb(timezone.now())
    assert fired(limit) == ["remind"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": None},
        {"minutes": 5},
        {"share": 1001},
        {"who": []},
        {"who": [{"at": "host", "role": "king"}]},
        {"title": None},
    ],
)
def test_what_is_no_step_is_refused(data, wrong):
    with pytest.raises(BadInput, match="step 1"):
        ladder_loading.load_data([data[0] | wrong], name="ladder.json")
