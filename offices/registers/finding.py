"""Finding entries: by name or address through an index, by number or phone exactly.

A number stands in no address of a page and in no list: it is sent, looked for by its
keyed hash, and the search is on record.
"""

import re
import unicodedata

from django.db.models import Q, QuerySet

from accounts.models import User
from govmap.lib.sealed import keyed_hashes, normalised
from layers.finding.search import form_of
from offices.models import (
    Building,
    Dwelling,
    Household,
    Member,
    Organization,
    Person,
    Register,
    RegisterReading,
    State,
)
from offices.registers import reading
from offices.registers.identity import BadNumber, citizen_number, plain
from offices.registers.words import held, holds, street_of

What = RegisterReading.What
LONGEST = 60  # signs of a search
MOST_TERMS = 4
MOST_BUILDINGS = 300  # that an address may mean
DIGIT = re.compile(r"\d")
DIGITS = re.compile(r"(?<![A-Za-z\d])\d[\d\s-]{5,}\d")
NUMBERS = re.compile(r"(?:\d{15}|\d{17}[\dX])")
PHONES = re.compile(r"1[3-9]\d{9}|0\d{9,11}")


def terms_of(text: str) -> list[str]:
    """The words between blanks and commas; each has to be found."""
    said = unicodedata.normalize("NFKC", text.replace("\x00", "")[:LONGEST])
    return [term for term in re.split(r"[\s,，、;；]+", said) if term][:MOST_TERMS]


def is_number(text: str) -> bool:
    """Whether it looks like the whole of a person's number or phone."""
    said = plain(text)
    return bool(NUMBERS.fullmatch(said)) or is_phone(said)


def is_phone(text: str) -> bool:
    """Whether it looks like the whole of a phone."""
    return bool(PHONES.fullmatch(normalised(text)))


def is_hidden(text: str) -> bool:
    """Whether it may be somebody's number or a part of one: it is sent, and stands in
    no address. The number of a record, with its letter before it, is none."""
    return is_number(text) or bool(DIGITS.search(text))


def find_people(
    people: QuerySet[Person], text: str, user: User, *, street: int | None = None
) -> QuerySet[Person]:
    """Those who bear every name, and live at every address, of the text.

    A word with a digit is an address, any other a name of two signs at least.
    ``street``: where all of the people live.
    """
    for term in terms_of(text):
        if DIGIT.search(term):
            buildings, doors = _buildings(term, user)
            dwellings = _behind(Dwelling.objects.all(), buildings, doors)
            people = people.filter(dwelling__in=dwellings.values("pk"))
        else:
            people = people.filter(held(Person, form_of(term), user, street=street))
    return people


def find_living(people: QuerySet[Person], text: str, user: User) -> QuerySet[Person]:
    """As `find_people`, of those who live on the reader's ground."""
    return find_people(people, text, user, street=street_of(user))


def find_dwellings(
    dwellings: QuerySet[Dwelling], text: str, user: User
) -> QuerySet[Dwelling]:
    for term in terms_of(text):
        buildings, doors = _buildings(term, user)
        dwellings = _behind(dwellings, buildings, doors)
    return dwellings


def find_households(
    households: QuerySet[Household], text: str, user: User
) -> QuerySet[Household]:
    """By number, by the name of somebody in it, or by address."""
    for term in terms_of(text):
        by_number = Household.objects.filter(number=term).values("pk")
        if DIGIT.search(term):
            buildings, doors = _buildings(term, user)
            dwellings = _behind(Dwelling.objects.all(), buildings, doors)
            there = Household.objects.filter(dwelling__in=dwellings.values("pk"))
            households = households.filter(pk__in=by_number.union(there.values("pk")))
        else:
            named = Person.objects.filter(held(Person, form_of(term), user))
            inside = Member.objects.filter(
                until__isnull=True, person__in=named.values("pk")
            )
            households = households.filter(pk__in=inside.values("household"))
    return households


def find_organizations(
    organizations: QuerySet[Organization], text: str, user: User
) -> QuerySet[Organization]:
    """By name or unified code, of those on the reader's ground."""
    street = street_of(user)
    for term in terms_of(text):
        where = held(Organization, form_of(term), user, street=street)
        organizations = organizations.filter(where)
    return organizations


def _buildings(term: str, user: User) -> tuple[list[int], str]:
    """Buildings that an address means, and the room behind the building's own words."""
    door = re.search(r"(?<!\d)(\d{3,4}[A-Z]?)室?$", term.upper())
    forms = [form_of(term)]
    if door and door.start():
        forms.append(form_of(term[: door.start()]))
    for form in forms:
        found = _at(form, user)
        if found:
            return found, door[1] if door and form != forms[0] else ""
    return [], ""


def _at(form: str, user: User) -> list[int]:
    """Ids of the buildings there that he sees; asked once a request."""
    if len(form) < 2:
        return []
    kept: dict[str, list[int]] = user.__dict__.setdefault("_buildings_at", {})
    if form not in kept:
        rows = Building.objects.visible_to(user).filter(holds(form))
        kept[form] = list(rows.values_list("pk", flat=True)[:MOST_BUILDINGS])
    return kept[form]


def _behind(
    rows: QuerySet[Dwelling], buildings: list[int], room: str
) -> QuerySet[Dwelling]:
    rows = rows.filter(building__in=buildings)
    return rows.filter(room=room) if room else rows


def by_number(text: str) -> Q:
    """Whose number that is, as it is or upgraded; nobody's where it is none."""
    try:
        said = citizen_number(text).text
    except BadNumber:
        said = plain(text)
    return Q(number_hash__in=keyed_hashes(said)) if said else Q(pk__in=[])


def by_code(text: str) -> Q:
    """The organisation of that unified code."""
    said = plain(text)
    return Q(code=said) if said else Q(pk__in=[])


def by_phone(text: str) -> Q:
    hashes = keyed_hashes(text)
    return Q(phone_hash__in=hashes) if hashes else Q(pk__in=[])


def search_exactly(text: str, user: User) -> QuerySet[Person]:
    """Whom a whole number or phone belongs to, of those one sees; on record."""
    said = plain(text)
    phone = is_phone(said)
    what = (
        RegisterReading.What.FIND_PHONE if phone else RegisterReading.What.FIND_NUMBER
    )
    reading.note(
        user, what, register=Register.PERSON, said=f"••••{said[-4:]}" if said else ""
    )
    rows = Person.objects.visible_to(user).exclude(state=State.MERGED)
    return rows.filter(by_phone(said) if phone else by_number(said))
