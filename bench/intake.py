"""What one report and one list of 50 cost, among few cases and among a million.

Through the whole of the API as a signed-in client, in this process; the database's own
time shows in the wall figure. Signalen, the nearest peer, was measured on another day
on a machine like ours (46 queries and 52 ms of Python for a report, 377 queries and
560 ms for a list of 50): it cannot run here, so no ratio to it is claimed.
"""

import argparse
import io
import itertools
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

from bench import lib

lib.set_up("intake")

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from cases.intake import report  # noqa: E402
from tests import databases  # noqa: E402
from tests.sites import package  # noqa: E402
from workflow.models import Category  # noqa: E402

PROCESS = lib.ROOT / "govmap" / "demo" / "processes" / "street.json"
FEW, MANY = 10_000, 1_000_000
INTAKE_QUERIES, INTAKE_CPU = 20, 15.0
LIST_QUERIES, LIST_CPU = 8, 40.0
RATIO = 1.3
# Short turns in many rounds: the machine's speed drifts within a minute.
RUNS = 8

# One of 500 cases is a small department's, a hundred at the least; one of 20 is still
# open; three are the volunteer's. Places lie in the cell they name.
FILL = """
WITH cells AS (
    SELECT g.id, g.community_id, c.parent_id AS street_id,
           ST_Centroid(g.geometry) AS place, row_number() OVER () - 1 AS n
    FROM layers_gridcell g JOIN accounts_unit c ON c.id = g.community_id
), states AS (
    SELECT id, row_number() OVER (ORDER BY "order") - 1 AS n FROM workflow_state
), people AS (
    SELECT (SELECT id FROM accounts_user WHERE username = 'grid_worker') AS worker,
           (SELECT id FROM accounts_user WHERE username = 'volunteer') AS volunteer
), made AS (
    INSERT INTO cases_case (uuid, process_id, state_id, events_count, number, source,
        category_id, condition_id, place, accuracy, edge, edge_distance, address,
        cell_id, community_id, street_id, reporter_id, reported_at)
    SELECT gen_random_uuid(),
        (SELECT id FROM workflow_process WHERE is_default AND kind = 'case'),
        (SELECT id FROM states
         WHERE n = CASE WHEN i %% 20 = 0 THEN i / 20 %% 6 ELSE 6 END),
        1, 'B' || lpad(i::text, 10, '0'), 'field',
        (SELECT category_id FROM workflow_condition ORDER BY id LIMIT 1), NULL,
        cells.place, 10, 'inside', 0, '', cells.id, cells.community_id,
        cells.street_id,
        CASE WHEN i IN (3, 4, 5) THEN people.volunteer ELSE people.worker END,
        now() - interval '3 years' * (1 - i::float / %(total)s)
    FROM generate_series(%(from)s, %(total)s) AS i
    JOIN cells ON cells.n = i %% (SELECT count(*) FROM cells), people
    ORDER BY i
    RETURNING id, community_id, street_id, reporter_id
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
    yellow_at, due_at, met_at)
SELECT 'case', id, 'disposal', 4, 'work_hours', now(), now() + interval '3 hours',
    now() + interval '4 hours', NULL
FROM made
"""


def make_database() -> None:
    def load() -> None:
        with tempfile.TemporaryDirectory() as folder:
            package.write(Path(folder), process=PROCESS)
            call_command("load_site", folder, stdout=io.StringIO())

    databases.make(load)


def fill(name: str, first: int, total: int) -> None:
    """Cases numbered ``first`` to ``total`` with scope and deadlines."""
    databases.use(settings.SERVING_URL, name)
    with connection.cursor() as cursor:
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


def places() -> Iterator[list[float]]:
    return itertools.cycle(
        list(package.inside(1, 1, number)) for number in (1, 2, 3, 4)
    )


def litter() -> int:
    return Category.objects.get(code="06010", kind="event").pk


def intake() -> lib.Cost:
    """Cell lookup, case, scope, event and live notice, as every door calls them."""
    worker, category, spots = (
        User.objects.get(username="grid_worker"),
        litter(),
        places(),
    )

    def take() -> None:
        evidence = {"category": category, "place": next(spots)}
        report(by=worker, uuid=uuid4(), evidence=evidence)

    return lib.measure(take, runs=RUNS)


def posting() -> lib.Cost:
    """The same through the API: session, person, checks and the answer too."""
    client, category, spots = client_of("grid_worker"), litter(), places()

    def send() -> None:
        body = {"uuid": str(uuid4()), "category": category, "place": next(spots)}
        answer = client.post("/api/v1/cases/", body, "application/json")
        assert answer.status_code == 201, answer.content

    return lib.measure(send, runs=RUNS)


def listing(username: str, page: str = "") -> lib.Cost:
    client = client_of(username)

    def read() -> None:
        answer = client.get(page or "/api/v1/cases/?limit=50")
        assert answer.status_code == 200, answer.content

    return lib.measure(read, runs=RUNS)


WHO = {
    "desk": "street's desk",
    "other_handler": "small department",
    "volunteer": "reporter of three",
    "supervisor": "supervisor",
}


WORKS: dict[str, Callable[[], lib.Cost]] = {
    "intake, in process": intake,
    "report through the API": posting,
    **{f"list of 50, {title}": partial(listing, name) for name, title in WHO.items()},
}


def measure_in_turn(few: str, many: str, rounds: int) -> dict[str, list[lib.Cost]]:
    """Each work in both databases, turn about, so that a drifting machine hits both.

    Answers the medians over the rounds: of the few, of the many.
    """
    costs: dict[tuple[str, str], list[lib.Cost]] = defaultdict(list)
    for _ in range(rounds):
        for title, work in WORKS.items():
            for name in (few, many):
                databases.use(settings.SERVING_URL, name)
                costs[title, name].append(work())
    return {
        title: [lib.median(costs[title, name]) for name in (few, many)]
        for title in WORKS
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    few, many = databases.NAME, f"{databases.NAME}_many"
    make_database()
    print(lib.describe_machine())
    fill(few, 1, FEW)
    databases.recreate(many, few)
    fill(many, FEW + 1, options.many)
    costs = measure_in_turn(few, many, options.rounds)
    for title, (small, large) in costs.items():
        ratio = large.wall / small.wall
        print(f"{title}, ratio {ratio:.2f}")
        print(f"  {FEW:>9,} cases {small}\n  {options.many:>9,} cases {large}")
    databases.drop(many)
    databases.drop()
    judge(costs)


def judge(costs: dict[str, list[lib.Cost]]) -> None:
    taken = costs["intake, in process"][1]
    lists = [large for title, (_, large) in costs.items() if title.startswith("list")]
    ratio = max(large.wall / small.wall for small, large in costs.values())
    queries, cpu = max(c.queries for c in lists), max(c.cpu for c in lists)
    within = (
        taken.queries <= INTAKE_QUERIES
        and taken.cpu <= INTAKE_CPU
        and queries <= LIST_QUERIES
        and cpu <= LIST_CPU
        and ratio <= RATIO
    )
    lib.conclude(
        "intake",
        f"{taken.queries} queries, {taken.cpu:.1f} ms; list {queries} queries,"
        f" {cpu:.1f} ms; worst ratio {ratio:.2f}",
        f"{INTAKE_QUERIES} queries, {INTAKE_CPU:.0f} ms; list {LIST_QUERIES} queries,"
        f" {LIST_CPU:.0f} ms; ratio {RATIO}",
        within=within,
    )


if __name__ == "__main__":
    main()
