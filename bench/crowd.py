"""A site with few cases and the same with a million: what each work costs in both.

The client is in this process and goes through the whole application; the database's
own time shows in the wall figure. Turn about, so that a drifting machine hits both.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from bench import lib
from cases.models import Case
from tests import databases

FEW, MANY = 10_000, 1_000_000
RATIO = 1.3
PAGE = 50
# Short turns in many rounds: the machine's speed drifts within a minute.
RUNS = 8
WHO = {
    "desk": "street's desk",
    "other_handler": "small department",
    "volunteer": "reporter of three",
    "supervisor": "supervisor",
}
Works = Mapping[str, Callable[[], lib.Cost]]
Costs = dict[str, tuple[lib.Cost, lib.Cost]]  # among few cases, among many

# The ground of a district, east of the test site, in whose few cells a million cases
# would lie upon one another: cells of a thousandth of a degree, 60 in a row.
EAST, ROW = 116.4, 60
CELLS = """
INSERT INTO layers_gridcell (code, name, community_id, geometry, valid, area)
SELECT '8' || lpad(n::text, 14, '0'), '', c.id, ST_MakeEnvelope(
    %(east)s + n %% %(row)s * 0.001, 39.9 + n / %(row)s * 0.001,
    %(east)s + (n %% %(row)s + 1) * 0.001, 39.9 + (n / %(row)s + 1) * 0.001, 4490),
    tstzrange('2020-01-01', NULL), 9500
FROM generate_series(0, 2399) AS n JOIN (
    SELECT id, row_number() OVER (ORDER BY code) - 1 AS at, count(*) OVER () AS of
    FROM accounts_unit WHERE kind = 'community'
) AS c ON c.at = n %% c.of
"""
# One of 500 cases is a small department's, a hundred at the least; three are the
# volunteer's. Of the last 10,000 one in four is open: a district's open cases do not
# grow with its archive. Places lie in the cell they name.
FILL = """
WITH cells AS (
    SELECT g.id, g.community_id, c.parent_id AS street_id,
           ST_Centroid(g.geometry) AS place, row_number() OVER () - 1 AS n
    FROM layers_gridcell g JOIN accounts_unit c ON c.id = g.community_id
), process AS (
    SELECT id FROM workflow_process WHERE is_default AND kind = 'case'
    ORDER BY id DESC LIMIT 1
), states AS (
    SELECT s.id, s.phase, count(*) OVER (PARTITION BY s.phase = 'done') AS of,
        row_number() OVER (PARTITION BY s.phase = 'done' ORDER BY "order") - 1 AS n
    FROM workflow_state s JOIN process ON process.id = s.process_id
), people AS (
    SELECT (SELECT id FROM accounts_user WHERE username = 'grid_worker') AS worker,
           (SELECT id FROM accounts_user WHERE username = 'volunteer') AS volunteer
), made AS (
    INSERT INTO cases_case (uuid, process_id, state_id, events_count, number, source,
        category_id, condition_id, place, accuracy, edge, edge_distance, address,
        cell_id, community_id, street_id, reporter_id, reported_at, level, urgent,
        supervised, urged, typical)
    SELECT gen_random_uuid(),
        process.id,
        (SELECT id FROM states WHERE CASE WHEN i %% 4 = 0 AND i > %(total)s - 10000
            THEN phase <> 'done' AND n = i / 4 %% of
            ELSE phase = 'done' AND n = 0 END),
        1, 'B' || lpad(i::text, 10, '0'), 'field',
        (SELECT category_id FROM workflow_condition ORDER BY id LIMIT 1), NULL,
        cells.place, 10, 'inside', 0, '', cells.id, cells.community_id,
        cells.street_id,
        CASE WHEN i IN (3, 4, 5) THEN people.volunteer ELSE people.worker END,
        now() - interval '3 years' * (1 - i::float / %(total)s), 'street', false,
        false, 0, false
    FROM generate_series(%(from)s, %(total)s) AS i
    JOIN cells ON cells.n = i %% (SELECT count(*) FROM cells), people, process
    ORDER BY i
    RETURNING id, community_id, street_id, reporter_id, reported_at, state_id
), concerned AS (
    INSERT INTO workflow_scope (kind, subject_id, unit_id, user_id, why)
    SELECT 'case', id, unit_id, user_id, why FROM made, LATERAL (VALUES
        (community_id, NULL::bigint, 'own'), (street_id, NULL, 'own'),
        (NULL, reporter_id, 'own'),
        ((SELECT id FROM accounts_unit WHERE code =
            CASE WHEN made.id %% 500 = 0 OR made.id <= 100
            THEN 'gardens' ELSE 'sanitation' END),
         NULL, 'host')
    ) AS rows (unit_id, user_id, why)
    RETURNING subject_id
)
INSERT INTO workflow_deadline (kind, subject_id, name, "limit", limit_type, started_at,
    yellow_at, due_at, met_at, used, extensions, provisional, exempted_why, paused_for,
    waits)
