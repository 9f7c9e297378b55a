"""A file of 500,000 polygons to published rows: ours against the ways people use today.

The file is a GeoPackage in EPSG:4527, one polygon in two hundred with a spike that
needs repair. Ours reads it in its own process with all checks, drafts the difference
(quality figures, cells, two coordinate systems), and another person publishes it
(registers, overviews). Then a second file with 2 % of the rows changed.
Peers, each into tables with the same columns and indexes and as many other rows:
`ogr2ogr -t_srs EPSG:4490 -makevalid` and the plain SQL that reaches the same rows (the
budget's measure); plain `ogr2ogr`; `GeoDataFrame.to_postgis`; GeoDjango's LayerMapping,
which saves row by row, on a part of the file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import uuid4

from bench import lib
from bench.ground import EAST, NORTH, OWNERS, SOUTH, USES, WEST, buildings, hexed
from bench.ground import mercator as to_mercator

lib.set_up("import")

import numpy as np  # noqa: E402
import pyogrio  # noqa: E402
import pyproj  # noqa: E402
import shapely  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.gis.geos import Polygon  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Unit, User  # noqa: E402
from layers.imports import carrying, intake  # noqa: E402
from layers.models import GridCell, ImportRun, Layer  # noqa: E402
from tests import databases  # noqa: E402
from workflow.engine import act  # noqa: E402

ROWS, OTHERS, CELLS, MAPPED = 500_000, 100_000, 2_400, 5_000
CHANGED = 0.02
RATIO, SECOND, MEMORY = 0.9, 0.8, 600  # of the peer; of the first; MB
PEER = lib.ROOT / "var" / "bench-venv" / "bin" / "python"
SYSTEM = "EPSG:4527"
SCHEMA = [
    {"name": "code", "type": "string", "required": True},
    *({"name": name, "type": "string"} for name in ("use", "ownership")),
    *({"name": name, "type": "integer"} for name in ("floors", "year")),
]


def write_file(path: Path, count: int, *, second: bool = False) -> None:
    """A surveyor's GeoPackage; ``second`` moves or renames every fiftieth row."""
    move = pyproj.Transformer.from_crs(4490, SYSTEM, always_xy=True)
    first = 0
    for keys, shapes in buildings(count):
        number = np.arange(first, first + len(keys))
        ground = shapely.transform(shapes, move.transform, interleaved=False)
        other = second & (number % round(1 / CHANGED) == 0)
        ground = np.where(other, shapely.transform(ground, lambda at: at + 2.5), ground)
        spiked = number % 200 == 7
        ground[spiked] = [_spiked(shape) for shape in ground[spiked]]
        columns = [
            np.array(keys, dtype=object),
            np.array(USES, dtype=object)[number % 6],
            np.array(OWNERS, dtype=object)[number % 4],
            (number % 28 + 1).astype("int32"),
            (1950 + number % 70).astype("int32"),
        ]
        pyogrio.raw.write(
            path, shapely.to_wkb(ground), columns,
            ["code", "use", "ownership", "floors", "year"],
            layer="buildings", geometry_type="Polygon", crs=SYSTEM,
            append=first > 0, driver="GPKG",
        )  # fmt: skip
        first += len(keys)


def _spiked(shape: shapely.Polygon) -> shapely.Polygon:
    """With a spike without area out of its first corner: a slip of the surveyor's."""
    ring = shapely.get_coordinates(shape.exterior)
    return shapely.Polygon([ring[0], ring[0] - 3, *ring])


