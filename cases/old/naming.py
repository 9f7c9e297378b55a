"""What an old system's classes and units are here: by what was said, code, or name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Unit
from cases.models import OldSystem, OldWord
from cases.orders.placing import short_name
from workflow.models import Category, Crosswalk

BETWEEN = "/"
AREAS = {Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY}


def class_word(main: str, sub: str) -> str:
    return f"{main}{BETWEEN}{sub}"[:200]


@dataclass
class Classes:
    """The classes in force by what a file calls them; each word is worked out once."""

    said: dict[str, int]
    now: dict[int, Category]
    newer: dict[int, set[int]]
    by_code: dict[tuple[str, str], list[Category]]
    by_name: dict[str, list[Category]]
    known: dict[tuple[str, str, str, str], int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, system: OldSystem) -> "Classes":
        """Three queries."""
        rows = Category.objects.filter(parent__isnull=False)
        found = list(rows.select_related("standard", "parent"))
        newer: dict[int, set[int]] = defaultdict(set)
        for old, new in Crosswalk.objects.values_list("old", "new"):
            newer[old].add(new)
        by_code, by_name = defaultdict(list), defaultdict(list)
        for row in found:
            by_code[row.kind, row.code].append(row)
            by_name[row.name].append(row)
        words = OldWord.objects.filter(system=system, sort=OldWord.Sort.CLASS)
        return cls(
            said=dict(words.values_list("word", "category")),
            now={row.pk: row for row in found if row.standard.is_default},
            newer=newer,
            by_code=by_code,
            by_name=by_name,
        )

    def named(self, kind: str, main: str, sub: str, code: str) -> int | None:
        """The class in force; None where nobody said and nothing fits alone."""
        key = (kind, main, sub, code)
        if key not in self.known:
            self.known[key] = self._named(*key)
        return self.known[key]

    def _named(self, kind: str, main: str, sub: str, code: str) -> int | None:
        if said := self.said.get(class_word(main, sub)):
            return said
        kinds = [kind] if kind else list(Category.Kind.values)
        same = [row for one in kinds for row in self.by_code.get((one, code), ())]
        found = self._in_force(row for row in same if row.name == sub or not sub)
        if found is None:
            named = [row for row in self.by_name.get(sub, ()) if row.kind in kinds]
            main_too = [row for row in named if row.parent and row.parent.name == main]
            found = self._in_force(main_too)
            if found is None:
                found = self._in_force(named)
        return found

    def _in_force(self, rows: Iterable[Category]) -> int | None:
        """The one class of today that these are, by the crosswalk; None of several."""
        found: set[int] = set()
        for row in rows:
            found |= {row.pk} if row.pk in self.now else self._followed(row.pk)
        return found.pop() if len(found) == 1 else None

    def _followed(self, pk: int) -> set[int]:
        """Over as many editions as there are; a ring ends by itself."""
        seen, ends = {pk}, set()
        todo = [pk]
        while todo:
            for new in self.newer.get(todo.pop(), ()):
                if new in self.now:
                    ends.add(new)
                elif new not in seen:
                    seen.add(new)
                    todo.append(new)
        return ends


@dataclass
class Units:
    """Streets, communities and departments by what a file calls them."""

    said: dict[str, int]
    streets: dict[str, int]
    communities: dict[str, list[tuple[int, int]]]  # name: (community, its street)
    others: dict[str, set[int]]

    @classmethod
    def of(cls, system: OldSystem) -> "Units":
        """Two queries."""
        words = OldWord.objects.filter(system=system, sort=OldWord.Sort.UNIT)
        found = cls(dict(words.values_list("word", "unit")), {}, {}, {})
        for unit in Unit.objects.all():
            if unit.kind == Unit.Kind.STREET:
                found.streets[short_name(unit.name)] = unit.pk
            elif unit.kind == Unit.Kind.COMMUNITY:
                place = (unit.pk, unit.parent_id or 0)
                found.communities.setdefault(_community(unit.name), []).append(place)
            if unit.kind not in AREAS:
                found.others.setdefault(_plain(unit.name), set()).add(unit.pk)
        return found

    def street(self, name: str) -> int | None:
        return self.said.get(name) or self.streets.get(short_name(name))

    def community(self, name: str, street: int | None) -> tuple[int | None, int | None]:
        """The community and its street; of a name in two streets, by the street."""
        if said := self.said.get(name):
            return said, street
        found = self.communities.get(_community(name), [])
        if street:
            found = [one for one in found if one[1] == street]
        return found[0] if len(found) == 1 else (None, street)

    def unit(self, name: str) -> int | None:
        """A department, or the street itself where a file names it so."""
        found = self.others.get(_plain(name), set())
        if len(found) == 1:
            return next(iter(found))
        return self.said.get(name) or self.streets.get(short_name(name))


def _community(name: str) -> str:
    return _plain(name).removesuffix("居委会").removesuffix("社区")


def _plain(name: str) -> str:
    return "".join(name.split())
