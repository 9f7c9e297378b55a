"""A street's figures over five million cases, and what keeping them costs.

The marks of all cases are there, and their totals; of cases and limits themselves only
those that a page can ask for: open ones and late ones (a limit met in time is in no
index that the page reads). The page's figures are compared with a sum over the marks.
The cost of a transition is measured by eight processes that take cases from report to
dispatch, with the counting and without it, turn about.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

from bench import lib

lib.set_up("evaluation")

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Unit, User  # noqa: E402
from cases.evaluation import board, totals  # noqa: E402
from cases.evaluation.periods import Period, period_with  # noqa: E402
from cases.intake import report  # noqa: E402
from cases.models import Axis, Case  # noqa: E402
from cases.wall.board import board_of  # noqa: E402
from tests import databases  # noqa: E402
from tests.sites import package  # noqa: E402
from workflow.effects import AFTER, Doing  # noqa: E402
from workflow.engine import act  # noqa: E402
from workflow.models import Category, Condition  # noqa: E402

MANY, STREETS, COMMUNITIES, DEPARTMENTS, DAYS = 5_000_000, 15, 17, 30, 1100
PAGE_BUDGET, HOOK_BUDGET = 50.0, 1.0  # ms
WRITERS = 8

UNITS = """
INSERT INTO accounts_unit (code, name, name_en, kind, parent_id)
SELECT 'bs' || lpad(n::text, 2, '0'), '街道' || n, '', 'street',
    (SELECT id FROM accounts_unit WHERE kind = 'district' LIMIT 1)
FROM generate_series(1, %(streets)s) n;
INSERT INTO accounts_unit (code, name, name_en, kind, parent_id)
SELECT s.code || lpad(n::text, 3, '0'), s.name || '社区' || n, '', 'community', s.id
FROM accounts_unit s, generate_series(1, %(communities)s) n WHERE s.code LIKE 'bs__';
INSERT INTO accounts_unit (code, name, name_en, kind, parent_id)
SELECT 'bd' || lpad(n::text, 2, '0'), '部门' || n, '', 'department', NULL
FROM generate_series(1, %(departments)s) n;
"""
# Case i lies in community i mod all, was told on its day and went its way within days;
# one of 12 late, one of 20 done again, one of 250 still open.
MARKS = """
WITH places AS (
    SELECT array_agg(c.id ORDER BY c.id) AS communities,
        array_agg(c.parent_id ORDER BY c.id) AS streets
    FROM accounts_unit c WHERE c.code LIKE 'bs_____'
), units AS (
    SELECT array_agg(id ORDER BY id) AS ids FROM accounts_unit WHERE code LIKE 'bd__'
), common AS (
    SELECT (SELECT id FROM workflow_category ORDER BY id LIMIT 1) AS category,
        (SELECT id FROM accounts_user ORDER BY id LIMIT 1) AS person
)
INSERT INTO cases_mark (case_id, seq, day, measure, delta, street_id, community_id,
    cell_id, unit_id, category_id, source, person_id, role)
SELECT i, m.seq, %(first)s::date + (i::bigint * %(days)s / %(many)s)::int + m.after,
    m.measure, 1, places.streets[1 + i %% array_length(places.streets, 1)],
    places.communities[1 + i %% array_length(places.communities, 1)], NULL,
    CASE WHEN m.seq > 2 THEN units.ids[1 + i %% array_length(units.ids, 1)] END,
    common.category, 'field', common.person, 'handler'
FROM generate_series(%(from)s, %(to)s) AS i, places, units, common,
    LATERAL (VALUES ('reports', 1, 0, true), ('filings', 2, 0, true),
        ('dispatches', 3, 0, true), ('disposals', 5, 1, i %% 250 <> 0),
        ('disposals_late', 5, 1, i %% 12 = 0 AND i %% 250 <> 0),
        ('reworks', 6, 1, i %% 20 = 0 AND i %% 250 <> 0),
        ('closings', 7, 2, i %% 250 <> 0),
        ('closings_late', 7, 2, i %% 12 = 0 AND i %% 250 <> 0)
    ) AS m (measure, seq, after, there)