def prepare() -> Layer:
    """Cells over the ground, another layer's rows, and the layer to fill."""
    community = Unit.objects.filter(kind="community").earliest("pk")
    wide, high = (EAST - WEST) / 50, (NORTH - SOUTH) / (CELLS / 50)
    since = DateTimeTZRange(timezone.now(), None)
    GridCell.objects.bulk_create(
        GridCell(
            code=f"{110102999:09d}{number:06d}", community=community, area=1,
            geometry=Polygon.from_bbox((
                WEST + number % 50 * wide, SOUTH + number // 50 * high,
                WEST + (number % 50 + 1) * wide, SOUTH + (number // 50 + 1) * high,
            )),
            valid=since,
        )
        for number in range(CELLS)
    )  # fmt: skip
    layer, other = (_layer(code) for code in ("bench", "other"))
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY layers_feature (layer_id, key, known_from, valid, geometry, mercator,"
            " properties, cell) FROM STDIN"
        ) as copy,
    ):
        for keys, shapes in buildings(OTHERS):
            plane = hexed(shapely.transform(shapes, to_mercator), 3857)
            for row in zip(keys, hexed(shapes, 4490), plane, strict=True):
                copy.write_row((other.pk, row[0], 1, "(,)", *row[1:], "{}", ""))
    return layer


def _layer(code: str) -> Layer:
    return Layer.objects.create(
        code=code, titles={"zh-hans": code}, kind="frame", geometry="polygon",
        provider=Layer.objects.earliest("pk").provider, key="code", schema=SCHEMA,
    )  # fmt: skip


class Memory(threading.Thread):
    """The most memory that this process and its readers held at once, in MB (PSS)."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.2):
            mine = [os.getpid(), *_children()]
            self.most = max(self.most, sum(map(_pss, mine)))


def _children() -> list[int]:
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(word) for word in path.read_text().split()]


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def ours(layer: Layer, path: Path) -> tuple[float, float, float, dict[str, object]]:
    """Seconds to the draft and to publication, MB at most, and the report."""
    steward = User.objects.get(username="chief_data_officer")
    reviewer = User.objects.get(username="steward")
    memory = Memory()
    memory.start()
    began = time.perf_counter()
    with path.open("rb") as file:
        run = intake.begin(
            layer, file, name=path.name, uuid=uuid4(), by=steward,
            options={"anywhere": True},
        )  # fmt: skip
    carrying.carry_out(run)
    assert run.status == ImportRun.Status.DONE, run.message
    drafted = time.perf_counter()
    assert run.version
    act(run.version, "submit", by=steward, act_id=uuid4())
    act(run.version, "publish", by=reviewer, act_id=uuid4())
    ended = time.perf_counter()
    memory.over.set()
    return drafted - began, ended - drafted, memory.most, run.report


PEER_TABLE = """
DROP TABLE IF EXISTS peer_feature;
CREATE TABLE peer_feature (LIKE layers_feature INCLUDING ALL);
INSERT INTO peer_feature
    (layer_id, key, known_from, valid, geometry, mercator, properties, cell)
SELECT layer_id, key, known_from, valid, geometry, mercator, properties, cell
FROM layers_feature WHERE known_to IS NULL;
ANALYZE peer_feature
"""
# Rows that cannot be are left out, of twins the first stays; what is there already and
# equal stays, what differs is closed and opened anew.
PEER_SQL = """
CREATE INDEX ON peer_raw (code);
ANALYZE peer_raw;
CREATE TEMPORARY TABLE peer_good AS
SELECT DISTINCT ON (raw.code) raw.code AS key, raw.geom AS geometry,
    ST_Transform(raw.geom, 3857) AS mercator,
    jsonb_strip_nulls(jsonb_build_object('code', raw.code, 'use', raw.use,
        'ownership', raw.ownership, 'floors', raw.floors, 'year', raw.year))
        AS properties
FROM peer_raw raw
WHERE raw.code <> '' AND NOT ST_IsEmpty(raw.geom) AND ST_IsValid(raw.geom)
    AND ST_Area(raw.geom) > 0
    AND GeometryType(raw.geom) IN ('POLYGON', 'MULTIPOLYGON')
