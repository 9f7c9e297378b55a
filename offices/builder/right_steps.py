"""Who may do what, by which procedure it goes, what it reminds of, what is counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from offices.builder.guessing import CHINESE
from offices.builder.said import BadStep, Said
from offices.builder.waiting import condition
from offices.builder.work import Data, Work
from offices.modules.definition import (
    DAY,
    MOMENT,
    NUMBER,
    S2,
    S3,
    WHOLE,
    Definition,
    Field,
)
from offices.modules.flow import PREFIX
from offices.modules.making import PLAIN
from offices.modules.rights import COMMUNITY, DISTRICT, OWNER, STREET
from workflow.models import Process

READ, WRITE, EXPORT = "read", "write", "export"
COLUMNS = (READ, WRITE, EXPORT, S2, S3)
POSTS = "post_notice"
FIELD_GUARDS = ("filled", "is", "not", "passed", "at_least", "below")


@dataclass(frozen=True)
class Post:
    """A sort of post, in the words in which one speaks of it."""

    role: str
    where: str
    words: str | Promise
    unit: str = ""

    @property
    def key(self) -> str:
        return f"{self.role}@{self.where}{'@' + self.unit if self.unit else ''}"

    @property
    def entry(self) -> dict[str, str]:
        found = {"role": self.role, "where": self.where}
        return {**found, "unit": self.unit} if self.unit else found


IN_STREET = (
    Post(Role.STREET_OFFICE, OWNER, gettext_lazy("clerks of the office that owns it")),
    Post(Role.OFFICE_HEAD, OWNER, gettext_lazy("the head of the office that owns it")),
    Post(
        Role.COMMUNITY_WORKER, COMMUNITY, gettext_lazy("community workers, their own")
    ),
    Post(Role.GRID_WORKER, COMMUNITY, gettext_lazy("grid workers, of their community")),
    Post(Role.LEADER, STREET, gettext_lazy("leaders of the street")),
    Post(
        Role.STREET_OFFICE, STREET, gettext_lazy("clerks of all offices of the street")
    ),
    Post(Role.OFFICE_HEAD, STREET, gettext_lazy("heads of all offices of the street")),
    Post(Role.FILER, STREET, gettext_lazy("the street's centre")),
)
IN_DISTRICT = (
    Post(Role.SUPERVISOR, DISTRICT, gettext_lazy("supervisors of the district")),
    Post(Role.LEADER, DISTRICT, gettext_lazy("leaders of the district")),
    Post(Role.STEWARD, DISTRICT, gettext_lazy("data stewards of the district")),
)
USUAL: dict[str, list[dict[str, Any]]] = {
    READ: [post.entry for post in IN_STREET[:5]],
    WRITE: [post.entry for post in IN_STREET[:3]],
    EXPORT: [IN_STREET[1].entry],
}


def usual_rights() -> dict[str, Any]:
    """The office that owns it keeps it, communities write into it, leaders read."""
    rights: dict[str, Any] = {name: [*rows] for name, rows in USUAL.items()}
    own = [post.entry for post in IN_STREET[:2]]
    return rights | {"sensitive": {S2: own, S3: [IN_STREET[0].entry]}}


def _entries(data: Data, column: str) -> list[dict[str, Any]]:
    rights = data.get("rights", {})
    level: list[dict[str, Any]] = (
        rights.get("sensitive", {}).get(column, [])
        if column in (S2, S3)
        else rights.get(column, [])
    )
    return level


def key_of(entry: dict[str, Any]) -> str:
    unit = f"@{entry['unit']}" if entry.get("unit") else ""
    return f"{entry['role']}@{entry['where']}{unit}"


def posts_of(data: Data, *, in_district: bool) -> list[Post]:
    """The rows of the table of rights: the usual posts, and others that it names."""
    found = [*IN_STREET, *(IN_DISTRICT if in_district else ())]
    known = {post.key for post in found}
    for column in COLUMNS:
        for entry in _entries(data, column):
            if key_of(entry) not in known:
                known.add(key_of(entry))
                words = f"{_role(entry['role'])} · {entry.get('unit', '')}".strip(" ·")
                unit = entry.get("unit", "")
                found.append(Post(entry["role"], entry["where"], words, unit))
    return found


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code


@dataclass(frozen=True)
class RightRow:
    post: Post
    cells: list[tuple[str, bool]]


def right_rows(data: Data, *, in_district: bool) -> list[RightRow]:
    held = {column: set(map(key_of, _entries(data, column))) for column in COLUMNS}
    return [
        RightRow(post, [(column, post.key in held[column]) for column in COLUMNS])
        for post in posts_of(data, in_district=in_district)
    ]


def set_rights(work: Work, said: Said) -> None:
    """Each column anew; a right that is not named stays."""
    data = work.data
    in_district = not data.get("street")
    posts = {post.key: post for post in posts_of(data, in_district=in_district)}
    for column in COLUMNS:
        wanted = said.many(column)
        if wanted is None:
            continue
        if unknown := [key for key in wanted if key not in posts]:
            told = {"name": unknown[0]}
            raise BadStep(**{column: _("Nobody is called “%(name)s”.") % told})
        rows = [posts[key].entry for key in dict.fromkeys(wanted)]
        _put(data["rights"], column, rows)


def _put(rights: Data, column: str, rows: list[dict[str, str]]) -> None:
    if column not in (S2, S3):
        if not rows and column in (READ, WRITE):
            raise BadStep(**{column: _("Somebody must be able to read and to write.")})
        rights[column] = rows
        return
    levels = rights.setdefault("sensitive", {})
    levels.pop(column, None)
    if rows:
        levels[column] = rows
    if not levels:
        del rights["sensitive"]


def fitting_processes(definition: Definition) -> list[Process]:
    """Procedures that ask for no field and no notice that the module has not; that of
    a module which was copied stays.
    """
    return [
        process
        for process in Process.objects.newest("record")
        if process.code != PLAIN
        and not process.code.startswith(PREFIX)
        and (process.code == definition.process or _fits(process, definition))
    ]


def _fits(process: Process, definition: Definition) -> bool:
    moves = process.moves
    asked = {name for move in moves for name in _fields_of(move.guards)}
    posts = any(POSTS in move.effects for move in moves)
    fills = any("fields" in move.evidence for move in moves)
    if (posts and not definition.notice) or fills:
        return False
    return asked <= set(definition.fields)


def _fields_of(guards: Iterable[str]) -> Iterable[str]:
    for text in guards:
        name, *told = text.split(":")
        if name in FIELD_GUARDS and told:
            yield told[0]


def set_procedure(work: Work, said: Said) -> None:
    """One of those that fit, or the plain one; what its steps fill in goes with it."""
    code = said.word("process", 40)
    before = work.data.get("process") or ""
    if code == before and not work.data.get("flow"):
        return
    known = {process.code for process in fitting_processes(work.definition)}
    if code and code not in known:
        raise BadStep(process=_("Choose one of the list."))
    work.data["process"] = code or None
    work.data["steps"] = {}
    work.data["flow"] = None


def days_in(definition: Definition) -> list[Field]:
    """The fields that a reminder can count from."""
    kinds = (DAY, MOMENT)
    return [one for one in definition.fields.values() if one.kind in kinds]


def add_reminder(work: Work, said: Said) -> None:
    """So many days before a day, after it, or again and again from it."""
    one = work.definition.fields.get(said.word("field", 40))
    if one is None or one not in days_in(work.definition):
        raise BadStep(field=_("Choose a field that holds a day."))
    number, unit = said.number("count"), said.word("unit", 10)
    if number is None or number != int(number) or not 0 <= number <= 1200:
        raise BadStep(count=_("A whole number from 0 to 1200, please."))
    span = {unit if unit in ("days", "months", "years") else "days": int(number)}
    sort = said.word("sort", 10) or "before"
    title = said.word("title", 40) or _("%(field)s is due") % {"field": one.label}
    row: Data = {"code": _code("r", work.data["reminders"]), "title": _title(title)}
    if sort == "every":
        row["every"] = {**span, "from": one.name}
        if not number:
            raise BadStep(count=_("A whole number from 1, please."))
    else:
        row |= {"field": one.name, "after" if sort == "after" else "before": span}
    if len(work.data["reminders"]) >= 20:
        raise BadStep(field=_("A module has at most 20 reminders."))
    work.data["reminders"].append(row)
    work.subject = title


def _title(text: str) -> dict[str, str]:
    if not CHINESE.search(text):
        raise BadStep(title=_("Give it a Chinese name."))
    return {"zh-hans": text}


def _code(letter: str, rows: list[Data]) -> str:
    taken = {row["code"] for row in rows}
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def drop_reminder(work: Work, said: Said) -> None:
    _drop(work, "reminders", said.word("code", 40))


def _drop(work: Work, place: str, code: str) -> None:
    rows = work.data[place]
    gone = [row for row in rows if row["code"] == code]
    if not gone:
        raise BadStep(code=_("It is not there any more."))
    work.data[place] = [row for row in rows if row["code"] != code]
    work.subject = str(gone[0]["title"].get("zh-hans", code))


def counted_in(definition: Definition) -> list[Field]:
    """The fields that a figure can count by: internal ones."""
    return [
        one
        for one in definition.fields.values()
        if one.is_open and not one.expression and not one.columns
    ]


def add_figure(work: Work, said: Said) -> None:
    """The share of entries in which a field says so, of those in which it is filled or
    of all.
    """
    fields = {one.name: one for one in counted_in(work.definition)}
    one = fields.get(said.word("field", 40))
    if one is None:
        raise BadStep(field=_("Choose a field that is not personal."))
    title = said.word("title", 40)
    values = said.many("values") or []
    if len(work.data["indicators"]) >= 20:
        raise BadStep(field=_("A module has at most 20 figures."))
    if said.word("sort", 10) == "mean" and one.kind in (NUMBER, WHOLE):
        work.data["indicators"].append(_mean(work, one, title))
        work.subject = title or one.label
        return
    every: Data = {"any": [{"ended": True}, {"ended": False}]}
    filled: Data = {"field": one.name, "filled": True}
    row: Data = {
        "code": _code("i", work.data["indicators"]),
        "title": _title(title or _("Share of %(field)s") % {"field": one.label}),
        "numerator": condition(one, values),
        "denominator": filled if values and said.word("of", 10) == "filled" else every,
    }
    work.data["indicators"].append(row)
    work.subject = title or one.label


def _mean(work: Work, one: Field, title: str) -> Data:
    """The mean of a number, over the entries in which it is filled in."""
    row: Data = {
        "code": _code("i", work.data["indicators"]),
        "title": _title(title or _("Mean of %(field)s") % {"field": one.label}),
        "mean": one.name,
        "denominator": {"field": one.name, "filled": True},
    }
    return row | ({"unit": one.unit[:10]} if one.unit else {})


def drop_figure(work: Work, said: Said) -> None:
    _drop(work, "indicators", said.word("code", 40))
