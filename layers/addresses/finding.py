"""Finding addresses by what people type, through an index, however many there are.

Rows are met by their words (`levels.terms`). What is rare is asked of the index; what
is in one row of thirty is soon met in an order that scatters, where a whole list of
such rows would have to be made first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from layers.addresses.aliases import renamed
from layers.addresses.asking import Question, shallower, understood
from layers.addresses.levels import pairs, parse
from layers.addresses.matching import SURE, TITLES, Match, Row, match, name_level
from layers.addresses.typing_errors import nearest

MOST = 12  # results
WEIGHED = 150  # rows of one question
LOOKED_AT = 40  # of these, those that say least besides
SAMPLE, OFTEN = 256, 8
WALK = 6_000  # rows
ALIKE = 4  # names that a wrongly typed one may mean
NAMED = 4  # roads and estates
LONGEST = 100  # signs of a question
COLUMNS = "code, text, cell, ST_X(place), ST_Y(place), road, estate, cardinality(terms)"
IS_COMMON = """
SELECT count(*) FROM (
    SELECT terms FROM layers_address ORDER BY lot LIMIT %(sample)s
) AS few WHERE terms @> %(terms)s::text[]
"""
# Met on the way, which ends as soon as there are enough.
COMMON = f"""
SELECT {COLUMNS} FROM (
    SELECT * FROM layers_address ORDER BY lot LIMIT %(walk)s
) AS few WHERE terms @> %(terms)s::text[] AND cell LIKE %(cell)s LIMIT %(most)s
"""
# Materialised, or the planner goes through the table: it takes them for many.
RARE = """
WITH found AS MATERIALIZED (
    SELECT {columns} FROM layers_address WHERE {where}
) SELECT * FROM found WHERE cell LIKE %(cell)s LIMIT %(most)s
"""

# What stands before the numbers, and the columns, of rows that may hold the name.
HEADS = """
SELECT DISTINCT substring(text from '[^0-9]+'), road, estate FROM (
    SELECT text, road, estate FROM layers_address WHERE {where} LIMIT 1000
) AS few
"""


@dataclass(frozen=True)
class Named:
    """A road or an estate that was named without a number: some of its addresses."""

    title: str
    level: str
    points: list[tuple[float, float]]  # longitude and latitude

    @property
    def detail(self) -> str:
        return str(TITLES[self.level])


@dataclass(frozen=True)
class Answer:
    """``found``: the likeliest first. ``named``: the roads and estates they lie on."""

    found: list[Match] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)


def find(text: str, *, most: int = MOST) -> list[Match]:
    """The addresses that a text may mean, the likeliest first.

    Whoever calls knows that the reader may see the register.
    """
    return look(text, most=most).found


def look(text: str, *, most: int = MOST) -> Answer:
    """The same, with the roads and estates where no number was typed."""
    asked = understood(text.replace("\x00", "")[:LONGEST])
    if asked.is_empty:
        return Answer()
    for readings in _readings(asked):
        met = [(meant, _rows_of(meant)) for meant in readings]
        found = [one for meant, rows in met for one in ranked(rows, asked, meant)]
        if found:
            found.sort(key=lambda one: -one.score)
            named = () if asked.numbers else _named(met)
            return Answer(found[:most], list(named)[:NAMED])
    return Answer()


def _named(met: list[tuple[Question, list[Row]]]) -> Iterator[Named]:
    """Roads and estates that hold what was typed, the shortest name first."""
    points: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for meant, rows in met:
        for row in rows:
            if (level := name_level(row, meant)) in ("road", "estate"):
                name = row.road if level == "road" else row.estate
                points.setdefault((name, level), []).append((row.lon, row.lat))
    for name, level in sorted(points, key=lambda key: (len(key[0]), key)):
        yield Named(name, level, points[name, level])


def ranked(rows: list[Row], asked: Question, meant: Question) -> list[Match]:
    rows = sorted(rows, key=lambda row: row.order)[:LOOKED_AT]
    return [match(row, asked, meant) for row in rows]


def is_sure(found: list[Match]) -> bool:
    """Whether the first is what was meant, and nothing else may be."""
    if not found or found[0].score < SURE or found[0].number == 6:
        return False
    return len(found) == 1 or found[1].score < found[0].score


def _readings(asked: Question) -> Iterator[list[Question]]:
    """What may be meant, the likeliest first; each is looked for when it is reached.

    Those of one list are equally likely.
    """
    yield [asked]
    others = list(renamed(asked))
    if others:
        yield others
    if not asked.names or any(_knows(one) for one in (asked, *others)):
        for one in (asked, *others):
            yield from ([less] for less in shallower(one))
        return
    if right := _misspelt(asked):
        yield right
        yield from ([less] for one in right for less in shallower(one))
        return
    for name in sorted(asked.names, key=len, reverse=True):
        alone = asked.called([name])
        if len(asked.names) > 1 and _knows(alone):
            yield from ([one] for one in (alone, *shallower(alone)))
            return


def _knows(question: Question) -> bool:
    """Whether the register has the names at all."""
    wanted = terms_of_names(question)
    return bool(wanted) and bool(_fetch(wanted, most=1))


def terms_of_names(question: Question) -> set[str]:
    return set().union(*map(pairs, question.names))


def _rows_of(meant: Question) -> list[Row]:
    """Of the units that were named, else of all; 3号 may be a building's number."""
    for wanted in (meant.terms(), meant.terms(loosely=True)):
        for code in (*(unit.code for unit in meant.units), ""):
            if wanted and (rows := _fetch(wanted, cell=code)):
                return rows
        if not meant.numbers:
            break
    return []


