"""What a hostile file may try, and what it gets: a sentence."""

import io
import socket
import sqlite3
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from layers.imports import reasons
from layers.reading import process
from layers.reading.process import Limits
from layers.reading.trouble import Trouble
from tests.layers import files
from tests.layers.hearing import Heard, apart, here, job_of, trouble

LAUGHS = """<?xml version="1.0"?><!-- a list --><!DOCTYPE kml [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><kml><name>&b;</name></kml>"""
FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><name>&x;</name></kml>"""


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read_(path: Path, **job: Any) -> Heard:
        folder = tmp_path / f"scratch{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return here(job_of(path, folder, job))

    return read_


def zipped(path: Path, **members: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


# XML


@pytest.mark.parametrize("text", [LAUGHS, FOREIGN, FOREIGN.replace("!DOC", "!doc")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_unread(read, tmp_path, text, encoding):
    path = tmp_path / "f.kml"
    path.write_bytes(text.encode(encoding))
    assert trouble(read, path).code == "xml_entities"


def test_a_document_type_within_a_kmz_is_refused(read, tmp_path):
    path = zipped(tmp_path / "f.kmz", doc__kml=LAUGHS)
    assert trouble(read, path).code == "xml_entities"


def test_a_prolog_longer_than_is_looked_at_is_refused(read, tmp_path):
    path = tmp_path / "f.kml"
    path.write_text(f"<?xml version='1.0'?><!--{' ' * 100_000}-->{LAUGHS[21:]}")
    assert trouble(read, path).code == "unknown_format"


def test_a_workbook_with_a_document_type_is_refused(read, tmp_path):
    path = files.workbook(tmp_path / "f.xlsx", 甲=files.points())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/worksheets/sheet9.xml", LAUGHS)
    assert trouble(read, path).code == "xml_entities"


def test_a_link_to_a_network_file_in_kml_is_not_followed(read, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.kml"
        path = tmp_path / "f.kml"
        path.write_text(
            "<kml><Document><NetworkLink><Link><href>"
            f"{address}</href></Link></NetworkLink></Document></kml>"
        )
        with pytest.raises(Trouble):
            apart(job_of(path, tmp_path, {}))
        with pytest.raises(TimeoutError):
            server.accept()


# Archives


def test_an_archive_within_an_archive_is_refused(read, tmp_path):
    inner = zipped(tmp_path / "inner.zip", f__geojson="{}")
    path = zipped(tmp_path / "f.zip", inner__zip=inner.read_bytes())
    assert trouble(read, path).code == "zip_nested"


def test_many_members_are_refused(read, tmp_path):
    path = zipped(tmp_path / "f.zip", **{f"f{n}__geojson": "{}" for n in range(20)})
    assert trouble(read, path, max_members=10).code == "zip_members"


def test_what_unpacks_to_more_than_allowed_is_refused(read, tmp_path):
    path = zipped(tmp_path / "f.zip", f__geojson="x" * 2000)
    assert trouble(read, path, max_unpacked=1000).code == "zip_bomb"


def test_a_workbook_that_unpacks_to_much_is_refused(read, tmp_path):
    path = files.workbook(tmp_path / "f.xlsx", 甲=files.points())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (60 << 20))
    assert trouble(read, path).code == "zip_bomb"


def test_a_geodatabase_is_unpacked_under_names_of_its_own(read, tmp_path):
    path = zipped(tmp_path / "f.zip", **{"x.gdb/a00000001__gdbtable": b"x" * 99})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("x.gdb/a00000001.gdbtable;rm -rf", b"x")
        archive.writestr("x.gdb/.profile", b"x")
    with pytest.raises(Trouble):
        here(job_of(path, tmp_path, {}))
    assert [item.name for item in tmp_path.glob("0/source.gdb/*")] == [
        "a00000001.gdbtable"
    ]


def test_a_link_within_a_workbook_is_refused(read, tmp_path):
    path = files.workbook(tmp_path / "f.xlsx", 甲=files.points())
    link = zipfile.ZipInfo("xl/worksheets/sheet9.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert trouble(read, path).code == "zip_links"


@pytest.mark.parametrize("cut", [30, 200, 900])
def test_a_workbook_cut_short_is_said_to_be_broken(read, tmp_path, cut):
    path = files.workbook(tmp_path / "f.xlsx", 甲=files.points())
    path.write_bytes(path.read_bytes()[:-cut])
    assert trouble(read, path).code in {"broken_zip", "broken"}


# Other formats


@pytest.mark.parametrize(
    "head",
    [
        b"<OGRVRTDataSource/>",
        b"<gpx/>",
        b"/vsicurl/http://127.0.0.1/f.geojson",
        b"PG:host=localhost dbname=govmap",
        b"WFS:http://127.0.0.1",
        b"%PDF-1.7",
        b"\x00\x00\x00\x0d\x0a\x09OSMHeader",
        b"MZ\x90\x00\x03",
    ],
)
def test_only_formats_of_the_list_are_opened(read, tmp_path, head):
    path = tmp_path / "f.gpkg"
    path.write_bytes(head)
    assert trouble(read, path).code == "unknown_format"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"AC1032" + b"\0" * 99, "dwg"),
        (b"AutoCAD Binary DXF\r\n\x1a\0", "binary_dxf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"Rar!\x1a\x07\x00", "other_archive"),
        (b"\x1f\x8b\x08", "other_archive"),
    ],
)
def test_what_is_sent_instead_is_answered_with_what_to_send(read, tmp_path, head, code):
    path = tmp_path / "f.zip"
    path.write_bytes(head)
    assert trouble(read, path).code == code
    assert reasons.FILES[code]


def test_a_package_whose_view_opens_another_file_shows_nothing(read, tmp_path):
    path = files.vector(tmp_path / "f.gpkg", files.rows(), crs="EPSG:4490")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0,"
            " 'CREATE VIRTUAL TABLE x USING VirtualOGR(''/etc/passwd'')')"
        )
    assert read(path).keys == ["F1", "F2", "F3"]


# Amounts


def test_more_rows_than_allowed_are_refused(read, tmp_path):
    path = files.geojson(tmp_path / "f.geojson", files.rows(30))
    assert trouble(read, path, max_rows=20, batch=10).code == "too_many_rows"


@pytest.mark.parametrize("suffix", ["geojson", "csv"])
def test_more_columns_than_allowed_are_refused(read, tmp_path, suffix):
    names = [f"c{n}" for n in range(20)]
    row = dict.fromkeys(names, "") | files.rows(1)[0]
    path = tmp_path / f"f.{suffix}"
    if suffix == "csv":
        files.table(path, [["编号", "经度", "纬度", *names]])
    else:
        files.geojson(path, [row])
    assert trouble(read, path, max_columns=20).code == "too_many_columns"


def test_a_nested_collection_without_end_is_no_outage(tmp_path):
    path = tmp_path / "f.geojson"
    deep = '{"type":"GeometryCollection","geometries":['
    shape = deep * 2000 + "]}" * 2000
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
        f'{{"编号":"F1"}},"geometry":{shape}}}]}}'
    )
    try:
        assert apart(job_of(path, tmp_path, {})).keys == []
    except Trouble as trouble_:
        assert trouble_.code in {"broken", "reader_died", "no_such_field"}


def test_memory_stays_flat_where_a_table_grows(tmp_path):
    lines = io.StringIO()
    lines.write("编号,经度,纬度,备注\n")
    for number in range(150_000):
        lines.write(f"F{number},116.3,39.9,{'x' * 200}\n")
    path = tmp_path / "f.csv"
    path.write_text(lines.getvalue(), "utf-8")
    job = job_of(path, tmp_path, {"geometry": "point", "schema": []})
    heard = apart(job, Limits(memory=900 << 20))
    assert heard.said["read"] == 150_000


SEALED = """
import socket, subprocess, sys
from layers.reading.sealing import seal
if not seal():
    sys.exit("no filter")
for attempt in (socket.socket, lambda: subprocess.run(["/bin/true"])):
    try:
        attempt()
        sys.exit("open")
    except PermissionError:
        pass
"""


def test_the_reader_opens_no_socket_and_starts_no_program():
    sealed = subprocess.run(
        [sys.executable, "-c", SEALED], cwd=process.ROOT, capture_output=True, text=True
    )
    if sealed.stderr.strip() == "no filter":
        pytest.skip("this machine has no filter of system calls")
    assert sealed.returncode == 0, sealed.stderr
