"""Conflicts of 100,000 buildings with 10,000 plots: our job against the plain join.

Ours is the whole run of a rule (building outside its plot by more than 1 m² and a
twentieth of it): from the published features to the conflicts that stand, and their
layer published as a version; then a second run over the same, which writes nothing.
The plain join is one statement over tables of nothing but key and geometry (EPSG:4490),
indexed by GiST and analysed: every pair that meets, with the square metres that it
shares, as the rule asks for them; nothing is kept. Beside it stands the same with its
areas left in square degrees, which answers less. The best of several rounds in turn:
what else runs on the machine costs both.
"""

import argparse
import io
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import lib
from bench.ground import EAST, NORTH, SOUTH, WEST, buildings, hexed, mercator

lib.set_up("conflicts")

import numpy as np  # noqa: E402
import shapely  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from layers.conflicts import running  # noqa: E402
from layers.conflicts.overlay import rules  # noqa: E402
from layers.models import Conflict, ConflictRun, Layer, OverlayRule  # noqa: E402
from layers.versions import publishing  # noqa: E402
from layers.versions.staging import Staging  # noqa: E402
from tests import databases  # noqa: E402
from tests.sites import package  # noqa: E402

BUILDINGS, PLOTS = 100_000, 10_000
BUDGET = 2.0
RULE = {
    "code": "bench",
    "title": {"zh-hans": "房屋超出地块"},
    "left": "bench-buildings",
    "right": "bench-plots",
    "relation": "outside",
    "tolerance": {"area": 1, "share": 0.05},
}
LEAN = """
SELECT count(*), sum(ST_Area(ST_Intersection(building.geom, plot.geom)))
  FROM plain_bench_buildings building
  JOIN plain_bench_plots plot ON ST_Intersects(building.geom, plot.geom)
"""
METRES = LEAN.replace("plot.geom)))", "plot.geom)::geography))")


def make_database() -> None:
    """The test site, with its people and rights."""

    def load() -> None:
        with tempfile.TemporaryDirectory() as folder:
            process = lib.ROOT / "govmap" / "demo" / "processes" / "street.json"
            package.write(Path(folder), process=process)
            call_command("load_site", folder, stdout=io.StringIO())

    databases.make(load)


def plots(count: int) -> tuple[list[str], Any]:
    """So many plots side by side, their common corners moved a little."""
    across = round(count**0.5)
    chance = np.random.default_rng(2021)
    x, y = np.meshgrid(np.arange(across + 1.0), np.arange(across + 1.0))
    x += chance.uniform(-0.2, 0.2, x.shape)
    y += chance.uniform(-0.2, 0.2, y.shape)
    corner = np.stack(
        [WEST + x / across * (EAST - WEST), SOUTH + y / across * (NORTH - SOUTH)], 2
    )
    rings = np.stack(
        [corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]], 2
    )
    shapes = shapely.polygons(rings.reshape(-1, 4, 2))
    return [f"P{number:06d}" for number in range(len(shapes))], shapes


def publish(code: str, keys: list[str], shapes: Any) -> Layer:
    """The shapes as a published layer, and as the peer's plain table."""
    layer = Layer.objects.create(
        code=code,
        titles={"zh-hans": code},
        kind="frame",
        geometry="polygon",
        key="code",
        provider=Layer.objects.earliest("pk").provider,
        schema=[{"name": "code", "type": "string"}, {"name": "use", "type": "string"}],
    )
    moved = shapely.transform(shapes, mercator)
    lines = [
        f'{number}\t{key}\t{ground}\t{copy}\t{{"code": "{key}", "use": "住宅"}}\t\\N\n'
        for number, (key, ground, copy) in enumerate(
            zip(keys, hexed(shapes, 4490), hexed(moved, 3857), strict=True)
        )
    ]

    def stage(staging: Staging) -> None:
        staging.copy("".join(lines).encode())

    publishing.install(layer, stage, publishing.Source("bench", ""))
    return layer


