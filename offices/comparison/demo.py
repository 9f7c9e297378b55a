"""The demonstration's list: invented people, so that the pages are not empty.

One of those who are there says something else, one has gone, one is new. Numbers begin
with 119999, which has never been the code of an area.
"""

import io
from datetime import date

import openpyxl
from django.db import transaction

from accounts.models import Membership, Unit
from accounts.roles import Role
from govmap.lib.history import recorded
from offices.comparison import running
from offices.models import ComparisonSource, ComparisonTask, Person
from offices.registers.identity import check_of

CODE = "demo-residents"
TITLES = ("姓名", "公民身份号码", "联系电话", "居住地址", "单元", "房号", "状态")
TAKEN = 8


def make(street: Unit) -> str:
    """One source and one arrival for a street that has people. A line for a report."""
    code = f"{CODE}-{street.code}"
    people = list(
        Person.objects.here()
        .filter(street=street, number_tail__gt="", dwelling__isnull=False)
        .select_related("dwelling__building")
        .order_by("pk")[:TAKEN]
    )
    by = Membership.objects.filter(role=Role.STEWARD, user__is_active=True).first()
    owner = Unit.objects.filter(kind=Unit.Kind.DEPARTMENT).order_by("code").first()
    if ComparisonSource.objects.filter(code=code).exists():
        return f"{street.code}: there already"
    if len(people) < TAKEN or by is None or owner is None:
        return f"{street.code}: nobody to compare"
    with transaction.atomic(), recorded(by.user):
        source = ComparisonSource.objects.create(
            code=code,
            name=f"{street.name}演示名单（虚构）",
            owner=owner,
            street=street,
            compared=["name", "phone", "address"],
            basis="演示",
            every_days=30,
        )
    run = running.send(by.user, source, "演示名单.xlsx", _book(people), job=False)
    running.carry_out(run)
    running.carry_out(running.take(run, job=False))
    asked = ComparisonTask.objects.filter(source=source).count()
    return f"{street.code}: {asked} differences to answer"


def _book(people: list[Person]) -> io.BytesIO:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(TITLES)
    for number, person in enumerate(people):
        door = person.dwelling
        assert door is not None
        sheet.append(
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
        sheet.append(
            (
                *("演示新" + "甲乙"[number], digits + check_of(digits), "19900008888"),
                *(door.building.address, door.unit, door.room, "在册"),
            )
        )
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file
