"""The data sets in a file, and how a zip is opened without trusting it."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.reading import markup, sniffing
from layers.reading.job import Job
from layers.reading.trouble import Trouble

# A shapefile packs 2 to 20 times; text with long runs of one sign more than 1,000.
MAX_RATIO = 200
SMALL = 50 << 20  # bytes; below this no ratio is asked for
CHUNK = 1 << 20

SIDECARS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
DATA = {
    *(".gpkg", ".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl"),
    *(".kml", ".dxf", ".fgb", ".parquet", ".geoparquet", ".csv", ".tsv", ".xlsx"),
}
NESTED = {".zip", ".kmz", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst"}
# The tables of a FileGDB; its indexes are not needed, and so not trusted.
GDB_FILE = re.compile(r"a[0-9a-f]{8}\.gdbtabl[ex]|gdb", re.IGNORECASE)
WORKBOOK = "xl/workbook.xml"


@dataclass(frozen=True)
class Source:
    """One data set, at a path of our own choosing."""

    path: Path
    format: str
    name: str  # within a zip, as its sender calls it


def open_sources(job: Job) -> list[Source]:
    """The data sets in the job's file; what is unpacked goes below its folder.

    Raises Trouble, also where there is none.
    """
    path, folder = Path(job.path), Path(job.folder)
    format_ = sniffing.format_of(path)
    if format_ == sniffing.SHAPEFILE:
        raise Trouble("lone_shp")
    if format_ != sniffing.ZIP:
        return [Source(_linked(path, folder, format_), format_, "")]
    with _opened(path) as archive:
        members = _members(archive, job)
        if any(member.filename == WORKBOOK for member in members):
            check_workbook(archive, members, job)
            link = _linked(path, folder, sniffing.EXCEL)
            return [Source(link, sniffing.EXCEL, "")]
        return _unpacked(archive, members, job)


def _linked(path: Path, folder: Path, format_: str) -> Path:
    """The file under a suffix that fits what it is, not what it is called."""
    link = folder / f"source{sniffing.SUFFIX[format_]}"
    link.symlink_to(path.resolve())
    return link


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Trouble("broken_zip") from error


def _members(archive: zipfile.ZipFile, job: Job) -> list[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > job.max_members:
        raise Trouble("zip_members", limit=job.max_members)
    for member in members:
        _check_member(member)
    return members


def _check_member(member: zipfile.ZipInfo) -> None:
    """Refuses a whole archive that tries to write elsewhere, or hides another."""
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        raise Trouble("zip_paths", member=_readable(member)[:80])
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Trouble("zip_links", member=_readable(member)[:80])
    if member.flag_bits & 0x1:
        raise Trouble("zip_locked")
    if PurePosixPath(name).suffix.lower() in NESTED:
        raise Trouble("zip_nested", member=_readable(member)[:80])


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

    def __init__(self, packed: int, most: int) -> None:
        self.left = min(most, max(SMALL, packed * MAX_RATIO))

    def take(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise Trouble("zip_bomb")


def check_workbook(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], job: Job
) -> None:
    """A workbook is unpacked by its reader, so its size and its XML are seen before.

    Python's zip gives out no more bytes of a member than it declares.
    """
    packed = sum(member.compress_size for member in members)
    _Budget(packed, job.max_unpacked).take(sum(item.file_size for item in members))
    for member in members:
        if PurePosixPath(member.filename).suffix.lower() in {".xml", ".rels"}:
            with archive.open(member) as part:
                markup.check(part.read(markup.PROLOG))


@dataclass(frozen=True)
class _Group:
    """Members that are one data set: a file, a shapefile's parts, a geodatabase."""

    stem: str
    suffix: str
    members: dict[str, zipfile.ZipInfo]  # by the name each is unpacked to


def _unpacked(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], job: Job
) -> list[Source]:
    """The data sets, each under a name of our own, so that none can point away."""
    budget = _Budget(Path(job.path).stat().st_size, job.max_unpacked)
    found, wrong = [], Trouble("zip_without_data")
    for number, group in enumerate(_groups(members)):
        folder = Path(job.folder) / str(number)
        target = folder / "source.gdb" if group.suffix == ".gdb" else folder
        target.mkdir(parents=True)
        for name, member in group.members.items():
            _copy(archive, member, target / name, budget)
        try:
            found.append(_source(group, folder, job))
        except Trouble as trouble:
            # Beside data it may be a stray file: a page of metadata, an empty list.
            wrong = trouble
    if not found:
        raise wrong
    return found


def _groups(members: list[zipfile.ZipInfo]) -> Iterator[_Group]:
    shapes: dict[str, dict[str, zipfile.ZipInfo]] = {}
    bases: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in members:
        path = PurePosixPath(_readable(member).replace("\\", "/"))
        suffix = path.suffix.lower()
        if GDB_FILE.fullmatch(path.name):
            bases.setdefault(str(path.parent), {})[path.name.lower()] = member
        elif suffix in SIDECARS:
            stem = str(path.with_suffix(""))
            shapes.setdefault(stem, {})[f"source{suffix}"] = member
        elif suffix in DATA:
            yield _Group(path.stem, suffix, {f"source{suffix}": member})
    for stem, parts in shapes.items():
        if "source.shp" in parts:
            yield _Group(PurePosixPath(stem).name, ".shp", parts)
    for place, parts in bases.items():
        if any(name.endswith(".gdbtable") for name in parts):
            yield _Group(PurePosixPath(place).stem, ".gdb", parts)


def _source(group: _Group, folder: Path, job: Job) -> Source:
    """Raises Trouble where the content is not what a suffix says."""
    if group.suffix == ".gdb":
        return Source(folder / "source.gdb", sniffing.FILE_GDB, group.stem)
    path = folder / f"source{group.suffix}"
    format_ = sniffing.format_of(path)
    if format_ == sniffing.ZIP and group.suffix == ".xlsx":
        with _opened(path) as archive:
            check_workbook(archive, _members(archive, job), job)
        format_ = sniffing.EXCEL
    if format_ == sniffing.ZIP or (format_ == sniffing.SHAPEFILE) != (
        group.suffix == ".shp"
    ):
        raise Trouble("unknown_format")
    if format_ == sniffing.SHAPEFILE and "source.dbf" not in group.members:
        raise Trouble("no_dbf", name=group.stem)
    return Source(_renamed(path, format_), format_, group.stem)


def _renamed(path: Path, format_: str) -> Path:
    wanted = path.with_suffix(sniffing.SUFFIX[format_])
    return path if wanted == path else path.rename(wanted)


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: _Budget
) -> None:
    if target.exists():
        raise Trouble("broken_zip")  # two members of one name
    try:
        with archive.open(member) as packed, target.open("xb") as file:
            while chunk := packed.read(CHUNK):
                budget.take(len(chunk))
                file.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Trouble("broken_zip") from error