ORDER BY raw.code, raw.ogc_fid;
CREATE INDEX ON peer_good (key);
ANALYZE peer_good;
UPDATE peer_feature open SET known_to = 2 FROM peer_good good
WHERE open.layer_id = %(layer)s AND open.known_to IS NULL AND open.key = good.key
    AND NOT (open.geometry = good.geometry AND open.properties = good.properties);
UPDATE peer_feature open SET known_to = 2
WHERE open.layer_id = %(layer)s AND open.known_to IS NULL
    AND NOT EXISTS (SELECT FROM peer_good good WHERE good.key = open.key);
INSERT INTO peer_feature
    (layer_id, key, known_from, valid, geometry, mercator, properties, cell)
SELECT %(layer)s, good.key, 1, daterange(current_date, NULL), good.geometry,
    good.mercator, good.properties, coalesce(cell.code, '')
FROM peer_good good
LEFT JOIN LATERAL (
    SELECT cell.code FROM layers_gridcell cell WHERE upper_inf(cell.valid)
    AND ST_Covers(cell.geometry, ST_PointOnSurface(good.geometry))
    ORDER BY cell.code LIMIT 1
) cell ON true
WHERE NOT EXISTS (SELECT FROM peer_feature open WHERE open.layer_id = %(layer)s
    AND open.known_to IS NULL AND open.key = good.key)
"""


def ogr2ogr(path: Path, *options: str) -> float:
    """Seconds that it takes into the table ``peer_raw``."""
    wanted = settings.DATABASES["default"]
    target = (
        f"PG:dbname={databases.NAME} user={wanted['USER']}"
        f" password={wanted['PASSWORD']} host={wanted['HOST']}"
    )
    if wanted["PORT"]:
        target += f" port={wanted['PORT']}"
    began = time.perf_counter()
    subprocess.run(
        ["ogr2ogr", "-f", "PostgreSQL", target, str(path), "-nln", "peer_raw",
         "-overwrite", "-lco", "GEOMETRY_NAME=geom", "-lco", "SPATIAL_INDEX=NONE",
         "-lco", "FID=ogc_fid", "-t_srs", "EPSG:4490", *options],
        check=True, env={**os.environ, "PG_USE_COPY": "YES"},
    )  # fmt: skip
    return time.perf_counter() - began


def plain_sql(layer: Layer) -> tuple[float, int]:
    """Seconds from the raw table to the same rows, and how many they are."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        for statement in PEER_SQL.split(";"):
            cursor.execute(statement, {"layer": layer.pk})
        cursor.execute("COMMIT")
        took = time.perf_counter() - began
        cursor.execute(
            "SELECT count(*) FROM peer_feature WHERE layer_id = %s", [layer.pk]
        )
        return took, cursor.fetchone()[0]


TO_POSTGIS = """
import sys, time, geopandas, sqlalchemy
began = time.perf_counter()
frame = geopandas.read_file(sys.argv[1]).to_crs(4490)
frame["geometry"] = frame.geometry.make_valid()
frame.to_postgis("peer_frame", sqlalchemy.create_engine(sys.argv[2]),
                 if_exists="replace")
print(time.perf_counter() - began)
"""


def to_postgis(path: Path) -> float | None:
    if not PEER.exists():
        return None
    wanted = settings.DATABASES["default"]
    url = (
        f"postgresql+psycopg://{wanted['USER']}:{wanted['PASSWORD']}@/"
        f"{databases.NAME}?host={wanted['HOST']}&port={wanted['PORT'] or 5432}"
    )
    done = subprocess.run(
        [str(PEER), "-c", TO_POSTGIS, str(path), url], capture_output=True, text=True
    )
    if done.returncode:
        print(done.stderr[-800:], file=sys.stderr)
        return None
    return float(done.stdout.split()[-1])


