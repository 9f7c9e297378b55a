"""Layers as files: each form read back, whole and cut to a street, by right."""

import csv
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pyogrio
import pyproj
import pytest
import shapely

from govmap.lib.errors import BadInput, NotFound
from layers.downloads import asked, writing
from layers.models import Feature, Layer
from tests.sites import package
from workflow import export_files, exporting
from workflow.models import Export, ExportDownload, ExportRule

pytestmark = pytest.mark.django_db
STREET = next(iter(package.STREETS))
WORDS: dict[str, Any] = {"purpose": "规划核对", "columns": ()}


@pytest.fixture
def make(people) -> Any:
    """The file of a download that somebody asked for."""

    def make_(form: str, query: str = "layer=planning", who: str = "steward") -> Path:
        register = exporting.register_of("layer")
        row = exporting.ask(people[who], register, query=query, form=form, **WORDS)
        export_files.make(row)
        return export_files.path_of(row)

    return make_


def read(path: Path, name: str = "") -> Any:
    """(fields, shapes, the table's description)"""
    source = f"/vsizip/{{{path}}}/{name}" if name else str(path)
    info, _fids, shapes, values = pyogrio.raw.read(source)
    rows = dict(zip(info["fields"], values, strict=True))
    return info, shapely.from_wkb(shapes), rows


@pytest.mark.parametrize("form", ["gpkg", "geojson"])
def test_a_file_holds_the_rows_with_their_shapes(make, form):
    _info, shapes, rows = read(make(form))
    assert list(rows["地块编号"]) == [f"XC-{number:02d}" for number in range(6)]
    assert list(rows["容积率"])[:2] == [1.5, 2.0]
    assert {shape.geom_type for shape in shapes} <= {"Polygon", "MultiPolygon"}
    west, south, _east, _north = shapely.total_bounds(shapes)
    assert (west, south) == pytest.approx((package.WEST, package.SOUTH), abs=0.005)


@pytest.mark.parametrize(("form", "encoding"), [("shp", "UTF-8"), ("shp-gbk", "GBK")])
def test_a_shapefile_says_its_encoding_and_its_names(make, form, encoding):
    path = make(form)
    with zipfile.ZipFile(path) as packed:
        names = set(packed.namelist())
        assert {f"planning.{end}" for end in ("shp", "shx", "dbf", "prj")} < names
        said = packed.read(writing.README).decode("utf-8-sig")
        table = packed.read("planning.dbf")
        page = packed.read("planning.cpg").decode()
    assert "用地代码" in said
    assert page.upper().replace("CP936", "GBK") == encoding
    rows = read(path, "planning.shp")[2]
    (first, *_rest) = list(rows)
    assert first.encode(encoding) in table
    assert next(iter(rows.values()))[0] == "XC-00"


def test_a_geoparquet_says_its_system(make):
    table = pyarrow.parquet.read_table(make("parquet", "layer=planning&crs=EPSG:4527"))
    said = json.loads(table.schema.metadata[b"geo"])
    assert said["columns"]["geometry"]["crs"]["id"]["code"] == 4527
    shapes = shapely.from_wkb(table["geometry"].to_pylist())
    west = shapely.total_bounds(shapes)[0]
    to = pyproj.Transformer.from_crs(4490, 4527, always_xy=True)
    assert west == pytest.approx(to.transform(package.WEST, package.SOUTH)[0], abs=500)
    assert table.num_rows == 6


