"""Tiles of 500,000 buildings: ours against tipg on the same table, in the same run.

Cold: each tile asked once over HTTP from two servers of one process each, in turn,
with gzip asked of both; medians over tiles, database pages warm. tipg reads views of
the same rows with the same attributes: one on the column in EPSG:4490, one on the
mercator copy. Its limit of features a tile is lifted, so that it draws what is there;
from afar we draw an overview made at import, and the table says at which zooms. The
ratio is that of the time over the zooms where both draw every feature. The peer's
column in EPSG:4490 gets an index for the race. A day and a draft that changes every row
have no overview; they are held to the same bounds.
Warm and 304: CPU of this process around the whole WSGI application, session and scope
checked.
"""

import argparse
import gzip
import http.client
import io
import math
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from bench import lib
from bench.ground import (
    EAST,
    NORTH,
    OWNERS,
    SOUTH,
    USES,
    WEST,
    buildings,
    hexed,
    mercator,
)

lib.set_up("tiles")

import shapely  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.robots import robot  # noqa: E402
from layers.models import Layer, Overview, Version  # noqa: E402
from layers.tiles.overviews import make_overviews  # noqa: E402
from tests import databases  # noqa: E402
from tests.sites import package  # noqa: E402
from workflow.models import Process  # noqa: E402

ROWS = 500_000
ZOOMS = range(10, 18)
WHOLE = range(15, 18)  # no overview: both draw every feature
# Tiles of one zoom, where there are as many: the peer draws them whole, and far ones
# take it seconds.
TILES_NEAR, TILES_FAR, NEAR_FROM = 12, 3, 14
COLD_4490, COLD_3857 = 0.8, 1.1  # of tipg
WARM_CPU, SAME_CPU = 4.0, 2.0  # ms
MOST_BYTES, MOST_TIME = 500_000, 300.0  # bytes, ms
SINCE, DAY = "2020-01-01", "2024-05-01"
RACE, BOUNDED = ("ours", "tipg 4490", "tipg 3857"), ("a day", "a draft")
FIELDS = ("use", "floors", "ownership")
# A slow peer must not cost us the connection.
KEEP = ("--timeout-keep-alive", "600")
PEER = lib.ROOT / "var" / "bench-venv" / "bin" / "python"
VIEWS = """
CREATE VIEW peer_{srid} AS
SELECT id, {column} AS shape, properties ->> 'use' AS use,
       (properties ->> 'floors')::float8::int8 AS floors,
       properties ->> 'ownership' AS ownership
  FROM layers_feature WHERE layer_id = {layer}::bigint AND known_to IS NULL
"""


def make_database() -> None:
    """The test site, with its people and rights."""

    def load() -> None:
        with tempfile.TemporaryDirectory() as folder:
            process = lib.ROOT / "govmap" / "demo" / "processes" / "street.json"
            package.write(Path(folder), process=process)
            call_command("load_site", folder, stdout=io.StringIO())

    databases.make(load)


@dataclass
class Cold:
    """What the tiles of one zoom cost somebody: milliseconds and bytes, one a tile."""

    times: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def __str__(self) -> str:
        largest = max(self.sizes) / 1000
        return f"{self.median:12.1f} ({max(self.times):4.0f}) {largest:4.0f}"


def fill(count: int) -> Layer:
    """A published layer of so many buildings, beside the other layers of the site."""
    style = {"type": "categorical", "values": [], "other": {"color": "building"}}
    layer = Layer.objects.create(
        code="bench", titles={"zh-hans": "房屋"}, kind="frame", geometry="polygon",
        provider=Layer.objects.earliest("pk").provider, key="code",
        schema=[
            {"name": name, "type": "integer" if name == "floors" else "string"}
            for name in FIELDS
        ],
        styles=[{"code": name, "field": name, **style} for name in FIELDS],
    )  # fmt: skip
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY layers_feature (layer_id, key, known_from, valid, geometry, mercator,"
            " properties, cell) FROM STDIN"
        ) as copy,
    ):
        for keys, shapes in buildings(count):
            turned = shapely.transform(shapes, mercator)
            rows = zip(keys, hexed(shapes, 4490), hexed(turned, 3857), strict=True)
            for number, (key, ground, copied) in enumerate(rows):
                said = (
                    f'{{"code": "{key}", "use": "{USES[number % 6]}",'
                    f' "floors": {number % 28 + 1}, "year": {1950 + number % 70},'
                    f' "ownership": "{OWNERS[number % 4]}"}}'
                )
                row = (layer.pk, key, 1, f"[{SINCE},)", ground, copied, said, "")
                copy.write_row(row)
    layer.published = version_of(
        layer, "published", number=1, published_at=timezone.now(), rows=count
    )
    layer.save(update_fields=["published"])
    return layer


