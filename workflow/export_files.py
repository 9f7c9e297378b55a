"""The files of exports: written by a job, watermarked, and deleted in time."""

import csv
import hashlib
import io
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from accounts.models import User
from govmap.lib.sheets import MARK
from workflow.exporting import (
    Column,
    MayNotExport,
    Register,
    Rows,
    Writer,
    register_of,
    right_of,
    tell_made,
)
from workflow.models import Export

logger = logging.getLogger(__name__)

# What a spreadsheet takes for a formula, in full width too.
FORMULAS = tuple("=+-@＝＋－＠|%\t\r\n")
AT_ONCE = 500  # files removed in one go
LONGEST_CELL = 32_000  # signs that a workbook's cell holds
WIDE, NARROW = 40, 16  # columns of a sheet, in signs


def path_of(export: Export) -> Path:
    return Path(settings.VAR, "exports", f"{export.uuid}.{export.form}")


# What a form's file is called by, where that is not the form's name.
ENDINGS: dict[str, str] = {
    Export.Form.GBK: "csv",
    Export.Form.SHP: "zip",
    Export.Form.SHP_GBK: "zip",
}


def file_name(export: Export) -> str:
    return f"{export.number}.{ENDINGS.get(export.form, export.form)}"


def make(export: Export) -> None:
    """Write the file; done already, nothing happens. Done twice, it is the same.

    What the person may see and take is asked anew: it may be less than it was when he
    asked. Raises DomainError where it is nothing any more.
    """
    if export.made_at or export.refused:
        return
    register = register_of(export.register)
    by = User.objects.get(pk=export.by_id)
    columns = _columns(export, register, by)
    cut = _Cut(export.most)
    path = path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{timezone.now():%H%M%S%f}.part")
    try:
        with override("zh-hans"):
            found = register.rows(register.found(by, export.query), export.most + 1)
            rows = _read(cut.of(found), columns, register)
            _write(export, register, columns, rows, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _note(export, path, cut)
    tell_made(export)


def _write(
    export: Export,
    register: Register,
    columns: Sequence[Column],
    rows: Rows,
    path: Path,
) -> None:
    if by_itself := register.file_writers.get(export.form):
        by_itself(export, rows, path)
        return
    writer = register.writers.get(export.form) or WRITERS[export.form]
    path.write_bytes(writer(export, columns, rows))


def _note(export: Export, path: Path, cut: "_Cut") -> None:
    export.made_at, export.trouble = timezone.now(), ""
    export.rows, export.is_cut = cut.count, cut.is_cut
    with path.open("rb") as file:
        export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    export.size = path.stat().st_size
    export.keep_until = export.made_at + timedelta(days=export.keep_days)
    export.save(
        update_fields=[
            *("made_at", "trouble", "rows", "is_cut", "size", "sha256", "keep_until")
        ]
    )


def _columns(export: Export, register: Register, by: User) -> list[Column]:
    right = right_of(by, register.name)
    if right is None or not by.is_active:
        raise MayNotExport
    allowed = {column.name for column in right.columns(register)}
    found = [register.column(name) for name in export.columns if name in allowed]
    return [column for column in found if column]


class _Cut:
    """Lets so many rows through, and knows whether there were more."""

    def __init__(self, most: int) -> None:
        self.most, self.count, self.is_cut = most, 0, False

    def of(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            if self.count == self.most:
                self.is_cut = True
                return
            self.count += 1
            yield row


def _read(rows: Iterable[Any], columns: Sequence[Column], register: Register) -> Rows:
    for row in rows:
        place = register.place(row) if register.place else None
        yield [column.read(row) for column in columns], place


def watermark(export: Export) -> str:
    """What the file says of itself: number, unit, person, time, purpose."""
    moment = timezone.localtime(timezone.now())
    return _(
        "Export %(number)s · %(unit)s · %(person)s · %(time)s · for: %(purpose)s ·"
        " internal use only"
    ) % {
        "number": export.number,
        "unit": export.unit,
        "person": export.by,
        "time": f"{moment:%Y-%m-%d %H:%M}",
        "purpose": export.purpose,
    }


def plain(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers and times stay."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else ""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, int | float | date):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST_CELL]
    # Some take blanks before it away, and read on.
    begins = text.startswith(FORMULAS) or text.lstrip().startswith(FORMULAS)
    return f"'{text}" if begins else text


def _as_csv(export: Export, columns: Sequence[Column], rows: Rows) -> bytes:
    """UTF-8 with the mark by which Excel and WPS know it; first and last line say
    whose export it is."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    said = plain(watermark(export))
    writer.writerow([said])
    writer.writerow([plain(column.title) for column in columns])
    for values, _place in rows:
        writer.writerow([plain(value) for value in values])
    writer.writerow([said])
    return (MARK + file.getvalue()).encode()


def workbook(
    export: Export,
    columns: Sequence[Column],
    rows: Rows,
    *,
    mark: str = "",
    typed: bool = False,
) -> bytes:
    """One sheet: the watermark above and in the foot of each printed page.

    ``mark``: signs before the watermark by which a reader of ours passes it over.
    ``typed``: a text like a formula is a text by its type, without an apostrophe.
    """
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(export.number)
    said = watermark(export)
    # & begins a code in a foot.
    page.oddFooter.center.text = f"{said.replace('&', '&&')[:200]}  &P / &N"
    page.oddHeader.right.text = export.number
    page.print_title_rows = "1:2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.freeze_panes = "A3"
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = WIDE if column.personal else NARROW
    line = mark + plain(said)
    page.append([_cell(page, line, Font(italic=True, color="5B6776"))])
    page.append([_head(page, str(column.title)) for column in columns])
    for values, _place in rows:
        page.append([_typed(page, one) if typed else plain(one) for one in values])
    page.append([_cell(page, line, Font(italic=True, color="5B6776"))])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _typed(page: Any, value: Any) -> Any:
    """A text as it is, said to be one; all else as `plain` has it."""
    if not isinstance(value, str):
        return plain(value)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    if not text.startswith("="):
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    return cell


def _cell(page: Any, text: str, font: Font) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, text)
    cell.font = font
    return cell


def _head(page: Any, text: str) -> WriteOnlyCell:
    cell = _cell(page, plain(text), Font(bold=True))
    cell.fill = PatternFill("solid", "EAF1FA")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _as_geojson(export: Export, columns: Sequence[Column], rows: Rows) -> bytes:
    """EPSG:4326, longitude first; what has no place is a feature without geometry."""
    parts = [
        '{"type": "FeatureCollection", "watermark": '
        f"{json.dumps(watermark(export), ensure_ascii=False)},\n"
        '"features": ['
    ]
    for number, (values, place) in enumerate(rows):
        said = {
            column.name: _as_json(value)
            for column, value in zip(columns, values, strict=True)
        }
        parts.append(
            (",\n" if number else "\n")
            + f'{{"type": "Feature", "geometry": {place or "null"}, "properties": '
            + json.dumps(said, ensure_ascii=False)
            + "}"
        )
    return ("".join(parts) + "\n]}\n").encode()


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


WRITERS: dict[str, Writer] = {
    Export.Form.XLSX: workbook,
    Export.Form.CSV: _as_csv,
    Export.Form.GEOJSON: _as_geojson,
}


def sweep(now: datetime) -> int:
    """Delete the files whose days are over; their rows stay. Returns how many."""
    rows = Export.objects.filter(
        made_at__isnull=False, removed_at__isnull=True, keep_until__lte=now
    )
    count = 0
    for row in rows.order_by("keep_until")[:AT_ONCE]:
        path_of(row).unlink(missing_ok=True)
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        count += 1
    return count
