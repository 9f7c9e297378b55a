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
from pathlib import Path
from uuid import uuid4

from bench import lib

lib.set_up("intake")

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from tests import databases  # noqa: E402
from tests.sites import package  # noqa: E402
from workflow.models import Category  # noqa: E402

PROCESS = lib.ROOT / "govmap" / "demo" / "processes" / "street.json"
FEW, MANY = 10_000, 1_000_000
INTAKE_QUERIES, INTAKE_CPU = 20, 15.0
LIST_QUERIES, LIST_CPU = 8, 40.0
RATIO = 1.3

# One of 500 cases is a small department's, one of 20 is still open; three are the
# volunteer's. Places lie in the cell they name.
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
    SELECT gen_random_uuid(), (SELECT id FROM workflow_process WHERE is_default),
        (SELECT id FROM states
         WHERE n = CASE WHEN i %% 20 = 0 THEN i / 20 %% 6 ELSE 6 END),
        1, 'B' || lpad(i::text, 10, '0'), 'field',
        (SELECT category_id FROM workflow_condition ORDER BY id LIMIT 1), NULL,
        cells.place, 10, 'inside', 0, '', cells.id, cells.community_id,
        cells.street_id,
        CASE WHEN i %% 400000 = 3 THEN people.volunteer ELSE people.worker END,
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
            CASE WHEN made.id %% 500 = 0 THEN 'gardens' ELSE 'sanitation' END),
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


def fill(first: int, total: int) -> None:
    """Cases numbered ``first`` to ``total`` with scope and deadlines."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"from": first, "total": total})
    databases.use(databases.settings.OWNER_URL, databases.NAME)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    databases.use(databases.settings.SERVING_URL, databases.NAME)


def client_of(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(
        User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def intake() -> lib.Cost:
    client = client_of("grid_worker")
    category = Category.objects.get(code="06010", kind="event").pk
    places = itertools.cycle([package.inside(1, 1, number) for number in (1, 2, 3, 4)])

    def send() -> None:
        body = {"uuid": str(uuid4()), "category": category, "place": list(next(places))}
        answer = client.post("/api/v1/cases/", body, "application/json")
        assert answer.status_code == 201, answer.content

    return lib.measure(send)


def listing(username: str, page: str = "") -> lib.Cost:
    client = client_of(username)

    def read() -> None:
        answer = client.get(page or "/api/v1/cases/?limit=50")
        assert answer.status_code == 200, answer.content

    return lib.measure(read, runs=20)


WHO = {
    "desk": "street's desk",
    "other_handler": "small department",
    "volunteer": "reporter of three",
    "supervisor": "supervisor",
}


def round_of(count: int) -> dict[str, lib.Cost]:
    costs = {"report": intake()}
    print(f"  {'report':24}{costs['report']}")
    for username, title in WHO.items():
        costs[username] = listing(username)
        print(f"  {'list of 50, ' + title:24}{costs[username]}")
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=MANY)
    many = parser.parse_args().many
    make_database()
    print(lib.describe_machine())
    print(f"{FEW:,} cases:")
    fill(1, FEW)
    few = round_of(FEW)
    print(f"{many:,} cases:")
    fill(FEW + 1, many)
    lots = round_of(many)
    ratio = max(lots[key].wall / few[key].wall for key in few)
    report, lists = lots["report"], [lots[key] for key in WHO]
    within = (
        report.queries <= INTAKE_QUERIES
        and report.cpu <= INTAKE_CPU
        and max(cost.queries for cost in lists) <= LIST_QUERIES
        and max(cost.cpu for cost in lists) <= LIST_CPU
        and ratio <= RATIO
    )
    databases.drop()
    lib.conclude(
        "intake",
        f"{report.queries} queries, {report.cpu:.1f} ms; list"
        f" {max(cost.queries for cost in lists)} queries,"
        f" {max(cost.cpu for cost in lists):.1f} ms; worst ratio {ratio:.2f}",
        f"{INTAKE_QUERIES} queries, {INTAKE_CPU:.0f} ms; list {LIST_QUERIES} queries,"
        f" {LIST_CPU:.0f} ms; ratio {RATIO}",
        within=within,
    )


if __name__ == "__main__":
    main()
