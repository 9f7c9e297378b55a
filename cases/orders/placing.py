"""Where an order belongs and lies, by what the hotline wrote."""

import re
from collections.abc import Iterable, Iterator

from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts.models import Unit, User
from cases.locating import locate
from cases.places import find_addresses
from layers.finding.places import point

# What one office is called with, and another without.
SUFFIXES = ("街道办事处", "地区办事处", "街道", "地区", "镇", "乡")
# 甲1街3号院2号楼 in a text, for where the sheet names no estate.
ADDRESS = re.compile(
    r"[\u4e00-\u9fff甲乙丙丁0-9一二三四五六七八九十]{1,12}?"
    r"(?:大街|街|路|胡同|巷|里|条|园|小区)(?:甲|乙)?\d+号(?:院)?(?:\d+号?楼)?"
)
TRIED = 5  # addresses found; the first in the order's street is taken


class Streets:
    """The streets by what sheets call them."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.by_name = {short_name(unit.name): unit for unit in units}

    @classmethod
    def all(cls) -> "Streets":
        rows = Unit.objects.filter(kind=Unit.Kind.STREET).select_related("parent")
        return cls(rows)

    def named(self, name: str) -> Unit | None:
        return self.by_name.get(short_name(name))


def short_name(name: str) -> str:
    """展览路街道办事处 and 展览路 are one."""
    name = "".join(name.split())
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name


def place_of(texts: Iterable[str], street: Unit, by: User) -> tuple[Point, str] | None:
    """The place and the address that the order's words mean, within its street.

    ``texts``: estate, title, content. None where nothing found lies in the street.
    """
    for text in _addresses_in(texts):
        for spot in find_addresses(text, by)[:TRIED]:
            place = point(spot.lon, spot.lat)
            if locate(place, timezone.now(), by).street.pk == street.pk:
                return place, spot.text
    return None


def _addresses_in(texts: Iterable[str]) -> Iterator[str]:
    estate, *others = texts
    if len(estate.strip()) > 2:
        yield estate.strip()
    for text in others:
        if found := ADDRESS.search(text):
            yield found[0]


def community_of(name: str, street: Unit) -> Unit | None:
    """The street's community of that name, with or without 社区 behind it."""
    wanted = name.strip().removesuffix("社区").removesuffix("居委会")
    if not wanted:
        return None
    for unit in Unit.objects.filter(parent=street, kind=Unit.Kind.COMMUNITY):
        if unit.name.removesuffix("居委会").removesuffix("社区") == wanted:
            return unit
    return None