def version_of(layer: Layer, state: str, **figures: Any) -> Version:
    process = Process.objects.current(Version.KIND)
    return Version.objects.create(
        layer=layer, process=process, state=process.states.get(code=state),
        made_by=robot(), source_name="bench", source_sha256="0" * 64, **figures,
    )  # fmt: skip


def sketch(layer: Layer) -> Version:
    """A draft that changes every row."""
    assert layer.published
    rows = layer.published.rows
    draft = version_of(layer, "draft", base=layer.published, changed=rows, rows=rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO layers_draftrow (version_id, change, key, geometry, mercator,"
            " properties, valid, cell) SELECT %s, 'changed', key, geometry, mercator,"
            " properties, valid, cell FROM layers_feature WHERE layer_id = %s"
            " ORDER BY mercator",
            [draft.pk, layer.pk],
        )
    return draft


def finish(layer: Layer) -> None:
    """Statistics, and the peer's views: the owner's business."""
    databases.use(settings.OWNER_URL, databases.NAME)
    with connection.cursor() as cursor:
        # We keep no index of that column; the peer reads it by one.
        cursor.execute(
            "CREATE INDEX peer_by_place ON layers_feature USING gist (geometry)"
            " WHERE known_to IS NULL"
        )
        cursor.execute("VACUUM ANALYZE")
        for srid, column in ((4490, "geometry"), (3857, "mercator")):
            cursor.execute(VIEWS.format(srid=srid, column=column, layer=layer.pk))
            cursor.execute(f"GRANT SELECT ON peer_{srid} TO PUBLIC")
    databases.use(settings.SERVING_URL, databases.NAME)


def places(zoom: int) -> list[tuple[int, int]]:
    """Tiles spread over the ground: x and y."""

    def tile(lon: float, lat: float) -> tuple[int, int]:
        turned = math.asinh(math.tan(math.radians(lat))) / math.pi
        return int((lon + 180) / 360 * 2**zoom), int((1 - turned) / 2 * 2**zoom)

    (left, bottom), (right, top) = tile(WEST, SOUTH), tile(EAST, NORTH)
    found = [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    inner = [(x, y) for x, y in found if left < x < right and top < y < bottom] or found
    most = TILES_NEAR if zoom >= NEAR_FROM else TILES_FAR
    return inner[:: max(1, len(inner) // most)][:most]


@contextmanager
def serving(
    command: list[str], **environment: str
) -> Iterator[http.client.HTTPConnection]:
    """A server of one process on a free port, and a kept connection to it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "error", *KEEP],
        env={**os.environ, **environment}, cwd=lib.ROOT,
    )  # fmt: skip
    try:
        for _ in range(300):
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield http.client.HTTPConnection("localhost", port, timeout=120)
    finally:
        server.terminate()
        server.wait(20)


def ask(
    link: http.client.HTTPConnection, path: str, cookie: str = ""
) -> tuple[float, int]:
    """Milliseconds of one request, and bytes of the tile unpacked."""
    began = time.perf_counter()
    link.request("GET", path, headers={"Accept-Encoding": "gzip", "Cookie": cookie})
    answer = link.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    assert answer.status in (200, 204), (answer.status, path, body[:300])
    packed = answer.getheader("Content-Encoding") == "gzip"
    return took, len(gzip.decompress(body) if packed else body)


def session_of(name: str) -> str:
    client = Client()
    client.force_login(
        User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend"
    )
    return f"sessionid={client.cookies['sessionid'].value}"


def scratch_url() -> str:
    return settings.SERVING_URL.replace("/govmap?", f"/{databases.NAME}?")


def peer_environment() -> dict[str, str]:
    """tipg's settings; its driver takes the socket's folder in the host's place."""
    parts = urlsplit(scratch_url())
    folder = parse_qs(parts.query).get("host", [""])[0]
    host = quote(folder, safe="") or f"{parts.hostname}:{parts.port or 5432}"
    who = parts.netloc.rpartition("@")[0]
    return {
        "DATABASE_URL": f"postgresql://{who}@{host}/{databases.NAME}",
        "TIPG_DB_TABLES": '["public.peer_4490", "public.peer_3857"]',
        "TIPG_MAX_FEATURES_PER_TILE": "2000000",
        "TIPG_TILE_BUFFER": "64",
        "TIPG_CATALOG_TTL": "100000",
    }


def race(folder: Path, rounds: int, draft: Version) -> dict[str, dict[int, Cold]]:
    """Every tile cold from each, taking turns; the first round only warms the pages."""
    peer = "/collections/public.peer_{srid}/tiles/WebMercatorQuad/{z}/{x}/{y}"
    addresses = {
        "ours": "/tiles/bench/1/{z}/{x}/{y}.mvt",
        "a day": f"/tiles/bench/1/{{z}}/{{x}}/{{y}}.mvt?at={DAY}",
        "a draft": f"/tiles/draft/{draft.uuid}/{{z}}/{{x}}/{{y}}.mvt",
        "tipg 4490": peer.replace("{srid}", "4490"),
        "tipg 3857": peer.replace("{srid}", "3857"),
    }
    found = {name: {zoom: Cold() for zoom in ZOOMS} for name in addresses}
    cookies = {"ours": session_of("grid_worker"), "a day": session_of("grid_worker")}
    cookies["a draft"] = session_of("chief_data_officer")
    uvicorn = ["-m", "uvicorn", "--no-access-log"]
    ours = [os.path.join(lib.ROOT, ".venv", "bin", "python"), *uvicorn]
    with (
        serving(
            [*ours, "govmap.asgi:application"],
            DATABASE_URL=scratch_url(), GOVMAP_VAR=str(folder),
            GOVMAP_SECRET_KEY=settings.SECRET_KEY,
            GOVMAP_PERSONAL_KEYS=",".join(settings.PERSONAL_KEYS),
        ) as us,
        serving([str(PEER), *uvicorn, "tipg.main:app"], **peer_environment()) as them,
    ):  # fmt: skip
        for turn in range(rounds + 1):
            shutil.rmtree(folder / "tiles", ignore_errors=True)
            for zoom in ZOOMS:
                for x, y in places(zoom):
                    for name, pattern in addresses.items():
                        link = us if name in cookies else them
                        path = pattern.format(z=zoom, x=x, y=y)
                        took, size = ask(link, path, cookies.get(name, ""))
                        if turn:
                            found[name][zoom].times.append(took)
                            found[name][zoom].sizes.append(size)
    return found


def caller(path: str, cookie: str, **headers: str) -> Callable[[], str]:
    """The whole application on one request, in this process; answers the status."""
    application = get_wsgi_application()
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "QUERY_STRING": "", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "HTTP_COOKIE": cookie, "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_ENCODING": "gzip",
        **headers,
    }  # fmt: skip

    def call() -> str:
        said: list[Any] = []
        start: Any = lambda *heads: said.append(heads)  # noqa: E731
        answer = application(dict(environ), start)
        b"".join(answer)
        getattr(answer, "close", lambda: None)()
        heads = dict(said[0][1])
        return f"{said[0][0]} {heads.get('ETag', '')}"

    return call


def warm(folder: Path) -> tuple[lib.Cost, lib.Cost]:
    """A tile from the disk, and the same where the browser has it already."""
    settings.VAR = folder
    x, y = places(15)[0]
    path, cookie = quote(f"/tiles/bench/1/15/{x}/{y}.mvt"), session_of("grid_worker")
    full = caller(path, cookie)
    mark = full().split()[-1]
    same = caller(path, cookie, HTTP_IF_NONE_MATCH=mark)
    assert full().startswith("200")
    assert same().startswith("304")
    return quietest(full), quietest(same)


def quietest(work: Callable[[], object]) -> lib.Cost:
    """The best of eight measures: what else runs on the machine costs us CPU, too."""
    costs = [lib.measure(work, runs=60, warm=10) for _ in range(8)]
    return min(costs, key=lambda cost: cost.cpu)


def table(found: dict[str, dict[int, Cold]]) -> None:
    crowded = set(Overview.objects.values_list("zoom", flat=True).distinct())
    print("cold, median ms (most) and kB of the largest tile")
    print("zoom tiles      ours (most)   kB    4490   kB    3857   kB   ratios")
    for zoom in ZOOMS:
        us, geo, merc = (found[name][zoom] for name in RACE)
        mine, theirs, copied = (max(cold.sizes) / 1000 for cold in (us, geo, merc))
        print(
            f"{zoom:4} {len(places(zoom)):5}  {us.median:8.1f} ({max(us.times):4.0f})"
            f" {mine:4.0f} {geo.median:7.1f} {theirs:4.0f} {merc.median:7.1f}"
            f" {copied:4.0f}  {us.median / geo.median:5.2f}"
            f" {us.median / merc.median:5.2f}"
            f"{'  overview' if zoom in crowded else ''}"
        )
    print("without an overview, of 500,000 rows: median ms (most) and kB")
    print("zoom           a day (most)   kB      a draft (most)   kB")
    for zoom in ZOOMS:
        print(f"{zoom:4}", *(f"    {found[name][zoom]}" for name in BOUNDED))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not PEER.exists():
        raise SystemExit(
            "The peer is missing: python3 -m venv var/bench-venv &&"
            " var/bench-venv/bin/pip install -r bench/requirements.txt"
        )
    make_database()
    print(lib.describe_machine())
    began = time.perf_counter()
    with transaction.atomic():
        layer = fill(options.rows)
        middle = time.perf_counter()
        shapes = make_overviews(layer, version=1)
    ended = time.perf_counter()
    print(
        f"data: {options.rows:,} polygons, copied in {middle - began:.0f} s;"
        f" {shapes:,} shapes of overviews in {ended - middle:.1f} s"
    )
    draft = sketch(layer)
    finish(layer)
    with tempfile.TemporaryDirectory() as name:
        found = race(Path(name), options.rounds, draft)
        table(found)
        full, same = warm(Path(name))
    print(f"warm {full}\n304  {same}")
    judge(found, full, same)


def judge(found: dict[str, dict[int, Cold]], full: lib.Cost, same: lib.Cost) -> None:
    """The time over the zooms at which both draw every feature, and our worst tile."""
    whole = {name: sum(found[name][zoom].median for zoom in WHOLE) for name in RACE}
    ratios = {name: whole["ours"] / took for name, took in whole.items()}
    print(
        f"zooms {WHOLE[0]} to {WHOLE[-1]} together: {whole['ours']:.0f} ms, tipg"
        f" {whole['tipg 4490']:.0f} on 4490 and {whole['tipg 3857']:.0f} on 3857"
    )
    drawn = [found[name][zoom] for name in ("ours", *BOUNDED) for zoom in ZOOMS]
    size = max(max(cold.sizes) for cold in drawn)
    slowest = max(cold.median for cold in drawn)
    databases.drop()
    lib.conclude(
        "tiles",
        f"{ratios['tipg 4490']:.2f} of tipg on 4490, {ratios['tipg 3857']:.2f} on 3857;"
        f" most {size / 1000:.0f} kB, {slowest:.0f} ms; warm {full.cpu:.1f} ms,"
        f" 304 {same.cpu:.1f} ms",
        f"{COLD_4490}, {COLD_3857}; 500 kB, 300 ms; {WARM_CPU:.0f} ms,"
        f" {SAME_CPU:.0f} ms",
        within=ratios["tipg 4490"] <= COLD_4490
        and ratios["tipg 3857"] <= COLD_3857
        and size <= MOST_BYTES
        and slowest <= MOST_TIME
        and full.cpu <= WARM_CPU
        and same.cpu <= SAME_CPU,
    )


if __name__ == "__main__":
    main()
