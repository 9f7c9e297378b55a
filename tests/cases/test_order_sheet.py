"""The hotline's sheet, cell by cell: what comes in goes out as it was."""

import io
import tempfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.models import Order
from cases.orders.columns import COLUMNS
from cases.orders.exporting import finished_word, row_of, sheet_of
from cases.orders.sheet import as_csv, as_workbook
from cases.tables.cells import Cell, Column, find_columns
from cases.tables.reader import answers
from tests.cases.ordering import (
    HEADER,
    USUAL,
    book,
    call_back,
    hotline,
    row,
    take,
    take_file,
    text,
)

# Texts that a workbook keeps: no control characters, no half signs.
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=30)
ROWS = st.lists(
    st.lists(TEXTS, min_size=2, max_size=2).filter(
        lambda row: any(cell.strip() for cell in row) and not row[0].startswith("# ")
    ),
    max_size=5,
)


def read(data: bytes) -> list[list[str]]:
    """The rows of a file as the reading process says them. Raises Trouble's code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table")
        path.write_bytes(data)
        told = {"path": str(path), "folder": folder, "titles": ["甲"], "unpacked": 1e8}
        said = list(answers(told))
    if "trouble" in said[-1]:
        raise ValueError(said[-1]["trouble"])
    return [cells for answer in said for _line, cells in answer.get("rows", ())]


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_a_csv_keeps_every_cell(rows):
    for encoding in ("utf-8", "gbk"):
        cells = [[Cell(text) for text in row] for row in rows]
        assert read(as_csv(["甲", "乙"], cells, encoding=encoding)) == rows


@settings(deadline=None, max_examples=40)
@given(ROWS)
def test_a_workbook_keeps_every_cell(rows):
    cells = [[Cell(text) for text in row] for row in rows]
    assert read(as_workbook(["甲", "乙"], cells)) == rows


def out_again(orders, form: str) -> bytes:
    """The whole of the orders, without a watermark."""
    finished = finished_word()
    return sheet_of([row_of(order, finished, whole=True) for order in orders], form)


def _values(data: bytes) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def test_an_excel_sheet_goes_out_as_it_came_in(people):
    hotline()
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(HEADER)
    one, two = row(), row(number="GD2", title="=SUM(A1)", content=" 前后有空格 \n两行")
    sheet.append([one.get(title) for title in HEADER])
    sheet.append([two.get(title) for title in HEADER])
    sheet["B3"].value, sheet["E3"].data_type = "咨询", "s"
    sheet["I2"].value = 13812345678
    sheet["O2"].value = datetime(2026, 11, 3, 9, 30)
    out = io.BytesIO()
    made.save(out)
    take_file(people["desk"], out.getvalue())
    orders = Order.objects.order_by("pk").prefetch_related("replies")
    assert _values(out_again(orders, "xlsx")) == _values(out.getvalue())


@pytest.mark.parametrize("form", ["csv", "gbk"])
def test_a_csv_goes_out_byte_by_byte(people, form):
    hotline()
    data = text(row(), row(number="GD2", content="有,逗号和\"引号\""),
                encoding="gbk" if form == "gbk" else "utf-8")  # fmt: skip
    take_file(people["desk"], data)
    orders = Order.objects.order_by("pk").prefetch_related("replies")
    assert out_again(orders, form) == data


def test_columns_are_known_by_name_in_any_order():
    found, unknown = find_columns(
        ["序号", "来电人（必填）", " 工单号 "], COLUMNS, {"工单号": "number"}
    )
    assert found == {"caller": 1, "number": 2}
    assert unknown == ["序号"]


def test_a_remark_in_brackets_tells_two_columns_apart():
    wanted = [Column("metres", "面积(平方米)"), Column("mu", "面积(亩)")]
    found, unknown = find_columns(
        ["面积（亩）", "面积（㎡）", "面积（平方米）"], wanted
    )
    assert (found, unknown) == ({"mu": 0, "metres": 2}, ["面积（㎡）"])
    assert find_columns(["面积"], wanted)[0] == {}
    assert find_columns(["面积"], wanted[:1])[0] == {"metres": 0}


@pytest.mark.parametrize(
    ("title", "known"),
    [
        *(
            ("建筑面积（亩）", False),
            ("面积（公顷）", False),
            ("房屋面积（坪）", False),
        ),
        *(("建筑面积（㎡）", True), ("房屋面积（平米）", True), ("面积（必填）", True)),
    ],
)
def test_another_unit_is_another_column(title, known):
    words = dict.fromkeys(("面积", "建筑面积", "房屋面积"), "area")
    found, _unknown = find_columns([title], [Column("area", "面积（m²）")], words)
    assert bool(found) is known


def test_a_formula_that_failed_takes_no_value_away(people):
    hotline()
    take(people["desk"], row())
    sheet = take(people["desk"], row(title="#N/A", content="第二次来电"))
    order = Order.objects.get()
    assert sheet.counts == {"changed": 1}
    assert (order.title, order.content) == ("楼前垃圾没人清", "第二次来电")


def test_a_formula_that_failed_is_no_number(people):
    hotline()
    assert take_file(people["desk"], text(row(number="#REF!"))).counts == {"bad": 1}


def test_a_failed_formula_is_no_answer_of_the_citys(people):
    hotline()
    take(people["desk"], row())
    line = (USUAL["工单编号"], "是", "解决", "满意", "#VALUE!")
    assert call_back(people["desk"], line).counts == {"bad": 1}


def test_the_sheet_with_most_known_titles_counts():
    book = openpyxl.Workbook()
    book.active.append(["地址", "经度", "纬度"])
    people = book.create_sheet("人员")
    for line in (["甲", "乙"], ["1", "2"]):
        people.append(line)
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue()) == [["1", "2"]]


def test_a_sheet_in_another_order_means_the_same(people):
    hotline()
    data = book(row(), header=list(reversed(HEADER)))
    take_file(people["desk"], data)
    assert Order.objects.get().title == "楼前垃圾没人清"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\xff\xfe\x00\x00a\x00"])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(ValueError, match="_"):
        read(data)


def test_the_21_columns_stand_in_their_order(people):
    hotline()
    take(people["desk"], row())
    data = out_again(Order.objects.prefetch_related("replies"), "xlsx")
    assert list(_values(data)[0]) == HEADER
    assert len(HEADER) == 21