WHERE m.there
"""
TOTALS = """
INSERT INTO cases_total (axis, unit_id, span, first_day, measure, amount)
SELECT %(axis)s, {column}, 'd', day, measure, sum(delta) FROM cases_mark
WHERE {column} IS NOT NULL GROUP BY 2, 4, 5
"""
MONTHS = """
INSERT INTO cases_total (axis, unit_id, span, first_day, measure, amount)
SELECT axis, unit_id, 'm', date_trunc('month', first_day)::date, measure, sum(amount)
FROM cases_total GROUP BY 1, 2, 4, 5
"""
LIMITS = """
WITH places AS (
    SELECT array_agg(c.id ORDER BY c.id) AS communities,
        array_agg(c.parent_id ORDER BY c.id) AS streets
    FROM accounts_unit c WHERE c.code LIKE 'bs_____'
), made AS (
    INSERT INTO cases_case (uuid, process_id, state_id, events_count, number, source,
        category_id, edge, edge_distance, address, community_id, street_id,
        reporter_id, reported_at, level, urgent, supervised, urged, typical)
    SELECT gen_random_uuid(), (SELECT id FROM workflow_process
            WHERE is_default AND kind = 'case'),
        (SELECT s.id FROM workflow_state s JOIN workflow_process p
            ON p.id = s.process_id WHERE p.is_default AND p.kind = 'case'
            ORDER BY s.id LIMIT 1), 1,
        'B' || lpad(i::text, 10, '0'), 'field',
        (SELECT id FROM workflow_category ORDER BY id LIMIT 1), 'no_place', 0, '',
        places.communities[1 + i %% array_length(places.communities, 1)],
        places.streets[1 + i %% array_length(places.streets, 1)],
        (SELECT id FROM accounts_user ORDER BY id LIMIT 1),
        now() - make_interval(days => %(days)s) * (1 - i::float / %(many)s),
        'street', false, false, 0, false
    FROM generate_series(1, %(many)s) AS i, places
    WHERE i %% 12 = 0 OR i %% 250 = 0
    RETURNING id, reported_at, number
)
INSERT INTO workflow_deadline (kind, subject_id, name, "limit", limit_type, started_at,
    yellow_at, due_at, met_at, overtime, used, extensions, provisional, exempted_why,
    paused_for, waits)
SELECT 'case', id, 'disposal', 4, 'work_hours', reported_at, reported_at,
    reported_at + interval '1 day',
    CASE WHEN right(number, 10)::bigint %% 250 <> 0
        THEN reported_at + interval '2 days' END,
    CASE WHEN right(number, 10)::bigint %% 250 <> 0 THEN interval '1 day' END,
    interval '0', 0, false, '', '', false
FROM made
"""
FULL = """
SELECT community_id, measure, sum(delta) FROM cases_mark
WHERE street_id = %s AND day BETWEEN %s AND %s GROUP BY 1, 2
"""
INDEXES = ("mark_by_case", "mark_by_street", "mark_by_unit")


def fill(many: int) -> None:
    """As the owner, for indexes are made after the rows."""
    databases.use(settings.OWNER_URL, databases.NAME)
    first = timezone.localdate() - timedelta(days=DAYS - 1)
    values: dict[str, Any] = {"many": many, "days": DAYS, "first": first}
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            UNITS,
            {
                "streets": STREETS,
                "communities": COMMUNITIES,
                "departments": DEPARTMENTS,
            },
        )
        with without_indexes(cursor):
            part = 500_000
            for start in range(1, many + 1, part):
                end = min(start + part - 1, many)
                cursor.execute(MARKS, {**values, "from": start, "to": end})
        said("marks")
        cursor.execute("SET work_mem = '512MB'")
        for axis, column in (
            *(("area", "street_id"), ("area", "community_id")),
            ("department", "unit_id"),
        ):
            cursor.execute(TOTALS.format(column=column), {"axis": axis})
        cursor.execute(MONTHS)
        said("totals")
        cursor.execute(LIMITS, values)
        said("limits")
        cursor.execute("VACUUM ANALYZE cases_mark, cases_total, cases_case")
        cursor.execute("VACUUM ANALYZE workflow_deadline, accounts_unit")
    databases.use(settings.SERVING_URL, databases.NAME)


BEGAN = time.perf_counter()


def said(what: str) -> None:
    print(f"  {what}: {time.perf_counter() - BEGAN:.0f} s", flush=True)


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE indexname = ANY(%s)",
        [list(INDEXES)],
    )
    made = cursor.fetchall()
    for name, _definition in made:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET maintenance_work_mem = '1GB'")
    for _name, definition in made:
        cursor.execute(definition)


def database_time(work: Callable[[], Any]) -> float:
    """Milliseconds that the statements of ``work`` take, as the client waits."""
    spent = 0.0

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - began

    with connection.execute_wrapper(note):
        work()
    return spent * 1000


def pages(runs: int) -> float:
    """The street's page in some periods; the worst median."""
    street = Unit.objects.get(code="bs07")
    below = list(Unit.objects.filter(parent=street).order_by("code"))
    today, worst = timezone.localdate(), 0.0
    for kind in ("day", "month", "quarter", "year"):
        for period in (period_with(kind, today), period_with(kind, today).before):

            def page(period: Period = period) -> None:
                board.board_of(period, [street, *below], [], chosen=street)

            page()
            median = statistics.median(database_time(page) for _ in range(runs))
            again = database_time(lambda span=period: full(street, span))  # type: ignore[misc]
            print(
                f"street's page, {period.title}: {median:.1f} ms; all: {again:.0f} ms"
            )
            compare(street, below, period)
            worst = max(worst, median)
    return max(worst, wall(street, runs))


