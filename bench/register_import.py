"""100,000 people from a workbook into the register, against a plain COPY of them.

Ours is the whole of an import: the sealed upload is opened, the workbook read in a
process of its own, every row checked (numbers, code lists, days), its address found,
its numbers sealed, matched against the register (which holds as many others), and
written with doors, residences, lives and the record of changes. Two ways are measured:
looked through and taken, which is what people wait for, and its two halves.

The peer is one COPY of the rows that ours wrote, ciphertext and all, from a file
into a table made `LIKE offices_person INCLUDING ALL`: the same columns, the same
indexes (the one of words too), as many other rows in it, no checks, no history, no
doors. Reading the workbook is no part of it.
"""

import argparse
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench import lib

if __name__ == "__main__":
    lib.set_up("register_import")

import openpyxl
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection

from accounts.models import User
from layers.models import Address
from offices.models import Person, RegisterImport
from offices.registers.identity import check_of
from offices.registers.importing import running
from tests import databases
from tests.sites import package

ROWS, DOORS, BUDGET, MEMORY = 100_000, 100, 8.0, 300  # MB above where it began
TITLES = (
    *("姓名", "公民身份号码", "联系电话", "居住地址", "单元", "房间号", "人口类型"),
    *("民族", "学历", "婚姻状况", "政治面貌", "职业类别", "服务处所", "户籍地址"),
    *("人户一致标识", "数据来源"),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "安柏晨丹恩芳歌涵嘉凯澜明宁平清然思涛文希雅泽子若楠彤雨辰"


def addresses(count: int) -> list[str]:
    """Standard addresses of the first street, made where there are too few."""
    place = Point(*package.inside(1, 1, 1), srid=Address._meta.get_field("place").srid)
    rows = [
        Address(code=f"BENCH{number:06d}", text=f"槐荫路{number}号院1号楼", place=place)
        for number in range(1, count + 1)
    ]
    Address.objects.bulk_create(rows, ignore_conflicts=True)
    return [row.text for row in rows]


def write_book(path: Path, count: int, *, first: int = 0) -> None:
    """People whom nobody bears: numbers of 119999, some thousands to a building."""
    dice = Random(20_26 + first)
    houses = addresses(max(1, count // DOORS))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(TITLES)
    for number in range(first, first + count):
        born = date(1940, 1, 1) + timedelta(days=number // 900 % 25_000)
        digits = f"119999{born:%Y%m%d}{number % 900:03d}"
        at = number - first
        sheet.append(
            (
                dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, 2)),
                digits + check_of(digits),
                f"1990000{number % 10_000:04d}",
                houses[at // DOORS % len(houses)],
                f"{at // 20 % 5 + 1}单元",
                f"{at // 4 % 5 + 1}0{at // 2 % 2 + 1}",
                *("户籍人口", "汉族", dice.choice(("大学本科教育", "初级中学教育"))),
                *("20", "13", "4", "演示单位", "北京市西城区演示路1号", "人户一致"),
                "网格采集",
            )
        )
    book.save(path)


class Memory(threading.Thread):
    """The most memory of its own that this process held, in MB, beyond the first."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.first = self.most = _own()
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.2):
            self.most = max(self.most, _own())

    @property
    def more(self) -> float:
        return self.most - self.first


def _own() -> float:
    text = Path("/proc/self/status").read_text()
    said = next(line for line in text.splitlines() if line.startswith("VmRSS:"))
    return int(said.split()[1]) / 1024


def send(path: Path) -> RegisterImport:
    by = User.objects.get(username="desk")  # who enters the street's people
    with path.open("rb") as file:
        return running.send(by, "person", path.name, file, job=False)


def ours(path: Path) -> tuple[float, float, RegisterImport]:
    """Seconds to look a workbook through, and to take it."""
    began = time.perf_counter()
    run = running.carry_out(send(path))
    assert run.may_be_taken, run.message
    looked = time.perf_counter()
    run = running.carry_out(running.take(run, job=False))
    assert run.status == "done", run.message
    return looked - began, time.perf_counter() - looked, run


def reading(path: Path) -> float:
    """Seconds that reading alone takes: what any importer of workbooks pays."""
    began = time.perf_counter()
    book = openpyxl.load_workbook(path, read_only=True)
    for _row in book.worksheets[0].iter_rows(values_only=True):
        pass
    return time.perf_counter() - began


def peer(first: int) -> float:
    """Seconds of one COPY of the same rows into a table of the same shape."""
    fields = Person._meta.concrete_fields
    columns = [one.column for one in fields if not one.generated]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS peer_person")
        cursor.execute("CREATE TABLE peer_person (LIKE offices_person INCLUDING ALL)")
        cursor.execute(
            f"INSERT INTO peer_person ({names}) SELECT {names} FROM offices_person"
            " WHERE id <= %s",
            [first],
        )
        with tempfile.TemporaryFile() as file:
            query = f"SELECT {names} FROM offices_person WHERE id > %s ORDER BY id"
            with cursor.copy(f"COPY ({query}) TO STDOUT", [first]) as out:
                for part in out:
                    file.write(part)
            file.seek(0)
            began = time.perf_counter()
            with cursor.copy(f"COPY peer_person ({names}) FROM STDIN") as into:
                while part := file.read(1 << 20):
                    into.write(part)
            took = time.perf_counter() - began
        cursor.execute("SELECT count(*) FROM peer_person WHERE id > %s", [first])
        (copied,) = cursor.fetchone()
        cursor.execute("DROP TABLE peer_person")
    assert copied == Person.objects.filter(pk__gt=first).count()
    return took


def measure(rows: int = ROWS) -> float:
    """Import ``rows`` people into the register as it is; the ratio to the peer.

    On the scratch database of whoever calls. Prints its lines.
    """
    with tempfile.TemporaryDirectory() as name:
        path, again = Path(name) / "people.xlsx", Path(name) / "again.xlsx"
        write_book(path, rows, first=1_000_000)
        write_book(again, max(rows // 10, 1), first=1_000_000)
        before = Person.objects.count()
        last = Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        size = path.stat().st_size / 2**20
        print(
            f"data: {rows:,} people, {len(TITLES)} columns, {size:.0f} MB of workbook;"
            f" {before:,} others in the register"
        )
        memory = Memory()
        memory.start()
        looked, taken, run = ours(path)
        memory.over.set()
        assert run.counts.get("new") == rows, run.counts
        same = running.carry_out(send(again)).counts
        alone = reading(path)
    as_owner()
    copied = peer(last)
    as_server()
    total = looked + taken
    print(f"ours                 {total:7.1f} s  ({looked:.1f} looked through,")
    print(f"                                {taken:.1f} taken); {rows / total:,.0f}/s")
    print(f"the workbook alone   {alone:7.1f} s  (openpyxl, in our own process)")
    print(f"COPY of the same     {copied:7.1f} s  (the same columns and indexes)")
    print(f"memory               {memory.more:7.0f} MB more; again: {same}")
    return total / copied


def as_owner() -> None:
    databases.use(settings.OWNER_URL, databases.NAME)


def as_server() -> None:
    databases.use(settings.SERVING_URL, databases.NAME)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args()
    lib.make_site()
    settings.VAR = Path(tempfile.mkdtemp(prefix="bench-register-import-"))
    print(lib.describe_machine())
    ratio = measure(options.rows)
    databases.drop()
    lib.conclude(
        "register import",
        f"{ratio:.1f} times a COPY",
        f"{BUDGET:.0f}",
        within=ratio <= BUDGET,
    )


if __name__ == "__main__":
    main()
