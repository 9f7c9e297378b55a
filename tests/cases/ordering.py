"""The hotline's sheets for tests, and the process that its orders run on."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from accounts.models import User
from cases.models import Case, Order, OrderKind, OrderSheet
from cases.orders import clock, running
from cases.orders.columns import COLUMNS
from cases.orders.sheet import as_csv, as_workbook
from cases.tables.cells import Cell
from tests.sites import package
from workflow import processes
from workflow.loading import load_process
from workflow.models import Process

HOTLINE = Path(__file__).parents[2] / "govmap" / "demo" / "processes" / "hotline.json"
HEADER = [column.title for column in COLUMNS]
STREET = package.STREETS["110109001"]
OTHER_STREET = package.STREETS["110109002"]
USUAL = {
    "工单编号": "GD20261101001",
    "工单类型": "诉求",
    "问题分类": "城市管理->市容环境->暴露垃圾",
    "标签": "七有五性,每月一题",
    "标题": "楼前垃圾没人清",
    "主要内容": "楼前垃圾堆了三天没有人清理，请尽快处理。",
    "工单状态": "办理中",
    "来电人": "张三丰",
    "来电人电话/账号": "13812345678",
    "被反映区": "测试区",
    "被反映街乡镇": STREET,
    "工单性质": "主办",
    "村/社区": "东街第1社区",
}


def row(**changes: str) -> dict[str, str]:
    """A row of the sheet. ``changes`` by our names of the columns."""
    titles = {column.name: column.title for column in COLUMNS}
    return {**USUAL, **{titles[name]: text for name, text in changes.items()}}


def cells(rows: Sequence[dict[str, str]], header: Sequence[str]) -> list[list[Cell]]:
    return [[Cell(line.get(title, "")) for title in header] for line in rows]


def book(*rows: dict[str, str], header: Sequence[str] = HEADER) -> bytes:
    return as_workbook(header, cells(rows, header))


def text(
    *rows: dict[str, str], header: Sequence[str] = HEADER, encoding: str = "utf-8"
) -> bytes:
    return as_csv(header, cells(rows, header), encoding=encoding)


def hotline() -> None:
    """The hotline's process as the demonstration has it, once."""
    if not Process.objects.filter(kind="case", code="hotline").exists():
        load_process(processes.read(HOTLINE))


def look(by: User, data: bytes, name: str = "a.xlsx", **told: Any) -> OrderSheet:
    """The file as its job looks through it."""
    sheet = running.send(by, name, io.BytesIO(data), job=False, **told)
    return running.carry_out(sheet)


def take_file(by: User, data: bytes, **told: Any) -> OrderSheet:
    """The file, looked through and taken."""
    return running.carry_out(running.take(look(by, data, **told), by, job=False))


def take(by: User, *rows: dict[str, str]) -> OrderSheet:
    """The sheet of these rows, looked through and taken."""
    return take_file(by, book(*rows))


def order_of(by: User, **changes: str) -> Order:
    """One imported order."""
    one = row(**changes)
    take(by, one)
    return Order.objects.get(number=one["工单编号"])


def add_order(case: Case, by: User) -> Order:
    """An order of a case that is there, and a file of one row sent by its desk."""
    order = Order.objects.create(
        number=f"GD{case.number}",
        case=case,
        street=case.street,
        first_unit=case.street,
        kind=OrderKind.objects.get(usual=True),
        received_at=case.reported_at,
        title="楼前垃圾没人清",
        content="楼前垃圾堆了三天，联系电话13812345678。",
        caller="张三丰",
        phone="13812345678",
    )
    clock.start(order)
    sent = book(row(street_name=case.street.name))
    look(by, sent, f"{case.number}.xlsx")
    return order


def sheet_of(case: Case) -> OrderSheet:
    return OrderSheet.objects.get(name=f"{case.number}.xlsx")


RESULTS = ["工单编号", "是否联系", "是否解决", "是否满意", "是否剔除", "考核月份"]


def call_back(by: User, *rows: Sequence[str], month: date | None = None) -> OrderSheet:
    """The city's results: number, contacted, solved, satisfied, left out, month."""
    table = [dict(zip(RESULTS, line, strict=False)) for line in rows]
    data = text(*table, header=RESULTS)
    usual = month or date(2026, 11, 1)
    return take_file(by, data, what=OrderSheet.What.CALL_BACKS, month=usual)
