"""Numbers of papers 文号: by kind of paper, issuing unit and year, never used twice."""

import re

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Unit
from workflow.models import PaperOffice, PaperSerial

PARTS = ("unit", "year", "serial")
PLACE = re.compile(r"\{([^{}]*)\}")


def fault_of(rule: str) -> str:
    """What is wrong with the rule, or nothing. An empty rule means no number."""
    if not rule:
        return ""
    named = PLACE.findall(rule)
    if sorted(named) != sorted(PARTS) or {"{", "}"} & set(PLACE.sub("", rule)):
        return _("A number names {unit}, {year} and {serial}, each once.")
    return ""


def office_of(unit: Unit) -> PaperOffice:
    """What the unit calls itself on paper; without a row by its own name."""
    row = PaperOffice.objects.filter(unit=unit).first()
    return row or PaperOffice(unit=unit, short=unit.name, signs_as=unit.name)


def next_serial(code: str, unit: Unit, year: int) -> int:
    """The row stays locked until the transaction ends: no two are given the same.

    A number whose transaction failed was given to nobody.
    """
    table = PaperSerial._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (code, unit_id, year, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (code, unit_id, year)"
            f" DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [code, unit.pk, year],
        )
        (serial,) = cursor.fetchone()
    return int(serial)


def number_of(rule: str, office: PaperOffice, year: int, serial: int | str) -> str:
    values = {"unit": office.short, "year": str(year), "serial": str(serial)}
    return PLACE.sub(lambda found: values[found[1]], rule)