SELECT 'case', made.id, 'disposal', 4, 'work_hours', reported_at,
    reported_at + interval '3 hours', reported_at + interval '4 hours',
    CASE WHEN phase = 'done' THEN reported_at + interval '2 hours' END,
    interval '0', 0, false, '', '', false
FROM made JOIN states ON states.id = made.state_id
"""
CLOSE = """
UPDATE cases_case c SET state_id = s.id FROM workflow_state s
WHERE s.process_id = c.process_id AND s.phase = 'done' AND c.id <= %(last)s;
UPDATE workflow_deadline SET met_at = due_at WHERE met_at IS NULL
    AND kind = 'case' AND subject_id <= %(last)s;
"""


def fill(name: str, first: int, total: int) -> None:
    """Cases numbered ``first`` to ``total`` with scope and deadlines; those that were
    there before are closed."""
    databases.use(settings.SERVING_URL, name)
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, {"last": first - 1})
        cursor.execute(FILL, {"from": first, "total": total})
    databases.use(settings.OWNER_URL, name)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def client_of(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(
        User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def reading(username: str, address: Callable[[User], str]) -> lib.Cost:
    """What one person's page costs; its address is found outside the measuring."""
    client, page = client_of(username), address(User.objects.get(username=username))

    def read() -> None:
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.content[:500])

    return lib.measure(read, runs=RUNS)


def last_before_page(user: User, page: int) -> Case | None:
    """The last case of the page before, newest first; None before the first page.

    Of fewer cases than that the last page that is full, so that pages of one size are
    compared.
    """
    rows = Case.objects.visible_to(user).order_by("-pk")
    at = min(PAGE * (page - 1), rows.count() - PAGE)
    return rows[at - 1] if at > 0 else None


def in_turn(works: Works, few: str, many: str, rounds: int) -> Costs:
    """Each work in both databases: the medians over the rounds."""
    costs: dict[tuple[str, str], list[lib.Cost]] = defaultdict(list)
    for _ in range(rounds):
        for title, work in works.items():
            for name in (few, many):
                databases.use(settings.SERVING_URL, name)
                costs[title, name].append(work())
    return {
        title: (lib.median(costs[title, few]), lib.median(costs[title, many]))
        for title in works
    }


def compare(doc: str | None, works: Works) -> Costs:
    """Make both databases, measure, print, and drop them."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--keep", action="store_true", help="leave the databases")
    parser.add_argument("--kept", action="store_true", help="measure those left")
    options = parser.parse_args()
    few, many = databases.NAME, f"{databases.NAME}_many"
    print(lib.describe_machine())
    if not options.kept:
        _make(few, many, options.many)
    costs = in_turn(works, few, many, options.rounds)
    for title, (small, large) in costs.items():
        print(f"{title}, ratio {large.wall / small.wall:.2f}")
        print(f"  {FEW:>9,} cases {small}\n  {options.many:>9,} cases {large}")
    if not (options.keep or options.kept):
        databases.drop(many)
        databases.drop()
    return costs


def _make(few: str, many: str, total: int) -> None:
    lib.make_site()
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"east": EAST, "row": ROW})
    fill(few, 1, FEW)
    databases.recreate(many, few)
    fill(many, FEW + 1, total)


def worst_ratio(costs: Costs) -> float:
    return max(large.wall / small.wall for small, large in costs.values())
