"""Printed reports of the evaluation: PDF and Excel, made by a job.

The PDF is an HTML page of our own (`govmap.lib.pdf`).
"""

import io
from pathlib import Path
from typing import Any

import openpyxl
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import Site, Unit
from cases.evaluation import board
from cases.evaluation.board import Board, Table
from cases.evaluation.mapping import map_of
from cases.evaluation.periods import AGAINST, Period
from cases.evaluation.scoring import LEGEND, Result
from cases.models import EvaluationReport
from govmap.lib.pdf import pdf_of

OLD_NOTE = gettext_lazy(
    "With data of the old system, for days before this system began there: %(units)s"
)
COLOURS = {
    **{"A": "2B8A57", "B": "1F5FAE", "C": "B7791F", "D": "C53A3A", "E": "1C2530"},
    "": "DFE3E8",
}
LINE = Side(style="thin", color="9AA7B6")
GRID = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def path_of(report: EvaluationReport) -> Path:
    return Path(settings.VAR, "reports", f"{report.uuid}.{report.form}")


def make(report: EvaluationReport) -> None:
    """Write the file. Called again, it writes it anew."""
    period = Period("range", report.first_day, report.last_day)
    with override("zh-hans"):
        found = _board(report, period)
        data = (
            _pdf(report, period, found)
            if report.form == EvaluationReport.Form.PDF
            else _sheet(report, period, found)
        )
    path = path_of(report)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    report.made_at, report.size, report.trouble = timezone.now(), len(data), ""
    report.save(update_fields=["made_at", "size", "trouble"])


def _board(report: EvaluationReport, period: Period) -> Board:
    if report.street:
        below = Unit.objects.filter(parent=report.street, kind=Unit.Kind.COMMUNITY)
        areas = [report.street, *below.order_by("code")]
        return board.board_of(
            period, areas, [], chosen=report.street, against=report.against
        )
    streets = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
    whole = Unit.objects.filter(kind=Unit.Kind.DISTRICT).order_by("code").first()
    departments = list(Unit.objects.disposing().order_by("code"))
    return board.board_of(
        period, list(streets), departments, district=whole, against=report.against
    )


def title_of(report: EvaluationReport) -> str:
    site = Site.objects.first()
    whose = str(report.street or (site.district if site else ""))
    return _("%(whose)s: evaluation report") % {"whose": whose}


def _pdf(report: EvaluationReport, period: Period, found: Board) -> bytes:
    html = render_to_string(
        "cases/evaluation/report.html",
        {
            "made_by": report.asked_by,
            "title": title_of(report),
            "period": period,
            "board": found,
            "map": map_of(found.areas.results) if found.areas else None,
            "legend": LEGEND,
            "now": timezone.now(),
            "site": Site.objects.first(),
        },
    )
    return pdf_of(html)


def _sheet(report: EvaluationReport, period: Period, found: Board) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for table, name in (
        (found.areas, _("Areas")),
        (found.departments, _("Departments")),
    ):
        if table:
            page = book.create_sheet(name)
            top = found.top if table is found.areas else None
            title = f"{title_of(report)}　{period.title}"
            _fill(page, title, table, top, report.against)
    _formulas(book.create_sheet(_("How these figures are made")), found.tables)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill(
    page: Worksheet, title: str, table: Table, top: Result | None, against: str
) -> None:
    header = [
        *(_("Unit"), _("Score"), _("Grade"), str(AGAINST[against])),
        *(reading.title for reading in table.readings),
        *(word for _name, word in table.measures),
        *(_("%(count)s, compared") % {"count": word} for _name, word in table.measures),
    ]
    page.append([title])
    page.append(header)
    for row in [*([top] if top else []), *table.results]:
        page.append(_cells(row, table))
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    page["A1"].font, page["A1"].alignment = Font(size=16, bold=True), _middle()
    page.row_dimensions[1].height = 32
    for cell in page[2]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", "EAF1FA")
    for cells in page.iter_rows(min_row=2):
        for cell in cells:
            cell.border = GRID
            cell.alignment = _middle("left" if cell.column == 1 else "center")
    for cells in page.iter_rows(min_row=3, min_col=3, max_col=3):
        colour = COLOURS.get(str(cells[0].value or ""), COLOURS[""])
        cells[0].fill = PatternFill("solid", colour)
        cells[0].font = Font(bold=True, color="FFFFFF")
    if table.with_old:
        page.append([OLD_NOTE % {"units": _with_old(table, top)}])
    _print_well(page, len(header))


def _with_old(table: Table, top: Result | None) -> str:
    """The units whose comparison holds cases of an old system."""
    rows = [*([top] if top else []), *table.results]
    return "、".join(
        str(row.unit) for row in rows if row.before and row.before.with_old
    )


def _cells(row: Result, table: Table) -> list[Any]:
    values = [
        figure.value if figure.is_rate else figure.count for figure in row.figures
    ]
    before = row.before.measures if row.before else {}
    counts = [
        found.get(name, 0)
        for found in (row.measures, before)
        for name, _word in table.measures
    ]
    return [str(row.unit), row.score, row.grade, row.change, *values, *counts]


def _middle(across: str = "center") -> Alignment:
    return Alignment(horizontal=across, vertical="center", wrap_text=True)


def _print_well(page: Worksheet, columns: int) -> None:
    """On A4 across, as wide as the paper, the header on each page."""
    page.column_dimensions["A"].width = 28
    for number in range(2, columns + 1):
        page.column_dimensions[get_column_letter(number)].width = 13
    page.freeze_panes = "B3"
    page.print_title_rows = "1:2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&P / &N"


def _formulas(page: Worksheet, tables: list[Table]) -> None:
    page.append([_("Indicator"), _("Formula"), _("Weight")])
    for table in tables:
        for reading in table.readings:
            page.append([reading.title, reading.formula, reading.row.weight])
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 80
    for cell in page[1]:
        cell.font = Font(bold=True)