def finish(codes: tuple[str, ...]) -> None:
    """The peer's tables and statistics: the owner's business."""
    databases.use(settings.OWNER_URL, databases.NAME)
    with connection.cursor() as cursor:
        for code in codes:
            table = f"plain_{code.replace('-', '_')}"
            cursor.execute(
                f"CREATE TABLE {table} AS SELECT key::text, geometry AS geom"
                " FROM layers_feature WHERE layer_id ="
                f" (SELECT id FROM layers_layer WHERE code = '{code}')"
                " ORDER BY geometry"
            )
            cursor.execute(f"CREATE INDEX ON {table} USING gist (geom)")
            cursor.execute(f"GRANT SELECT ON {table} TO PUBLIC")
        cursor.execute("VACUUM ANALYZE")
    databases.use(settings.SERVING_URL, databases.NAME)


def ask(statement: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return tuple(cursor.fetchone())


def run(rule: OverlayRule) -> ConflictRun:
    made = running.begin(rule, by=None, then=lambda run: None)
    ended = running.carry_out(made)
    assert ended.status == ConflictRun.Status.DONE, ended.message
    return ended


def forget(rule: OverlayRule) -> None:
    """Every first run finds no conflict known, and no layer of them."""
    Conflict.objects.filter(rule=rule).delete()
    layer = Layer.objects.filter(code=rule.result_code).first()
    if layer:
        layer.code = f"old-{time.monotonic_ns()}"
        layer.save(update_fields=["code"])


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak() -> float:
    """Megabytes that this process held at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def backend() -> float:
    """Megabytes of its own that our connection's PostgreSQL process holds now."""
    status = Path(f"/proc/{ask('SELECT pg_backend_pid()')[0]}/status")
    if not status.exists():
        return float("nan")  # another machine's
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["RssAnon"].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buildings", type=int, default=BUILDINGS)
    parser.add_argument("--plots", type=int, default=PLOTS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    make_database()
    print(lib.describe_machine())
    rule = fill(options.buildings, options.plots)
    ask(LEAN)
    run(rule)
    times: dict[str, list[float]] = {"ours": [], "again": [], "lean": [], "metres": []}
    before = peak()
    for _ in range(options.rounds):
        forget(rule)
        times["lean"].append(seconds(lambda: ask(LEAN)))
        times["ours"].append(seconds(lambda: run(rule)))
        times["again"].append(seconds(lambda: run(rule)))
        times["metres"].append(seconds(lambda: ask(METRES)))
    report(rule, times, before)


def fill(buildings_count: int, plots_count: int) -> OverlayRule:
    keys, shapes = [], []
    for some, drawn in buildings(buildings_count):
        keys += some
        shapes.append(drawn)
    publish("bench-buildings", keys, np.concatenate(shapes))
    publish("bench-plots", *plots(plots_count))
    finish(("bench-buildings", "bench-plots"))
    rules.take([RULE], Layer.objects.all(), by=None)
    return OverlayRule.objects.get(code="bench")


def report(rule: OverlayRule, times: dict[str, list[float]], before: float) -> None:
    pairs, _shared = ask(LEAN)
    published = [layer.published for layer in (rule.left, rule.right)]
    houses, ground = (version.rows for version in published if version)
    standing = Conflict.objects.filter(rule=rule).standing().count()
    best = {name: min(taken) for name, taken in times.items()}
    print(
        f"data: {houses:,} buildings, {ground:,} plots; {pairs:,} pairs meet,"
        f" {standing:,} conflicts"
    )
    print(f"plain join, square degrees, summed     {best['lean']:6.2f} s")
    print(f"plain join, square metres, summed      {best['metres']:6.2f} s")
    print(f"ours, to conflicts and published layer {best['ours']:6.2f} s")
    print(f"ours again, nothing differs            {best['again']:6.2f} s")
    print(
        f"memory: our process {peak():.0f} MB at most, {peak() - before:.0f} MB more"
        f" than with the data made; its PostgreSQL process {backend():.0f} MB"
    )
    databases.drop()
    print(f"against square degrees: {best['ours'] / best['lean']:.2f}")
    ratio = best["ours"] / best["metres"]
    lib.conclude("conflicts", f"{ratio:.2f}", f"{BUDGET:.0f}", within=ratio <= BUDGET)


if __name__ == "__main__":
    main()
