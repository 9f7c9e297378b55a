"""A cell as the value of a field: days as people write them, codes by code or title."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_noop

from cases.tables.cells import NUMBER as NUMERIC
from cases.tables.cells import Cell
from govmap.lib.errors import BadInput
from offices.models import Household, Person
from offices.models.code import Code
from offices.registers.importing.columns import (
    AREA,
    CHOICE,
    CODE,
    COUNT,
    DAY,
    FLAG,
    Field,
)

# 1980-05-17, 1980/5/17, 1980.5.17, 1980年5月17日, with a time of day behind or not.
WRITTEN = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?"
)
BARE = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
# Days since 1899-12-30, as Excel counts; four digits are a year without its day.
SERIAL = re.compile(r"\d{5}(?:\.0+)?")
EXCEL = date(1899, 12, 30)
YEARS = range(1800, 2101)
YES = {"是", "有", "1", "true", "yes", "y", "√", "✓"}
NO = {"否", "无", "0", "false", "no", "n", "×", "没有"}
MOST_COUNT, MOST_AREA = 30_000, Decimal(9_999_999)


class NoDay(BadInput):
    """“%(title)s” is no date: %(text)s. Write it as 1980-05-17."""

    message = gettext_noop("“%(title)s” is no date: %(text)s. Write it as 1980-05-17.")


class NoCode(BadInput):
    """“%(title)s” is not in its list: %(text)s. Write one of: %(choices)s."""

    message = gettext_noop(
        "“%(title)s” is not in its list: %(text)s. Write one of: %(choices)s."
    )


class NoNumber(BadInput):
    """“%(title)s” is no number that fits: %(text)s."""

    message = gettext_noop("“%(title)s” is no number that fits: %(text)s.")


class NoFlag(BadInput):
    """“%(title)s” is neither yes nor no: %(text)s. Write 是 or 否."""

    message = gettext_noop(
        "“%(title)s” is neither yes nor no: %(text)s. Write 是 or 否."
    )


class TooLong(BadInput):
    """“%(title)s” has more than %(most)s signs. Shorten it."""

    message = gettext_noop("“%(title)s” has more than %(most)s signs. Shorten it.")


Parse = Callable[[Cell], Any]


def day_of(text: str) -> date | None:
    """The day that a text names; None where it names none."""
    found = WRITTEN.fullmatch(text) or BARE.fullmatch(text)
    if found is None:
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return day if day.year in YEARS else None


@lru_cache(maxsize=50_000)
def _iso(text: str, form: str) -> str | None:
    """As the database writes it. A bare number of a workbook counts days."""
    day = day_of(text)
    if day is None and form == NUMERIC and SERIAL.fullmatch(text):
        day = EXCEL + timedelta(days=int(float(text)))
    return day.isoformat() if day else None


def parser(field: Field, lists: "Lists") -> Parse:
    """How the cells of a column are read. It raises BadInput."""
    if field.kind == DAY:
        return lambda cell: _day(field, cell)
    if field.kind in (CODE, CHOICE):
        return _coded(field, lists.of(field))
    if field.kind == COUNT:
        return lambda cell: _count(field, cell.text)
    if field.kind == AREA:
        return lambda cell: _area(field, cell.text)
    if field.kind == FLAG:
        return lambda cell: _flag(field, cell.text)
    return lambda cell: _text(field, cell.text)


def _day(field: Field, cell: Cell) -> str:
    found = _iso(cell.text.strip(), cell.form)
    if found is None:
        raise NoDay(title=field.title, text=cell.text[:40])
    return found


def _coded(field: Field, known: Mapping[str, str]) -> Parse:
    def read(cell: Cell) -> str:
        text = cell.text.strip()
        if code := known.get(text) or known.get(text.zfill(2)):
            return code
        choices = list(dict.fromkeys(word for word in known if not word.isascii()))
        said = "、".join(choices[:8]) + ("…" if len(choices) > 8 else "")
        raise NoCode(title=field.title, text=text[:40], choices=said)

    return read


def _count(field: Field, text: str) -> int:
    said = text.strip()
    whole = re.fullmatch(r"-?\d{1,5}", said)
    least = -9 if field.name == "floor" else 0
    if not whole or not least <= int(said) <= MOST_COUNT:
        raise NoNumber(title=field.title, text=text[:40])
    return int(said)


def _area(field: Field, text: str) -> float:
    try:
        said = Decimal(re.sub(r"\s*(?:m²|㎡|平方米|平米)$", "", text.strip()))
    except InvalidOperation:
        said = Decimal(-1)
    if not said.is_finite() or not 0 <= said <= MOST_AREA:
        raise NoNumber(title=field.title, text=text[:40])
    return float(round(said, 2))


def _flag(field: Field, text: str) -> bool:
    said = text.strip().casefold()
    if said in YES or said in NO:
        return said in YES
    raise NoFlag(title=field.title, text=text[:40])


def _text(field: Field, text: str) -> str:
    said = text.strip()
    if field.most and len(said) > field.most:
        raise TooLong(title=field.title, most=field.most)
    return said


class Lists:
    """What coded cells may say: {written: code}, read once for a file."""

    def __init__(self, fields: tuple[Field, ...]) -> None:
        names = {one.list for one in fields if one.kind == CODE}
        self.lists: dict[str, dict[str, str]] = {name: {} for name in names}
        rows = Code.objects.in_use().filter(list__code__in=names)
        for name, code, titles in rows.order_by("order", "code").values_list(
            "list__code", "code", "titles"
        ):
            for word in _words(name, code, titles):
                self.lists[name].setdefault(word, code)

    def of(self, field: Field) -> dict[str, str]:
        if field.kind == CODE:
            return self.lists[field.list]
        return KINDS[field.name]()


def _words(name: str, code: str, titles: Mapping[str, str]) -> list[str]:
    """A code's own sign, and its title in each language; 汉 is 汉族."""
    said = [str(title) for title in titles.values() if title]
    short = [one.removesuffix("族") for one in said if name == "nation"]
    return [code, *said, *short]


def _kinds() -> dict[str, str]:
    """人口类型, and what it is called elsewhere."""
    labels = {str(label): value for value, label in Person.Kind.choices}
    said = {
        **{"户籍人口": "registered", "常住人口": "registered", "户籍": "registered"},
        **{"流动人口": "floating", "流动": "floating", "境外人员": "abroad"},
        **{"境外": "abroad", "留守人员": "left_behind", "留守": "left_behind"},
    }
    return labels | said | {value: value for value in Person.Kind.values}


def _household_kinds() -> dict[str, str]:
    labels = {str(label): value for value, label in Household.Kind.choices}
    said = {"家庭户": "family", "集体户": "collective"}
    return labels | said | {value: value for value in Household.Kind.values}


KINDS = {"kind": _kinds, "household_kind": _household_kinds}
