"""What kind of file this is, and how a zip is opened without trusting it."""

import codecs
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.importers.trouble import Trouble

MAX_MEMBERS = 500
MAX_BYTES = 3 << 30  # unpacked
# A shapefile packs 2 to 20 times; text with long runs of one sign more than 1,000.
MAX_RATIO = 200
SMALL = 50 << 20  # below this no ratio is asked for
CHUNK = 1 << 20

SHAPEFILE = "ESRI Shapefile"
GEOPACKAGE = "GPKG"
GEOJSON = "GeoJSON"
FORMATS = (SHAPEFILE, GEOPACKAGE, GEOJSON)
SIDECARS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
SUFFIXES = {".gpkg": GEOPACKAGE, ".geojson": GEOJSON, ".json": GEOJSON}


@dataclass(frozen=True)
class Source:
    """One data set, at a path of our own choosing."""

    path: Path
    format: str
    name: str  # within a zip, as its sender calls it


def open_source(path: Path, folder: Path, *, wanted: str = "") -> Source:
    """The data set in ``path``; what must be unpacked goes below ``folder``.

    ``wanted`` chooses one of several by its name. Raises Trouble.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Trouble("empty_file")
    if head.startswith(b"PK"):
        return _choose(_unpack(path, folder), wanted)
    if head.startswith(b"\x00\x00\x27\x0a"):
        raise Trouble("lone_shp")
    return Source(_linked(path, folder, head), _format(head), "")


def _format(head: bytes) -> str:
    if head.startswith(b"SQLite format 3\x00"):
        return GEOPACKAGE
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return GEOJSON
    raise Trouble("unknown_format")


def _linked(path: Path, folder: Path, head: bytes) -> Path:
    """The file under a suffix that fits what it is, not what it is called."""
    suffix = ".gpkg" if _format(head) == GEOPACKAGE else ".geojson"
    link = folder / f"source{suffix}"
    link.symlink_to(path.resolve())
    return link


def _unpack(path: Path, folder: Path) -> list[Source]:
    """The data sets in a zip, each under a name of our own, so none can point away."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Trouble("broken_zip") from error
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MAX_MEMBERS:
            raise Trouble("zip_members", limit=MAX_MEMBERS)
        groups: dict[str, dict[str, zipfile.ZipInfo]] = {}
        for member in members:
            _check_member(member)
            name = PurePosixPath(_readable(member))
            if name.suffix.lower() in SIDECARS | SUFFIXES.keys():
                stem = str(name.with_suffix(""))
                groups.setdefault(stem, {})[name.suffix.lower()] = member
        budget = _Budget(path.stat().st_size)
        return [
            source
            for number, (stem, parts) in enumerate(groups.items())
            for source in _extract(archive, stem, parts, folder / str(number), budget)
        ]


def _check_member(member: zipfile.ZipInfo) -> None:
    """Refuses a whole archive that tries to write elsewhere."""
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        raise Trouble("zip_paths", member=_readable(member)[:80])
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Trouble("zip_links", member=_readable(member)[:80])
    if member.flag_bits & 0x1:
        raise Trouble("zip_locked")


def _readable(member: zipfile.ZipInfo) -> str:
    """The member's name; archivers in China write GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


class _Budget:
    """How many bytes may still be unpacked, counted as they come, not as declared."""

    def __init__(self, packed: int) -> None:
        self.left = min(MAX_BYTES, max(SMALL, packed * MAX_RATIO))

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise Trouble("zip_bomb")


def _extract(
    archive: zipfile.ZipFile,
    stem: str,
    parts: dict[str, zipfile.ZipInfo],
    folder: Path,
    budget: _Budget,
) -> list[Source]:
    chosen = {
        suffix: member
        for suffix, member in parts.items()
        if suffix in SUFFIXES or ".shp" in parts
    }
    if not chosen:
        return []
    folder.mkdir()
    for suffix, member in chosen.items():
        _copy(archive, member, folder / f"source{suffix}", budget)
    name = PurePosixPath(stem).name
    found = [
        Source(folder / f"source{suffix}", SUFFIXES[suffix], name)
        for suffix in chosen
        if suffix in SUFFIXES
    ]
    if ".shp" in chosen:
        if ".dbf" not in chosen:
            raise Trouble("no_dbf", name=name)
        found.append(Source(folder / "source.shp", SHAPEFILE, name))
    return found


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: _Budget
) -> None:
    try:
        with archive.open(member) as packed, target.open("xb") as file:
            while chunk := packed.read(CHUNK):
                budget.take(len(chunk))
                file.write(chunk)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise Trouble("broken_zip") from error


def _choose(sources: list[Source], wanted: str) -> Source:
    if not sources:
        raise Trouble("zip_without_data")
    if len(sources) == 1:
        return _sniffed(sources[0])
    names = [source.name for source in sources]
    for source in sources:
        if source.name == wanted:
            return _sniffed(source)
    raise Trouble("several_layers", names=", ".join(names))


def _sniffed(source: Source) -> Source:
    """Refuses a file whose content is not what its suffix says."""
    with source.path.open("rb") as file:
        head = file.read(4096)
    if source.format == SHAPEFILE:
        if not head.startswith(b"\x00\x00\x27\x0a"):
            raise Trouble("unknown_format")
    elif _format(head) != source.format:
        raise Trouble("unknown_format")
    return source
