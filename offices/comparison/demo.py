"""The demonstration's lists: invented people, so that the pages are not empty.

Of each register one entry is as it is not here, one has gone, one is new. Numbers begin
with 119999, which has never been the code of an area.
"""

import io
from datetime import date
from typing import Any

import openpyxl
from django.db import transaction

from accounts.models import Membership, Unit, User
from accounts.roles import Role
from govmap.lib.history import recorded
from offices.comparison import running
from offices.models import (
    ComparisonSource,
    ComparisonTask,
    Household,
    Person,
    Register,
)
from offices.registers.identity import check_of

CODE, DOORS, HOMES = "demo-residents", "demo-rented", "demo-homes"
TITLES = ("姓名", "公民身份号码", "联系电话", "居住地址", "单元", "房号", "状态")
TAKEN = 8


def make(street: Unit) -> str:
    """Sources and an arrival of each, for a street that has people. A report's line."""
    by = Membership.objects.filter(role=Role.STEWARD, user__is_active=True).first()
    owner = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT).order_by("code").first()
    people = list(
        Person.objects.here()
        .filter(street=street, number_tail__gt="", dwelling__isnull=False)
        .select_related("dwelling__building")
        .order_by("pk")[:TAKEN]
    )
    if len(people) < TAKEN or by is None or owner is None:
        return f"{street.code}: nobody to compare"
    told = {"owner": owner, "street": street, "basis": "演示", "every_days": 30}
    lists = (
        (CODE, "演示名单", Register.PERSON, ["name", "phone", "address"], _people),
        (DOORS, "出租房屋", Register.DWELLING, ["is_rented", "owner_name"], _doors),
        (HOMES, "户籍户册", Register.HOUSEHOLD, ["head", "number"], _homes),
    )
    for code, name, register, compared, rows in lists:
        named = f"{street.name}{name}（虚构）"
        said = {**told, "name": named, "register": register, "compared": compared}
        _arrive(by.user, f"{code}-{street.code}", said, rows(people))
    asked = ComparisonTask.objects.filter(source__street=street, source__basis="演示")
    return f"{street.code}: {asked.count()} differences to answer"


def _arrive(by: User, code: str, said: dict[str, Any], rows: list[Any]) -> None:
    """One list comes, where it has not come before and has rows."""
    if not rows[1:] or ComparisonSource.objects.filter(code=code).exists():
        return
    with transaction.atomic(), recorded(by):
        source = ComparisonSource.objects.create(code=code, **said)
    run = running.send(by, source, "演示名单.xlsx", _book(rows), job=False)
    running.carry_out(run)
    running.carry_out(running.take(run, job=False))


def _people(people: list[Person]) -> list[Any]:
    rows: list[Any] = [TITLES]
    for number, person in enumerate(people):
        door = person.dwelling
        assert door is not None
        rows.append(
            (
                person.name,
                person.number.open(),
                "19900009999" if number in (1, 4) else person.phone.open(),
                *(door.building.address, door.unit, door.room),
                {2: "迁出", 5: "死亡"}.get(number, "在册"),
            )
        )
    door = people[0].dwelling
    assert door is not None
    for number in range(2):
        digits = f"119999{date(1988, 3, 5 + number):%Y%m%d}99{number}"
        rows.append(
            (
                *("演示新" + "甲乙"[number], digits + check_of(digits), "19900008888"),
                *(door.building.address, door.unit, door.room, "在册"),
            )
        )
    return rows


def _doors(people: list[Person]) -> list[Any]:
    """One says that it is rented, one belongs to another, one is new, one is gone."""
    rows: list[Any] = [("房屋地址", "单元", "房号", "是否出租", "房主", "状态")]
    doors = {one.dwelling_id: one.dwelling for one in people}
    for number, door in enumerate(doors.values()):
        assert door is not None
        rented = door.is_rented if number else not door.is_rented
        owner = "演示房主" if number == 1 else ""
        state = "拆除" if number == 2 else "在册"
        place = (door.building.address, door.unit, door.room)
        rows.append((*place, "是" if rented else "否", owner, state))
    return [*rows, (*rows[-1][:2], "9909", "是", "演示房主", "在册")]


def _homes(people: list[Person]) -> list[Any]:
    """As they are, but for one that has moved away and one whose head is another."""
    rows: list[Any] = [("户号", "户主姓名", "户主身份证号", "状态")]
    homes = Household.objects.here().filter(
        street=people[0].street, head__number_tail__gt=""
    )
    for number, home in enumerate(
        homes.exclude(number="").select_related("head").order_by("pk")[:TAKEN]
    ):
        assert home.head is not None
        head = people[0] if number == 1 else home.head
        state = "迁出" if number == 2 else "在册"
        rows.append((home.number, head.name, head.number.open(), state))
    return rows


def _book(rows: list[Any]) -> io.BytesIO:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file