def layer_mapping(path: Path) -> float:
    """Seconds of GeoDjango's LayerMapping for the first rows, in EPSG:4490."""
    from django.apps import apps
    from django.contrib.gis.db import models as gis
    from django.contrib.gis.utils import LayerMapping

    fields = {
        "code": gis.TextField(), "use": gis.TextField(), "ownership": gis.TextField(),
        "floors": gis.IntegerField(), "year": gis.IntegerField(),
        "geom": gis.PolygonField(srid=4490, spatial_index=False),
    }  # fmt: skip
    meta = type("Meta", (), {"app_label": "layers", "db_table": "peer_mapped"})
    model = type(
        "PeerMapped", (gis.Model,), {**fields, "Meta": meta, "__module__": "layers"}
    )
    with connection.schema_editor() as editor:
        editor.create_model(model)
    names = {name: name for name in fields if name != "geom"} | {"geom": "POLYGON"}
    began = time.perf_counter()
    mapping = LayerMapping(
        model, str(path), names, transaction_mode="commit_on_success"
    )
    mapping.save(fid_range=slice(1, MAPPED + 1), strict=False)
    took = time.perf_counter() - began
    apps.all_models["layers"].pop("peermapped", None)
    return took


def as_owner(statements: str, **values: int) -> None:
    databases.use(settings.OWNER_URL, databases.NAME)
    with connection.cursor() as cursor:
        for statement in statements.split(";"):
            cursor.execute(statement, values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    lib.make_site()
    settings.VAR = Path(tempfile.mkdtemp(prefix="bench-import-"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "first.gpkg", options.rows)
        write_file(folder / "second.gpkg", options.rows, second=True)
        print(lib.describe_machine())
        size = (folder / "first.gpkg").stat().st_size / 2**20
        print(
            f"data: {options.rows:,} polygons, {size:.0f} MB, {SYSTEM};"
            f" {OTHERS:,} rows of another layer, {CELLS:,} cells"
        )
        layer = prepare()
        race(layer, folder)


def race(layer: Layer, folder: Path) -> None:
    first, second = folder / "first.gpkg", folder / "second.gpkg"
    as_owner(PEER_TABLE, layer=layer.pk)
    raw = ogr2ogr(first, "-makevalid")
    after, rows = plain_sql(layer)
    plain = ogr2ogr(first)
    frame = to_postgis(first)
    mapped = layer_mapping(first)
    databases.use(settings.SERVING_URL, databases.NAME)
    read, published, memory, report = ours(layer, first)
    again_read, again_published, again_memory, differences = ours(layer, second)
    total, again = read + published, again_read + again_published
    peer = raw + after
    print(f"ours                         {total:7.1f} s  ({read:.1f} to the draft,")
    print(f"                                        {published:.1f} to publication)")
    print(f"ours, second version         {again:7.1f} s  {_counts(differences)}")
    print(f"ogr2ogr -makevalid and SQL   {peer:7.1f} s  ({raw:.1f} and {after:.1f};")
    print(f"                                        {rows:,} rows)")
    print(f"ogr2ogr alone                {plain:7.1f} s")
    if frame is not None:
        print(f"GeoDataFrame.to_postgis      {frame:7.1f} s  (no cells, no difference)")
    scale = report["read"] / MAPPED  # type: ignore[operator]
    print(f"LayerMapping                 {mapped * scale:7.1f} s  ({MAPPED:,} rows in")
    print(f"                                        {mapped:.1f} s, scaled)")
    most = max(memory, again_memory)
    print(f"memory, worker and reader    {most:7.0f} MB; ours first: {_counts(report)}")
    assert rows == report["added"], (rows, report["added"])
    databases.drop()
    lib.conclude(
        "import",
        f"{total / peer:.2f} of ogr2ogr and SQL; second {again / total:.2f} of first;"
        f" {most:.0f} MB",
        f"{RATIO}; {SECOND}; {MEMORY} MB",
        within=total / peer <= RATIO and again / total <= SECOND and most <= MEMORY,
    )


def _counts(report: dict[str, object]) -> str:
    names = ("added", "changed", "closed", "unchanged", "repaired", "refused")
    return json.dumps({name: report.get(name) for name in names})


if __name__ == "__main__":
    main()
