"""What the page of an entry shows besides its own fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from accounts.models import User
from cases.models import Case
from govmap.lib.history import Change, changes_of
from offices.models import Building, Organization
from offices.models.ground import Entry
from offices.registers import life
from offices.registers.codes import LISTS, Words

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


def cases_at(place: Any, user: User) -> list[Case]:
    """The newest cases in front of a place that this reader sees."""
    if place is None:
        return []
    ring = place.buffer(AROUND).envelope
    ring.srid = place.srid
    rows = Case.objects.visible_to(user).filter(place__bboverlaps=ring)
    rows = rows.select_related("category", "state")
    return list(rows.order_by("-pk")[:CASES])


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
