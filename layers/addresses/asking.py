"""What somebody typed, understood as an address: units, names, numbers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from accounts.models import Site, Unit
from layers.addresses.levels import DOOR, NAME, Number, asked, pairs, parse

# GB/T 2260, the first two digits: what people write before the city.
PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西"
    "|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆"
    "|台湾|香港|澳门"
)
PROVINCE = re.compile(rf"(?:{PROVINCES})(?:省|市|[^省市区]{{0,4}}自治区|特别行政区)")
CITY = re.compile(r"[^省市区县]{2,6}市(?=.)")
# What the names of streets and communities end with.
UNIT = re.compile(r"街道办事处|街道|地区|社区居委会|居委会|社区|镇|乡")
LONGEST_UNIT = 12
BLANKS = re.compile(r"[\s,，、;；。|]+")
# 月坛南街甲: on its way to 甲8号.
UNFINISHED = re.compile(r"(?<=.{2})[甲乙丙丁戊己]$")


@dataclass(frozen=True)
class Question:
    """``names`` may stand in any order; ``units`` are streets and communities."""

    text: str
    names: tuple[str, ...]
    numbers: tuple[Number, ...]
    units: tuple[Unit, ...] = ()
    said: str = ""  # what was read otherwise than it was written

    @property
    def is_empty(self) -> bool:
        return not (self.names or self.numbers)

    def terms(self, *, loosely: bool = False) -> set[str]:
        """The words that a row must have to be meant."""
        found = set().union(*map(pairs, self.names))
        return found | {asked(one, loosely=loosely) for one in self.numbers}

    def called(self, names: Iterable[str], said: str = "") -> "Question":
        return replace(self, names=tuple(names), said=said or self.said)

    def without(self, kind: str) -> "Question":
        """Without the numbers of that kind."""
        left = tuple(one for one in self.numbers if one.kind != kind)
        return replace(self, numbers=left)


def understood(text: str) -> Question:
    """The question behind a text. Blanks part names, and nothing else."""
    parsed = parse(text)
    names = [name for piece in BLANKS.split(text) for name in parse(piece).names]
    if all(len(name) < 2 for name in names):
        names = list(parsed.names)
    units: list[Unit] = []
    left = []
    for name in _within_district(names):
        name, found = _without_units(name)
        units += found
        left.append(UNFINISHED.sub("", name))
    told = tuple(name for name in left if len(name) > 1)
    return Question(text, told, parsed.numbers, tuple(units))


def _within_district(names: list[str]) -> Iterator[str]:
    """Without what names the whole site, which says nothing: 北京市西城区."""
    district = Site.objects.values_list("district__name", flat=True).first()
    for name in names:
        if district and district in name:
            yield name.partition(district)[2]
        elif found := PROVINCE.match(name):
            rest = name[found.end() :]
            city = CITY.match(rest)
            yield rest[city.end() :] if city else rest
        else:
            yield name


def _without_units(name: str) -> tuple[str, list[Unit]]:
    """A name without the streets and communities in it, and which these are."""
    ends = [found.end() for found in UNIT.finditer(name)]
    if not ends:
        return name, []
    said = {
        name[at:end] for end in ends for at in range(max(0, end - LONGEST_UNIT), end)
    }
    kinds = (Unit.Kind.STREET, Unit.Kind.COMMUNITY)
    # 月坛街道办事处 is 月坛街道; 南社区 stands for 南社区居委会.
    offices = {one.removesuffix("办事处") for one in said}
    councils = {f"{one}居委会" for one in said}
    rows = Unit.objects.filter(kind__in=kinds, name__in=said | offices | councils)
    found = []
    for unit in sorted(rows, key=lambda row: (-len(row.name), row.code)):
        for written in (
            f"{unit.name}办事处",
            unit.name,
            unit.name.removesuffix("居委会"),
        ):
            if written in name:
                name = name.replace(written, "", 1)
                found.append(unit)
                break
    return name, found


def shallower(question: Question) -> Iterator[Question]:
    """The same asked less exactly, a level at a time, the deepest one first."""
    for kind in ("r", "#", "f", "u", "b", DOOR):
        if any(one.kind == kind for one in question.numbers):
            question = question.without(kind)
            if question.is_empty:
                return
            yield question


def level_of(question: Question) -> str:
    kinds = {one.kind for one in question.numbers}
    return next((kind for kind in ("r", "f", "u", "b", DOOR) if kind in kinds), NAME)
