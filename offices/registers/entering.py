"""New entries, and changes of those that are there."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from govmap.lib.sealed import normalised
from offices.models import (
    Dwelling,
    Household,
    Label,
    LifeEvent,
    Organization,
    Person,
    Residence,
    SensitiveGroup,
    State,
)
from offices.models.code import Code
from offices.models.ground import Entry
from offices.registers import life
from offices.registers.finding import by_number
from offices.registers.identity import citizen_number, credit_code, plain
from offices.registers.permissions import check_keeps
from offices.registers.places import ground_like, own_ground
from offices.registers.proposing import own_fields, owns_label

CITIZEN = frozenset({"111", "112"})  # papers whose number is of GB 11643
PHONE_DIGITS = range(7, 16)


class AlreadyThere(Conflict):
    """This number is in the register already. Open that entry instead of a new one."""

    message = gettext_noop(
        "This number is in the register already. Open that entry instead of a new one."
    )


class NoPaperNumber(BadInput):
    """A paper's number has 5 to 20 letters and digits. Compare it with the paper."""

    message = gettext_noop(
        "A paper's number has 5 to 20 letters and digits. Compare it with the paper."
    )


class NoPhone(BadInput):
    """A phone has 7 to 15 digits. Correct it, or leave it empty."""

    message = gettext_noop("A phone has 7 to 15 digits. Correct it, or leave it empty.")


class GroupClosed(Conflict):
    """This group is not open: its department has to open it in writing first."""

    message = gettext_noop(
        "This group is not open: its department has to open it in writing first."
    )


Fields = Mapping[str, Any]


def paper_number(text: str, paper: str, *, today: date | None = None) -> dict[str, Any]:
    """The number as it is kept, with the birth and sex that it tells of.

    ``today``: for whoever asks of many rows and has looked at the calendar.

    Raises BadNumber or NoPaperNumber (400).
    """
    said = plain(text)
    if not said:
        return {"number": ""}
    if paper in CITIZEN:
        found = citizen_number(said, today=today)
        return {"number": found.text, "birth": found.birth, "sex": found.sex}
    if not (5 <= len(said) <= 20 and said.isascii() and said.isalnum()):
        raise NoPaperNumber
    return {"number": said}


def phone_number(text: str) -> str:
    """As it is kept. Raises NoPhone (400)."""
    said = normalised(text)
    if said and not (said.isdigit() and len(said) in PHONE_DIGITS):
        raise NoPhone
    return said


@transaction.atomic
def enter_person(
    fields: Fields,
    by: User,
    *,
    dwelling: Dwelling | None = None,
    household: Household | None = None,
    relation: str = "",
    tenure: str = "",
    on: date | None = None,
) -> Person:
    """Somebody who is not in the register yet, living in ``dwelling`` from ``on``.

    Without a dwelling he lies where his household does, else where the writer's ground
    is. Raises AlreadyThere (409), NotYourGround (403), BadNumber, NoPhone (400).
    """
    person = Person(**_person_fields(fields))
    if person.number and _bearer(str(fields["number"])) is not None:
        raise AlreadyThere
    place = dwelling or household
    for name, value in (ground_like(place) if place else own_ground(by)).items():
        setattr(person, name, value)
    if place is not None:
        person.address = place.address
    person.dwelling = dwelling
    check_keeps(by, person)
    person.save()
    day = on or timezone.localdate()
    life.note(person, LifeEvent.What.ENTERED, by, on=day, told=person.address)
    if dwelling is not None:
        Residence.objects.create(
            person=person, dwelling=dwelling, since=on, tenure=tenure
        )
    if household is not None:
        life.join(person, household, relation, by, since=on)
    return person


def _person_fields(fields: Fields) -> dict[str, Any]:
    """With the number checked; the typed birth and sex yield to what it tells."""
    said = dict(fields)
    if "number" in said:
        said |= paper_number(str(said["number"]), said.get("paper") or "111")
    if "phone" in said:
        said["phone"] = phone_number(str(said["phone"]))
    return said


def _bearer(number: str) -> Person | None:
    rows = Person.objects.exclude(state=State.MERGED)
    return rows.filter(by_number(number)).first()


# Each `change_…` writes the fields that ``by`` owns; all others become proposals to
# their owners. ``accepted``: the owner decided, and what is said is written.


@transaction.atomic
def change_person(
    person: Person, fields: Fields, by: User, *, accepted: bool = False
) -> Person:
    """Other values; a number or phone that is not named stays as it is.

    Raises AlreadyThere (409), NotYourGround (403), BadNumber, NoPhone (400).
    """
    check_keeps(by, person)
    said = _person_fields({"paper": person.paper, **fields})
    if said.get("number"):
        other = _bearer(said["number"])
        if other is not None and other.pk != person.pk:
            raise AlreadyThere
    return _written(person, said, by, accepted)


