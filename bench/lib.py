"""What every benchmark shares: the machine's line, a scratch database, measuring."""

import io
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def set_up(name: str) -> None:
    """Django on the scratch database ``test_govmap_bench_<name>``."""
    os.environ["PYTEST_DB"] = f"bench_{name}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govmap.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def make_site() -> None:
    """The scratch database with the test site, its people and rights."""
    from django.core.management import call_command

    from tests import databases
    from tests.sites import package

    def load() -> None:
        with tempfile.TemporaryDirectory() as folder:
            process = ROOT / "govmap" / "demo" / "processes" / "street.json"
            package.write(Path(folder), process=process)
            call_command("load_site", folder, stdout=io.StringIO())

    databases.make(load)


def describe_machine() -> str:
    """Processors, memory and versions in one line; nothing that names the machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split()[0]
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
        postgis = cursor.fetchone()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"machine: {os.cpu_count()} cores, {memory:.0f} GiB, Python"
        f" {platform.python_version()}, PostgreSQL {postgres}, PostGIS {postgis}"
    )


@dataclass(frozen=True)
class Cost:
    """Medians of one piece of work: milliseconds of CPU and of wall, and queries."""

    cpu: float
    wall: float
    queries: int

    def __str__(self) -> str:
        return f"{self.cpu:6.1f} ms CPU  {self.wall:6.1f} ms  {self.queries:3d} queries"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that Django sends meanwhile."""
    from django.db import connection

    statements: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def measure(work: Callable[[], object], *, runs: int = 40, warm: int = 5) -> Cost:
    """Run ``work`` in this process: medians over ``runs`` after ``warm`` uncounted."""
    for _ in range(warm):
        work()
    with counted() as statements:
        work()
    cpu, wall = [], []
    for _ in range(runs):
        began, began_cpu = time.perf_counter(), time.process_time()
        work()
        cpu.append(time.process_time() - began_cpu)
        wall.append(time.perf_counter() - began)
    return Cost(
        statistics.median(cpu) * 1000, statistics.median(wall) * 1000, len(statements)
    )


def median(costs: list[Cost]) -> Cost:
    """Of several rounds of the same work."""
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
        max(cost.queries for cost in costs),
    )


def conclude(name: str, figure: str, budget: str, *, within: bool) -> None:
    """The last line, and the exit status: 1 over budget."""
    print(f"{name}: {figure} (budget {budget})")
    sys.exit(0 if within else 1)