def wall(street: Unit, runs: int) -> float:
    """The street's wall, made anew each time."""

    def page() -> None:
        cache.clear()
        board_of(street)

    page()
    median = statistics.median(database_time(page) for _ in range(runs))
    print(f"street's wall: {median:.1f} ms")
    return median


def full(street: Unit, period: Period) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(FULL, [street.pk, period.first, period.last])
        return cursor.fetchall()


def compare(street: Unit, below: list[Unit], period: Period) -> None:
    """Exits where a total is not what the marks come to."""
    keys = [unit.pk for unit in below]
    found = totals.sums(Axis.AREA, keys, period.first, period.last)
    kept = {(unit, name): n for unit, row in found.items() for name, n in row.items()}
    again = {(unit, name): n for unit, name, n in full(street, period)}
    assert kept == again, f"{period.title}: totals and marks differ"


def write(number: int, cases: int, counting: bool, out: Any) -> None:
    """One writer: each case told, filed and dispatched. Its mean time of an act."""
    inside = 0.0
    hooks = AFTER.pop(Case.KIND, [])
    if not counting:
        hooks = []

    def timed(doing: Doing) -> None:
        nonlocal inside
        began = time.perf_counter()
        for function in hooks:
            function(doing)
        inside += time.perf_counter() - began

    AFTER[Case.KIND] = [timed]
    people = {user.username: user for user in User.objects.all()}
    litter = Category.objects.get(code="06010", kind="event")
    condition = Condition.objects.get(category=litter).pk
    place = list(package.inside(1, 1, 1 + number % 4))
    began = time.perf_counter()
    for _ in range(cases):
        given = {"category": litter.pk, "place": place}
        case, _event = report(by=people["grid_worker"], uuid=uuid4(), evidence=given)
        for verb, by, more in (
            ("file", "filer", {"condition": condition}),
            ("dispatch", "dispatcher", {"unit": "sanitation"}),
        ):
            act(case, verb, by=people[by], act_id=uuid4(), evidence=more)
    ms = 1000 / (3 * cases)
    out.put(((time.perf_counter() - began) * ms, inside * ms))


def writers(cases: int, counting: bool) -> tuple[float, float, float]:
    """Of an act, in ms: how long a writer waits, how long of that is the counting, and
    the elapsed time that all of them need for one.
    """
    databases.disconnect()
    context = multiprocessing.get_context("fork")
    out = context.Queue()
    team = [
        context.Process(target=write, args=(number, cases, counting, out))
        for number in range(WRITERS)
    ]
    began = time.perf_counter()
    for one in team:
        one.start()
    told = [out.get(timeout=600) for _ in team]
    for one in team:
        one.join()
    elapsed = (time.perf_counter() - began) * 1000 / (3 * cases * WRITERS)
    waits, inside = (statistics.mean(column) for column in zip(*told, strict=True))
    return waits, inside, elapsed


def hook(cases: int, rounds: int) -> float:
    """What counting adds to the elapsed time of an act, in ms.

    Each turn with it is set against the one without it beside it, for a machine drifts.
    """
    turns = []
    for turn in range(rounds):
        pair = {flag: writers(cases, flag) for flag in (turn % 2 == 0, turn % 2 == 1)}
        turns.append((pair[True], pair[False]))
    more = statistics.median(on[2] - off[2] for on, off in turns)
    on, off = (
        [statistics.median(column) for column in zip(*rows, strict=True)]
        for rows in zip(*turns, strict=True)
    )
    print(
        f"{WRITERS} writers: an act each {on[2]:.2f} ms with counting, {off[2]:.2f} ms"
        f" without; a writer waits {on[0]:.1f} ms for one, {on[1]:.2f} ms of it for"
        f" the counting, and {off[0]:.1f} ms without",
        flush=True,
    )
    return more


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--cases", type=int, default=25, help="a writer and turn")
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    lib.make_site()
    print(lib.describe_machine())
    cost = hook(options.cases, options.rounds)
    fill(options.many)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('cases_mark') / 1048576,"
                       " pg_total_relation_size('cases_total') / 1048576")  # fmt: skip
        marks, sums = cursor.fetchone()
    print(f"{options.many:,} cases: marks {marks:,} MiB, totals {sums:,} MiB")
    worst = pages(options.runs)
    databases.drop()
    lib.conclude(
        "evaluation",
        f"street's page {worst:.1f} ms, counting {cost:.2f} ms an act",
        f"{PAGE_BUDGET:.0f} ms, {HOOK_BUDGET:.0f} ms",
        within=worst <= PAGE_BUDGET and cost <= HOOK_BUDGET,
    )


if __name__ == "__main__":
    main()
