"""A placed table as a file and as points: the rows as they came, and where each is."""

import codecs
import csv
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

import openpyxl
from django.db.models import Count
from django.utils.translation import gettext as _

from cases.models import GeocodedRow, GeocodeRun
from cases.tables import keeping
from govmap.lib.sheets import MARK, plain
from layers.addresses.matching import CODES, TITLES

FORMS = ("xlsx", "csv", "gbk", "geojson")
AT_ONCE = 1_000
MOST_POINTS = 5_000  # on the map of the page
LEVELS = {code: TITLES[kind] for kind, code in CODES.items()}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "gbk": "text/csv; charset=gb18030",
    "geojson": "application/geo+json",
}


class Kept(keeping.Refused):
    """The rows as they came, each behind its line, sealed like the file itself."""

    def __init__(self, run: GeocodeRun) -> None:
        super().__init__(run)
        self.path = keeping.folder() / f"{run.uuid}.rows"

    def begin(self, header: Any) -> None:
        super().begin(["line", *header])

    def rows(self) -> Iterator[list[str]]:
        """Header first; nothing where the file was removed with time."""
        if self.path.exists():
            yield from csv.reader(self._text())

    def _text(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        rest, is_first = "", True
        for chunk in keeping.opened(self.path):
            text = decoder.decode(chunk)
            if is_first:
                text, is_first = text.removeprefix(MARK), False
            *lines, rest = (rest + text).split("\n")
            yield from (f"{line}\n" for line in lines)
        if rest:
            yield rest


def counts(run: GeocodeRun) -> dict[str, int]:
    rows = GeocodedRow.objects.filter(run=run).order_by()
    found = rows.values_list("outcome").annotate(rows=Count("pk"))
    return dict(Counter(dict(found)))


def header(run: GeocodeRun) -> list[str]:
    return [
        *next(Kept(run).rows(), ["line"])[1:],
        *(_("matched address"), _("code"), _("score"), _("level met"), _("result")),
        *(_("longitude"), _("latitude"), _("grid cell"), _("by hand"), _("reason")),
    ]


def rows_of(run: GeocodeRun) -> Iterator[tuple[list[Any], GeocodedRow]]:
    """Each row's own cells with ours behind them, some hundred in memory."""
    raw = Kept(run).rows()
    width = max(len(next(raw, ["line"])) - 1, 0)
    placed = GeocodedRow.objects.filter(run=run).order_by("line")
    found = iter(raw)
    for row in placed.iterator(chunk_size=AT_ONCE):
        # Both are in the order of their lines, and of the same rows.
        cells = next(found, None)
        while cells is not None and int(cells[0]) < row.line:
            cells = next(found, None)
        own = (cells or [""])[1:]
        own = (own + [""] * width)[:width]
        yield [*own, *ours(row)], row


def ours(row: GeocodedRow) -> list[Any]:
    lon, lat = (row.place.x, row.place.y) if row.place else ("", "")
    hand = _("yes") if row.by_hand else ""
    level = str(LEVELS.get(row.level, ""))
    said = row.get_outcome_display()
    return [
        *(row.text, row.code, row.score, level, said, lon, lat),
        *(row.cell, hand, row.why),
    ]


def file_of(run: GeocodeRun, form: str) -> IO[bytes]:
    """The whole as a file that goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    if form == "xlsx":
        _workbook(run, file)
    elif form == "geojson":
        _geojson(run, file)
    else:
        _csv(run, file, "utf-8" if form == "csv" else "gb18030", mark=form == "csv")
    file.seek(0)
    return file


def _workbook(run: GeocodeRun, file: IO[bytes]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(header(run))
    for cells, _row in rows_of(run):
        sheet.append([plain(cell) for cell in cells])
    book.save(file)


def _csv(run: GeocodeRun, file: IO[bytes], encoding: str, *, mark: bool) -> None:
    text = codecs.getwriter(encoding)(file, "replace")
    if mark:
        text.write(MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header(run))
    for cells, _row in rows_of(run):
        writer.writerow([plain(cell) for cell in cells])


def _geojson(run: GeocodeRun, file: IO[bytes]) -> None:
    names = _apart(header(run))
    file.write(b'{"type": "FeatureCollection", "features": [')
    is_first = True
    for cells, row in rows_of(run):
        if row.place:
            said = dict(zip(names, cells, strict=True))
            one = {
                "type": "Feature",
                "id": row.line,
                "geometry": {"type": "Point", "coordinates": list(row.place.coords)},
                "properties": said,
            }
            file.write(b"" if is_first else b",\n")
            file.write(json.dumps(one, ensure_ascii=False, default=str).encode())
            is_first = False
    file.write(b"]}")


def _apart(titles: list[str]) -> list[str]:
    """Titles that come again with a number, so that an object holds them all."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for title in map(str, titles):
        name = title
        while name in seen:
            seen[title] += 1
            name = f"{title} {seen[title]}"
        seen[name] += 1
        found.append(name)
    return found


def points(run: GeocodeRun) -> dict[str, Any]:
    """The placed rows for a map: what each says, and how sure it is.

    ``more``: there are others, which a map of so many would not show apart.
    """
    rows: Any = GeocodedRow.objects.filter(run=run, place__isnull=False)
    found = list(rows.defer("candidates")[: MOST_POINTS + 1])
    return {
        "type": "FeatureCollection",
        "more": len(found) > MOST_POINTS,
        "features": [
            {
                "type": "Feature",
                "id": row.line,
                "geometry": {"type": "Point", "coordinates": list(row.place.coords)},
                "properties": {
                    "line": row.line,
                    "label": f"{row.line} · {row.text}",
                    "outcome": row.outcome,
                    "score": row.score,
                },
            }
            for row in found[:MOST_POINTS]
        ],
    }
