"""What the page of an entry shows besides its own fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from cases.models import Case
from govmap.lib.history import Change, changes_of
from offices.models import Building, Organization, Proposal, State
from offices.models.ground import Entry
from offices.registers import life
from offices.registers.codes import LISTS, Words
from offices.registers.owning import Field as Owned
from offices.registers.owning import Ownership
from offices.registers.permissions import can_keep

CASES = 8
# About 35 m at our latitude: what happens in front of a house is the house's.
AROUND = 0.0003
HIDDEN = {"changed_at", "created_at", "number_tail", "phone_tail"}


@dataclass(frozen=True)
class Use:
    """Where an entry is used: a module, how often, and the way there."""

    title: str | Promise
    count: int
    url: str = ""


# Each asks one module or more: who uses this entry, as far as this reader sees it.
Source = Callable[[str, Entry, User], Iterable[Use]]
USES: list[Source] = []


def tells_uses(source: Source) -> Source:
    """Register who knows where entries are used."""
    USES.append(source)
    return source


def uses_of(row: Entry, user: User) -> list[Use]:
    register = life.register_of(row)
    return [use for source in USES for use in source(register, row, user)]


# Each tells the cases that concern an entry, as keys: a module's records name cases.
CaseSource = Callable[[str, Entry, User], QuerySet[Any]]
CASE_SOURCES: list[CaseSource] = []


def tells_cases(source: CaseSource) -> CaseSource:
    """Register who knows of cases that concern an entry, wherever they lie."""
    CASE_SOURCES.append(source)
    return source


def cases_of(row: Entry, user: User) -> list[Case]:
    """The newest cases in front of the door or about the entry, that he sees."""
    register, place = life.register_of(row), place_of(row)
    about = Q(pk__in=[])
    if place is not None:
        ring = place.buffer(AROUND).envelope
        ring.srid = place.srid
        about |= Q(place__bboverlaps=ring)
    for source in CASE_SOURCES:
        about |= Q(pk__in=source(register, row, user))
    rows = Case.objects.visible_to(user).filter(about)
    rows = rows.select_related("category", "state")
    return list(rows.order_by("-pk")[:CASES])


def shared(row: Any, user: User) -> dict[str, Any]:
    """What every page of an entry shows beside its fields."""
    register = life.register_of(row)
    waiting = Proposal.objects.visible_to(user).open().filter(subject=row.uuid)
    return {
        "register": register,
        "row": row,
        "life": life.life_of(row.uuid),
        "changes": record_of(row),
        "uses": uses_of(row, user),
        "cases": cases_of(row, user),
        "place": place_of(row),
        "waiting": waiting.select_related("asked_by", "unit")[:CASES],
        "may_confirm": can_keep(user, row) and row.state == State.HERE,
        "findings": [one for say in FINDINGS for one in say(register, row)],
    }


# What is to be mended of an entry: each answers with (title, address) pairs.
Finding = Callable[[str, Any], list[tuple[str, str]]]
FINDINGS: list[Finding] = []


def tells_findings(say: Finding) -> Finding:
    """Register who knows what is wrong with an entry."""
    FINDINGS.append(say)
    return say


@dataclass(frozen=True)
class Fact:
    """One field of an entry on its page, with its owner."""

    title: str
    text: str
    owned: Owned


def facts_with_owners(
    row: Any, names: Iterable[str], words: Words, owned: Ownership
) -> list[Fact]:
    """The fields that say something."""
    found = []
    for name in names:
        if text := words.of_field(row, name):
            title = str(row._meta.get_field(name).verbose_name)
            found.append(Fact(title, text, owned.of(name)))
    return found


def place_of(row: Any) -> Any:
    """A point of the building; of an entry that is not on the map nothing."""
    if isinstance(row, Building | Organization):
        return row.place
    dwelling = getattr(row, "dwelling", row)
    building = getattr(dwelling, "building", None)
    return building.place if building else None


@dataclass(frozen=True)
class Changed:
    """One change of an entry in words."""

    change: Change
    fields: list[tuple[str, str, str]]


def record_of(row: Entry) -> list[Changed]:
    """Who changed what and when, of this entry alone; what is sealed is not in it."""
    model = type(row)
    changes = changes_of(model, row_id=row.pk)
    words = Words()
    return [Changed(change, _in_words(model, change, words)) for change in changes]


def _in_words(model: Any, change: Change, words: Words) -> list[tuple[str, str, str]]:
    lists = LISTS.get(model.__name__, {})
    found = []
    for name, (before, after) in change.what.items():
        try:
            field = model._meta.get_field(name.removesuffix("_id"))
        except LookupError:
            continue
        if field.name in HIDDEN or field.is_relation:
            continue
        found.append(
            (
                str(field.verbose_name),
                _value(field, before, lists, words),
                _value(field, after, lists, words),
            )
        )
    return found


def _value(field: Any, value: Any, lists: dict[str, str], words: Words) -> str:
    if value in (None, ""):
        return "—"
    if field.name in lists:
        return words.of(lists[field.name], str(value))
    return str(dict(field.flatchoices).get(value, value))