def test_a_table_has_a_mark_a_place_and_the_shape(make):
    text = make("csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[0][:2] == ["地块编号", "用地代码"]
    lon, lat, wkt = rows[1][-3:]
    assert shapely.from_wkt(wkt).covers(shapely.Point(float(lon), float(lat)))
    assert "规划核对" in rows[-1][0]


def test_a_drawing_has_borders_in_metres_of_the_sites_zone(make):
    _info, shapes, rows = read(make("dxf"))
    assert {shape.geom_type for shape in shapes} <= {"LineString", "MultiLineString"}
    assert set(rows["Layer"]) == {"planning"}
    west, south, _east, _north = shapely.total_bounds(shapes)
    assert west > 39_000_000  # the zone stands before the easting
    assert 4_000_000 < south < 5_000_000


def test_what_touches_a_street_is_taken_whole_or_cut(make):
    touching = read(make("gpkg", f"layer=planning&street={STREET}"))[1]
    cut = read(make("gpkg", f"layer=planning&street={STREET}&cut=1"))[1]
    assert 0 < len(touching) < 6
    assert shapely.area(cut).sum() <= shapely.area(touching).sum()
    east = package.WEST + 2 * package.STEP
    assert shapely.total_bounds(cut)[2] <= east + 1e-9


def test_a_cut_leaves_out_what_only_touches_the_border(people):
    query = f"layer=grid&street={STREET}&cut=1"
    rows = asked.asked_of(people["steward"], query).rows()
    found = [shapely.from_wkb(row.wkb) for row in asked.read(rows, 10_000)]
    assert 0 < len(found) < rows.count()
    assert all(shape.area > 0 for shape in found)


@pytest.mark.parametrize("form", ["gpkg", "geojson"])
def test_attributes_may_be_called_as_a_file_calls_its_own(make, form):
    names = ("fid", "geom", "geometry")
    layer = Layer.objects.get(code="planning")
    layer.schema = [{"name": name, "type": "string"} for name in names]
    layer.save(update_fields=["schema"])
    layer.features.update(properties=dict.fromkeys(names, "x"))
    rows = read(make(form))[2]
    assert {name: rows[name][0] for name in names} == dict.fromkeys(names, "x")


def test_sensitive_attributes_are_in_no_file_of_others(make, people):
    rows = read(make("gpkg", who="supervisor"))[2]
    assert set(rows) == {"地块编号", "用地代码"}


def test_a_layer_that_one_does_not_see_is_not_there(make):
    Layer.objects.filter(code="planning").update(sensitivity="sensitive")
    with pytest.raises(NotFound):
        make("gpkg", who="supervisor")


def test_a_reason_is_asked_where_something_is_sensitive(people):
    register = exporting.register_of("layer")
    said = {"form": "gpkg", "purpose": "", "columns": ()}
    row = exporting.ask(people["steward"], register, query="layer=grid", **said)
    assert row.stand == Export.Stand.MAKING
    with pytest.raises(exporting.NoPurpose):
        exporting.ask(people["steward"], register, query="layer=planning", **said)


@pytest.mark.parametrize(
    "query", ["layer=nosuch", "layer=planning&street=1", "layer=planning&crs=EPSG:1"]
)
def test_what_is_not_offered_is_refused(make, query):
    with pytest.raises((NotFound, BadInput)):
        make("gpkg", query)


@pytest.mark.parametrize("asked_for", ["layer&layer=%00", "ground-%00"])
def test_a_name_that_no_table_can_hold_is_not_there(signed_in, people, asked_for):
    client = signed_in(people["supervisor"])
    assert client.get(f"/exports/new/?register={asked_for}").status_code == 404


def test_who_has_no_rule_takes_nothing(make):
    with pytest.raises(exporting.MayNotExport):
        make("gpkg", who="volunteer")


def test_more_than_a_rule_lets_waits_for_another(people):
    ExportRule.objects.filter(register="layer", role="supervisor").update(
        approve_above=2
    )
    row = exporting.ask(
        people["supervisor"],
        exporting.register_of("layer"),
        query="layer=planning",
        form="gpkg",
        **WORDS,
    )
    assert row.stand == Export.Stand.ASKED


def test_rows_of_layers_leave_the_day_of_other_lists_alone(make, people):
    make("csv")
    cases = exporting.register_of("cases")
    assert exporting.taken_today(people["steward"], cases) == 0
    layers = exporting.register_of("layer")
    assert exporting.taken_today(people["steward"], layers) == 6


def test_the_button_leads_to_the_file_and_the_record(signed_in, people):
    client = signed_in(people["steward"])
    page = client.get("/data/planning/").content.decode()
    assert 'name="register" value="layer"' in page
    query = f"register=layer&layer=planning&street={STREET}"
    sent = {"form": "gpkg", "purpose": "规划核对"}
    assert client.post(f"/exports/new/?{query}", sent).status_code == 302
    row = Export.objects.get()
    export_files.make(row)
    answer = client.get(f"/exports/{row.uuid}/file/")
    assert b"".join(answer.streaming_content)[:6] == b"SQLite"
    assert f"{row.number}.gpkg" in answer["Content-Disposition"]
    assert ExportDownload.objects.filter(export=row).count() == 1


def test_the_api_asks_for_a_file(signed_in, people):
    client = signed_in(people["steward"])
    said = {"register": "layer", "query": "layer=grid", "form": "parquet"}
    answer = client.post("/api/v1/exports/", said, "application/json")
    assert answer.status_code == 201, answer.content


def test_who_may_not_has_no_button(signed_in, people):
    page = signed_in(people["volunteer"]).get("/data/planning/").content.decode()
    assert 'value="layer"' not in page


@pytest.mark.parametrize(
    ("names", "encoding", "short"),
    [
        (["用地性质代码", "用地性质名称"], "GBK", ["用地性质代", "用地性质名"]),
        (["用地性质代码", "用地性质"], "UTF-8", ["用地性", "用地_1"]),
        (["a" * 12, "A" * 12, "é"], "GBK", ["a" * 10, "A" * 8 + "_1", "é"]),
    ],
)
def test_short_names_are_whole_signs_and_none_twice(names, encoding, short):
    assert writing.short_names(names, encoding) == short


def test_memory_does_not_grow_with_the_rows(people, tmp_path):
    """Ten times the rows take no more of Python's memory."""

    def most(rows: int) -> int:
        export = Export(by=people["steward"], query="layer=planning", form="parquet")
        export.unit_id = people["steward"].posts[0].unit_id
        feature = Feature.objects.filter(layer__code="planning")[0]
        wkb = bytes(feature.geometry.wkb)
        row = asked.Row("k", wkb, {"地块编号": "k" * 40})
        tracemalloc.start()
        many = (([row], None) for _number in range(rows))
        writing.geoparquet(export, many, tmp_path / f"{rows}.parquet")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    most(2000)
    assert most(40_000) < 1.5 * most(4000)