def _written(row: Any, said: dict[str, Any], by: User, accepted: bool) -> Any:
    """Whoever writes an entry of his ground has looked at it."""
    mine = said if accepted else own_fields(row, said, by)
    for name, value in mine.items():
        setattr(row, name, value)
    if mine and not accepted:
        row.confirmed_at = timezone.now()
    row.save()
    return row


@transaction.atomic
def enter_organization(
    fields: Fields, by: User, *, place: Entry | None = None
) -> Organization:
    """An organisation in a building or behind a door of it.

    Raises AlreadyThere (409), NotYourGround (403), BadNumber (400).
    """
    row = Organization(**_organization_fields(fields))
    if row.code and _same_code(row.code).exists():
        raise AlreadyThere
    settle(row, place, by)
    check_keeps(by, row)
    row.save()
    day = timezone.localdate()
    life.note(row, LifeEvent.What.ENTERED, by, on=day, told=row.address)
    return row


def settle(row: Organization, place: Entry | None, by: User) -> None:
    """Where an organisation is: a dwelling, a whole building, or nobody knows."""
    if isinstance(place, Dwelling):
        row.dwelling, row.building = place, place.building
    elif place is not None:
        row.dwelling, row.building = None, place  # type: ignore[assignment]
    ground = ground_like(place) if place else own_ground(by)
    for name, value in ground.items():
        setattr(row, name, value)
    if place is not None:
        row.address = place.address
        row.place = row.building.place if row.building else None


def _organization_fields(fields: Fields) -> dict[str, Any]:
    said = dict(fields)
    if said.get("code"):
        said["code"] = credit_code(str(said["code"]))
    if "phone" in said:
        said["phone"] = phone_number(str(said["phone"]))
    return said


def _same_code(code: str) -> Any:
    return Organization.objects.filter(code=code).exclude(state=State.MERGED)


@transaction.atomic
def change_organization(
    row: Organization, fields: Fields, by: User, *, accepted: bool = False
) -> Organization:
    """Other values. Raises AlreadyThere (409), NotYourGround (403), BadNumber (400)."""
    check_keeps(by, row)
    said = _organization_fields(fields)
    if said.get("code") and _same_code(said["code"]).exclude(pk=row.pk).exists():
        raise AlreadyThere
    return _written(row, said, by, accepted)


@transaction.atomic
def change_dwelling(
    row: Dwelling, fields: Fields, by: User, *, accepted: bool = False
) -> Dwelling:
    """Other values; its building and door stay. Raises NotYourGround (403)."""
    check_keeps(by, row)
    return _written(row, dict(fields), by, accepted)


@transaction.atomic
def change_household(
    row: Household, fields: Fields, by: User, *, accepted: bool = False
) -> Household:
    """Other values; its members and its address stay. Raises NotYourGround (403)."""
    check_keeps(by, row)
    return _written(row, dict(fields), by, accepted)


@transaction.atomic
def enter_household(
    fields: Fields, by: User, *, dwelling: Dwelling | None = None
) -> Household:
    """A household registered at a dwelling. Raises NotYourGround (403)."""
    row = Household(**fields, dwelling=dwelling)
    for name, value in (ground_like(dwelling) if dwelling else own_ground(by)).items():
        setattr(row, name, value)
    if dwelling is not None:
        row.address = dwelling.address
    check_keeps(by, row)
    row.save()
    life.note(row, LifeEvent.What.ENTERED, by, on=timezone.localdate())
    return row


@transaction.atomic
def put_label(
    on: Person | Dwelling, code: Code, by: User, *, accepted: bool = False, **more: Any
) -> Label | None:
    """A label, once; put again it is the same one with other words.

    Of a label that another unit owns only a proposal is left: None.
    Raises GroupClosed (409), NotYourGround (403).
    """
    check_keeps(by, on)
    if code.group is not None and code.group not in SensitiveGroup.objects.open_to(by):
        raise GroupClosed
    if not accepted and not owns_label(on, code.code, True, by):
        return None
    about = {"person": on} if isinstance(on, Person) else {"dwelling": on}
    row = Label.objects.filter(**about, code=code, until__isnull=True).first()
    row = row or Label(**about, code=code)
    for name, value in more.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def end_label(
    row: Label, by: User, *, on: date | None = None, accepted: bool = False
) -> Label | None:
    """From that day it holds no more; its history stays.

    Of a label that another unit owns only a proposal is left: None.
    """
    about = row.person or row.dwelling
    assert about is not None
    check_keeps(by, about)
    if not accepted and not owns_label(about, row.code.code, False, by):
        return None
    day = on or timezone.localdate()
    row.until = max(day, row.since) if row.since else day
    row.save(update_fields=["until"])
    return row
