"""People, households, dwellings and organisations as what fields refer to, and the code
lists of the registers as what fields choose from."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from offices.models import (
    CodeList,
    Dwelling,
    Household,
    Organization,
    Person,
)
from offices.modules import codes
from offices.modules.refs import OFFERED, Lean, Target, refers
from offices.registers import finding
from offices.registers.codes import choices_of

Search = Callable[[Any, str, User], QuerySet[Any]]


def _first(search: Search) -> Callable[[Any, str, User], Iterable[Any]]:
    def find(seen: Any, text: str, user: User) -> Iterable[Any]:
        if len(text) < 2:
            return []
        rows = search(seen, text, user).select_related("community", "street")
        return rows.filter(state="here").order_by("-pk")[:OFFERED]

    return find


def _find_people(seen: Any, text: str, user: User) -> Iterable[Any]:
    """By name or address; by a whole number or phone, which is on record."""
    if finding.is_number(text):
        found = finding.search_exactly(text, user).values("pk")
        return seen.filter(pk__in=found).select_related("community")[:OFFERED]
    return _first(finding.find_people)(seen, text, user)


def _ground(row: Any) -> dict[str, Any]:
    return {
        "street": row.street,
        "community": row.community,
        "cell": row.cell,
        "address": row.address,
    }


def _page(name: str) -> Callable[[Any], str]:
    return lambda row: reverse(f"registers:{name}", args=[row.uuid])


def _person_name(row: Person) -> tuple[str, str]:
    """Masked, with what tells apart those of one name."""
    born = str(row.birth)[:4] if row.birth else ""
    return str(row), " · ".join(filter(None, (born, row.number_tail, row.address)))


for kind, target in {
    "person": Target(
        title=_("person"),
        rows=lambda user: Person.objects.visible_to(user),
        find=_find_people,
        name=_person_name,
        url=_page("person"),
        ground=_ground,
        column="person",
        lean=Lean(Person, ("name", "birth", "number_tail", "address")),
    ),
    "household": Target(
        title=_("household"),
        rows=lambda user: Household.objects.visible_to(user),
        find=_first(finding.find_households),
        name=lambda row: (str(row), row.address),
        url=_page("household"),
        ground=_ground,
        column="household",
        lean=Lean(Household, ("number", "address", "", "")),
    ),
    "dwelling": Target(
        title=_("dwelling"),
        rows=lambda user: Dwelling.objects.visible_to(user),
        find=_first(finding.find_dwellings),
        name=lambda row: (str(row), ""),
        url=_page("dwelling"),
        ground=_ground,
        column="dwelling",
        lean=Lean(Dwelling, ("address", "", "", "")),
    ),
    "organization": Target(
        title=_("organisation"),
        rows=lambda user: Organization.objects.visible_to(user),
        find=_first(finding.find_organizations),
        name=lambda row: (str(row), row.address),
        url=_page("organization"),
        ground=_ground,
        column="organization",
        lean=Lean(Organization, ("name", "address", "", "")),
    ),
}.items():
    refers(kind, target)


def _codes(name: str) -> list[tuple[str, str]] | None:
    return choices_of(name) or None


def _names() -> list[str]:
    return list(CodeList.objects.values_list("code", flat=True))


codes.gives(_codes, _names)
