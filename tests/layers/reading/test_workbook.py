"""A workbook's rows: the values are those that openpyxl itself reads."""

import datetime
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.xml.constants import SHARED_STRINGS

from layers.reading import sheets
from layers.reading.job import INSPECT, Job
from layers.reading.package import Source
from layers.reading.trouble import Trouble
from layers.reading.workbook import Book

FORMATS = ["General", "0.00", "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[h]:mm", "h:mm"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**19), 10**19),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=20),
    st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2100, 1, 1)),
    st.sampled_from(["#N/A", "110101199001011234", " 前后 ", "a\nb", "_x000D_"]),
)
CELLS = st.tuples(VALUES, st.sampled_from(FORMATS))


def trimmed(rows):
    """{number: values} of the rows that say anything; "" says nothing."""
    found = {}
    for number, row in rows:
        cells = [None if one == "" else one for one in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            found[number] = [(type(one), one) for one in cells]
    return found


def theirs(path):
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        yield trimmed(enumerate(sheet.iter_rows(values_only=True), start=1))


def ours(path):
    return [trimmed(sheet.rows()) for sheet in Book(path).sheets()]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.filterwarnings("ignore:Cell")
@given(rows=st.lists(st.lists(CELLS, max_size=6), max_size=6), gap=st.integers(1, 9))
def test_values_are_those_of_openpyxl(tmp_path, rows, gap):
    book = openpyxl.Workbook()
    for at, row in enumerate(rows):
        for column, (value, form) in enumerate(row):
            cell = book.active.cell(1 + at * gap, 1 + column * gap, value)
            if not isinstance(value, datetime.datetime):
                cell.number_format = form
    book.save(tmp_path / "book.xlsx")
    assert ours(tmp_path / "book.xlsx") == list(theirs(tmp_path / "book.xlsx"))


def written(path, sheet, shared=""):
    """A workbook as other programs write it: the sheet's XML and the shared texts."""
    plain = path.with_suffix(".plain")
    openpyxl.Workbook().save(plain)
    part = (
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED_STRINGS}"/>'
    )
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if shared:
                text = text.replace("</Types>", f"{part}</Types>")
            new.writestr(name, sheet if name.endswith("sheet1.xml") else text)
        new.writestr("xl/sharedStrings.xml", shared)


NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="B2"><v>1.10101199001011234E17</v></c></row>',
        '<row><c><v>7</v></c><c t="b"><v>1</v></c></row>',
        '<row r="3"><c r="A3" t="e"><v>#REF!</v></c><c t="str"><v>算</v></c></row>',
        '<row r="4"><c r="A4"><v>2</v></c><c r="C4" t="s"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="d"><v>2020-01-02T03:04:05</v></c></row>',
        '<row r="5"><c r="A5" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r>'
        "</is></c></row>",
        '<row r="6"><c r="A6"><f>1+1</f><v>2</v></c><c r="D6" s="0"/></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c><v>2</v></c></row>',
    ],
)
def test_what_other_programs_write_is_read_the_same(tmp_path, row):
    path = tmp_path / "book.xlsx"
    shared = f"<sst {NAMES}><si><t>一</t></si><si><r><t>二</t></r><r><t>三</t></r>"
    shared += '<rPh sb="0" eb="1"><t>ふ</t></rPh></si></sst>'
    sheet = f"<worksheet {NAMES}><sheetData>{row}</sheetData></worksheet>"
    written(path, sheet, shared)
    assert ours(path) == list(theirs(path))


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (f"<worksheet {NAMES}><sheetData><row>", "broken"),
        (f"<worksheet {NAMES}><sheetData><row><c><v>x</v></c></row>", "broken"),
        (
            f'<worksheet {NAMES}><sheetData><row><c r="ZZZ1"><v>1</v></c></row>',
            "too_many_columns",
        ),
        (f"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet {NAMES}/>", "xml_entities"),
    ],
)
def test_a_broken_sheet_is_the_files_trouble(tmp_path, sheet, code):
    path = tmp_path / "book.xlsx"
    written(path, sheet)
    job = Job(path=str(path), folder=str(tmp_path), name="table", mode=INSPECT)
    with pytest.raises(Trouble) as told:
        for grid in sheets.tables(Source(path, "Excel", ""), job):
            list(grid.rows())
    assert told.value.code == code
