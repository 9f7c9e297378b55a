"""What an entry comes to in other modules: chosen from those that are tied to it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from govmap.lib.localized import localized
from offices.builder.guessing import CHINESE
from offices.builder.said import BadStep, Said
from offices.builder.work import Data, Work
from offices.models import Module
from offices.modules.definition import DAY, MOMENT, Definition, Field, definitions_of
from offices.modules.totals import ALIKE, RECORD

MOST = 6
COUNT = "count"


@dataclass(frozen=True)
class Offered:
    """One thing that can be counted or added up: its key, and what it is in words."""

    key: str  # module/by/count or module/by/<field>
    words: str
    module: str
    by: str
    field: Field | None
    day: str  # the field by which it is of this year, if there is one


def _numbers(definition: Definition) -> list[Field]:
    kinds = ("number", "integer")
    return [
        one
        for one in definition.fields.values()
        if one.is_open and one.spec.get("type") in kinds
    ]


def own_numbers(definition: Definition) -> list[Field]:
    """Of which something can be left."""
    return _numbers(definition)


def _ties(definition: Definition, other: Definition) -> str:
    """By what entries of the other are tied to these; "" for nothing."""
    refs = {one.ref for one in other.every_field() if one.ref}
    if f"{RECORD}:{definition.code}" in refs:
        return RECORD
    own = {one.ref for one in definition.every_field() if one.ref}
    return next((kind for kind in ALIKE if kind in refs & own), "")


def totals_offered(definition: Definition, street: Unit | None) -> list[Offered]:
    """Of the modules in use of the district and of the same street, one query."""
    rows = Module.objects.published().exclude(code=definition.code)
    rows = rows.filter(street=None) | rows.filter(street=street)
    modules = {row.published_id: row for row in rows if row.published_id}
    found = []
    for version, other in definitions_of(modules).items():
        by = _ties(definition, other)
        if not by:
            continue
        module = modules[version]
        fields = other.fields.values()
        day = next((one.name for one in fields if one.kind in (DAY, MOMENT)), "")
        told = {"module": module}
        start = f"{module.code}/{by}"
        words = _("%(module)s: number of entries") % told
        found.append(Offered(f"{start}/{COUNT}", words, module.code, by, None, day))
        for one in _numbers(other):
            words = _("%(module)s: sum of %(field)s") % {**told, "field": one.label}
            key = f"{start}/{one.name}"
            found.append(Offered(key, words, module.code, by, one, day))
    return sorted(found, key=lambda one: (one.by != RECORD, one.words))


def add_total(work: Work, said: Said) -> None:
    """One of those that are offered; what is left of a number of its own, if named."""
    street = Unit.objects.filter(code=work.data.get("street") or "-").first()
    offered = {one.key: one for one in totals_offered(work.definition, street)}
    chosen = offered.get(said.word("what", 80))
    if chosen is None:
        raise BadStep(what=_("Choose one of the list."))
    rows: list[Data] = list(work.data.get("totals") or [])
    if len(rows) >= MOST:
        raise BadStep(what=_("A module has at most 6 totals."))
    title = said.word("title", 40) or chosen.words
    if not CHINESE.search(title):
        raise BadStep(title=_("Give it a Chinese name."))
    row: Data = {
        "code": _code(rows),
        "title": {"zh-hans": title},
        "module": chosen.module,
        "by": chosen.by,
    }
    if chosen.field:
        row["sum"] = chosen.field.name
        row |= {"unit": chosen.field.unit[:10]} if chosen.field.unit else {}
    if said.flag("this_year") and chosen.day:
        row["of_year"] = chosen.day
    if name := said.word("left_of", 40):
        if name not in {one.name for one in own_numbers(work.definition)}:
            raise BadStep(left_of=_("Choose one of the list."))
        row["left_of"] = name
    work.data["totals"] = [*rows, row]
    work.subject = title


def _code(rows: list[Data]) -> str:
    taken = {row["code"] for row in rows}
    number = 1
    while f"t{number}" in taken:
        number += 1
    return f"t{number}"


def drop_total(work: Work, said: Said) -> None:
    code = said.word("code", 40)
    rows: list[Data] = list(work.data.get("totals") or [])
    gone = [row for row in rows if row["code"] == code]
    if not gone:
        raise BadStep(code=_("It is not there any more."))
    work.data["totals"] = [row for row in rows if row["code"] != code]
    work.subject = localized(gone[0]["title"])


def total_words(definition: Definition) -> list[tuple[str, str, str]]:
    """Code, title, and what more is said of each."""
    found: list[tuple[str, str, str]] = []
    for spec in definition.totals:
        parts: list[Any] = [_("of this year")] if spec.get("of_year") else []
        one = definition.fields.get(spec.get("left_of", ""))
        if one is not None:
            parts.append(_("what is left of “%(field)s”") % {"field": one.label})
        found.append((str(spec["code"]), localized(spec["title"]), "，".join(parts)))
    return found
