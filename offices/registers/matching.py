"""Collected once: who may be meant already, shown before a new entry is saved."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from govmap.lib.sealed import mask_name
from offices.models import Dwelling, Organization, Person, State
from offices.registers.finding import by_number, by_phone
from offices.registers.identity import mask_number

MOST = 10
REASONS = {
    "number": _("the same number"),
    "name": _("the same name and date of birth"),
    "phone": _("the same phone and name"),
    "dwelling": _("lives at this address"),
}


@dataclass(frozen=True)
class Match:
    """An entry that may be the same. Of one that the reader may not see, only whose
    ground it lies on: whoever has the paper in his hand may ask there.
    """

    row: Person
    why: str
    is_elsewhere: bool = False

    @property
    def reason(self) -> str | Promise:
        return REASONS[self.why]

    @property
    def name(self) -> str:
        return mask_name(self.row.name)

    @property
    def number(self) -> str:
        return mask_number(self.row.number_tail)

    @property
    def is_certain(self) -> bool:
        return self.why == "number"


def matches(
    by: User,
    *,
    number: str = "",
    name: str = "",
    birth: date | None = None,
    phone: str = "",
    dwelling: Dwelling | None = None,
) -> list[Match]:
    """Whom a new entry may mean, the surest first; each once.

    Only a whole number finds entries that the reader does not see.
    """
    found: dict[int, Match] = {}
    everybody = Person.objects.exclude(state=State.MERGED).listed()
    seen = everybody.visible_to(by)
    if number.strip():
        rows = list(everybody.filter(by_number(number))[:MOST])
        ids = {row.pk for row in rows}
        mine = set(seen.filter(pk__in=ids).values_list("pk", flat=True))
        _add(found, [Match(row, "number", row.pk not in mine) for row in rows])
    if name.strip() and birth:
        rows = list(seen.filter(birth=birth, name=name.strip())[:MOST])
        _add(found, [Match(row, "name") for row in rows])
    if name.strip() and phone.strip():
        rows = list(seen.filter(by_phone(phone), name=name.strip())[:MOST])
        _add(found, [Match(row, "phone") for row in rows])
    if dwelling is not None:
        rows = list(seen.filter(dwelling=dwelling)[:MOST])
        _add(found, [Match(row, "dwelling") for row in rows])
    return list(found.values())[:MOST]


def _add(found: dict[int, Match], more: list[Match]) -> None:
    for match in more:
        found.setdefault(match.row.pk, match)


def same_organizations(
    by: User, *, code: str = "", name: str = ""
) -> list[Organization]:
    """With that unified code anywhere, or of that name on one's own ground."""
    rows = Organization.objects.exclude(state=State.MERGED).listed()
    found = list(rows.filter(code=code)[:MOST]) if code else []
    if name.strip():
        named = rows.visible_to(by).filter(name=name.strip())
        found += [row for row in named[:MOST] if row not in found]
    return found[:MOST]
