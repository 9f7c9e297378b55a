"""What a file is, by its first bytes and never by its name."""

import codecs
import json
import re
from pathlib import Path

from layers.reading import markup
from layers.reading.trouble import Trouble

SHAPEFILE = "ESRI Shapefile"
GEOPACKAGE = "GPKG"
GEOJSON = "GeoJSON"
GEOJSON_LINES = "GeoJSONSeq"
KML = "LIBKML"
DXF = "DXF"
FILE_GDB = "OpenFileGDB"
FLATGEOBUF = "FlatGeobuf"
# The drivers of GDAL that may open a file. What follows them is read without GDAL.
DRIVERS = (
    *(SHAPEFILE, GEOPACKAGE, GEOJSON, GEOJSON_LINES),
    *(KML, DXF, FILE_GDB, FLATGEOBUF),
)
PARQUET = "GeoParquet"
TEXT = "CSV"
EXCEL = "XLSX"
ZIP = "zip"

# GDAL knows some formats by the suffix only, so each file gets that of its format.
SUFFIX = {
    **{SHAPEFILE: ".shp", GEOPACKAGE: ".gpkg", GEOJSON: ".geojson"},
    **{GEOJSON_LINES: ".geojsonl", KML: ".kml", DXF: ".dxf", FLATGEOBUF: ".fgb"},
    **{PARQUET: ".parquet", TEXT: ".csv", EXCEL: ".xlsx"},
}
MAGIC = (
    (b"PK", ZIP),
    (b"SQLite format 3\x00", GEOPACKAGE),
    (b"fgb", FLATGEOBUF),
    (b"PAR1", PARQUET),
    (b"\x00\x00\x27\x0a", SHAPEFILE),
)
# What people send instead, and the sentence that tells them what to do.
INSTEAD = (
    (b"\xd0\xcf\x11\xe0", "old_excel"),
    (b"AC10", "dwg"),
    (b"AutoCAD Binary DXF", "binary_dxf"),
    (b"Rar!", "other_archive"),
    (b"7z\xbc\xaf\x27\x1c", "other_archive"),
    (b"\x1f\x8b", "other_archive"),
)
MAX_LINE = 64 << 20  # bytes; one feature of newline-delimited GeoJSON
RECORD_MARK = b"\x1e"  # RFC 8142
_DXF = re.compile(rb"\s*(999\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION\s")


def format_of(path: Path) -> str:
    """The format. Raises Trouble for what is none of ours."""
    with path.open("rb") as file:
        head = file.read(markup.PROLOG)
    if not head.strip():
        raise Trouble("empty_file")
    for magic, name in MAGIC:
        if head.startswith(magic):
            return name
    for magic, code in INSTEAD:
        if head.startswith(magic):
            raise Trouble(code)
    return _text_format(path, head)


def _text_format(path: Path, head: bytes) -> str:
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if plain.startswith((b"{", RECORD_MARK)):
        return GEOJSON_LINES if _is_lines(path, plain) else GEOJSON
    root = markup.root_of(head)
    if root == "kml":
        return KML
    if root is None and _DXF.match(plain):
        return DXF
    if root is None and _is_table(head):
        return TEXT
    raise Trouble("unknown_format")


def _is_lines(path: Path, head: bytes) -> bool:
    """One feature a line, and more than one: a collection is one object in all."""
    if head.startswith(RECORD_MARK):
        return True
    if re.search(rb'"type"\s*:\s*"FeatureCollection"|"features"\s*:\s*\[', head):
        return False
    with path.open("rb") as file:
        first = file.readline(MAX_LINE).removeprefix(codecs.BOM_UTF8)
        following = file.readline(1000)
    try:
        found = json.loads(first)
    except ValueError:
        return False
    return found.get("type") == "Feature" and following.lstrip().startswith(b"{")


def _is_table(head: bytes) -> bool:
    """Lines of text with something between their cells."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()
    if b"\x00" in head or any(byte < 9 or 14 <= byte < 27 for byte in head[:4096]):
        return False
    return any(mark in head for mark in (b",", b"\t", b";", b"|"))