def _fetch(wanted: set[str], *, cell: str = "", most: int = WEIGHED) -> list[Row]:
    """Rows that have all of these words; which ones of very many, nobody promises."""
    values: dict[str, Any] = {
        "terms": sorted(wanted),
        "cell": f"{cell}%",
        "most": most,
        "sample": SAMPLE,
        "walk": WALK,
    }
    with connection.cursor() as cursor:
        cursor.execute(IS_COMMON, values)
        if cursor.fetchone()[0] >= OFTEN:
            cursor.execute(COMMON, values)
            if rows := cursor.fetchall():
                return [Row(*row) for row in rows]
        where = "terms @> %(terms)s::text[]"
        cursor.execute(RARE.format(columns=COLUMNS, where=where), values)
        return [Row(*row) for row in cursor.fetchall()]


def _misspelt(asked: Question) -> list[Question]:
    """One sign of a name wrong, missing or too much: as the register has it.

    Several, where several of its names are as near; none where they are many.
    """
    for at, name in enumerate(asked.names):
        others = asked.called([*asked.names[:at], *asked.names[at + 1 :]])
        found = _alike(name, others.terms())
        if not found and others.numbers:
            found = _alike(name, terms_of_names(others))
        if 0 < len(found) <= ALIKE:
            return [
                asked.called(
                    [*others.names, right], _("read as %(name)s") % {"name": right}
                )
                for right in sorted(found)
            ]
    return []


def _alike(name: str, besides: set[str]) -> set[str]:
    """Names of the register that are one sign from this one, in rows that also have
    the words ``besides``."""
    kept = [sorted(words | besides) for words in _left_by_errors(name)]
    if not kept:
        return set()
    where = " OR ".join(["terms @> %s::text[]"] * len(kept))
    with connection.cursor() as cursor:
        cursor.execute(HEADS.format(where=where), kept)
        heads = cursor.fetchall()
    said = {part for row in heads for part in row if part}
    return {right for one in said if (right := nearest(name, parse(one).form))}


def _left_by_errors(name: str) -> list[set[str]]:
    """The pairs that are left of a name where one sign of it is wrong, by sign."""
    found = []
    for wrong in range(len(name)):
        left = {
            name[at : at + 2]
            for at in range(len(name) - 1)
            if at not in (wrong - 1, wrong)
        }
        if left:
            found.append(left)
    return found
