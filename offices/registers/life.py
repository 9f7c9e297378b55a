"""The life of an entry: it moves in, moves out, dies; nothing is ever deleted.

Each function is one step: rows, and its line in the record of lives. Callers open
`govmap.lib.history.recorded`, so that the copies of the rows say who did it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from offices.models import (
    Dwelling,
    Household,
    LifeEvent,
    Member,
    Organization,
    Person,
    Register,
    Residence,
    State,
)
from offices.models.ground import Entry
from offices.models.household import HEAD
from offices.registers.permissions import check_keeps
from offices.registers.places import first_unit, ground_like

What = LifeEvent.What


class NotHere(Conflict):
    """This entry has ended already. Look at its history."""

    message = gettext_noop("This entry has ended already. Look at its history.")


class DayToCome(BadInput):
    """This day is still to come. Enter what has happened."""

    message = gettext_noop("This day is still to come. Enter what has happened.")


class BeforeItBegan(BadInput):
    """That is before it began (%(day)s). Correct the day."""

    message = gettext_noop("That is before it began (%(day)s). Correct the day.")


class StillThere(Conflict):
    """Somebody still lives there or is registered there. Move them first."""

    message = gettext_noop(
        "Somebody still lives there or is registered there. Move them first."
    )


def note(
    row: Entry, what: str, by: User, *, on: date, told: str = "", other: Any = None
) -> LifeEvent:
    """A line in the record of lives."""
    return LifeEvent.objects.create(
        register=register_of(row),
        subject=row.uuid,
        what=what,
        on=on,
        told=told[:200],
        other=other,
        source=row.source,
        by=by,
        unit=first_unit(by),
        street_id=row.street_id,
        community_id=row.community_id,
    )


def register_of(row: Entry) -> str:
    return Register[type(row).__name__.upper()].value


@transaction.atomic
def move_in(
    person: Person,
    dwelling: Dwelling,
    by: User,
    *,
    on: date | None = None,
    tenure: str = "",
) -> Residence:
    """From that day on he lives there; where he lived before ends on it.

    Who had moved away is here again. Raises NotHere (409), DayToCome, BeforeItBegan
    (400), NotYourGround (403).
    """
    day = past(on)
    check_keeps(by, dwelling)
    person = _lock(person)
    if person.state not in (State.HERE, State.AWAY):
        raise NotHere
    what = What.MOVED_IN
    if person.state == State.AWAY:
        what = What.CAME_BACK
    elif person.dwelling_id:
        what = What.MOVED_HOUSE
    _end_residence(person, day)
    made = Residence.objects.create(
        person=person, dwelling=dwelling, since=on and day, tenure=tenure
    )
    person.state, person.ended_on = State.HERE, None
    settle(person, dwelling)
    note(person, what, by, on=day, told=dwelling.address, other=dwelling.uuid)
    return made


def settle(person: Person, dwelling: Dwelling) -> None:
    person.dwelling, person.address = dwelling, dwelling.address
    for name, value in ground_like(dwelling).items():
        setattr(person, name, value)
    person.save(
        update_fields=[
            *("dwelling", "address", "cell", "community", "street"),
            *("state", "ended_on", "changed_at"),
        ]
    )


@transaction.atomic
def move_out(person: Person, by: User, *, on: date | None = None, to: str = "") -> None:
    """He lives here no longer; ``to`` says where he went, in words.

    Raises NotHere (409), DayToCome, BeforeItBegan (400), NotYourGround (403).
    """
    _end(person, by, What.MOVED_OUT, State.AWAY, on=on, told=to)


@transaction.atomic
def die(person: Person, by: User, *, on: date | None = None, told: str = "") -> None:
    """His residence, membership and labels end with him.

    Raises NotHere (409), DayToCome, BeforeItBegan (400), NotYourGround (403).
    """
    day = past(on)
    _end(person, by, What.DIED, State.DEAD, on=day, told=told)
    person.memberships.filter(until__isnull=True).update(until=day)
    person.labels.filter(until__isnull=True, since__lte=day).update(until=day)


def _end(
    person: Person,
    by: User,
    what: str,
    state: str,
    *,
    on: date | None,
    told: str,
) -> None:
    day = past(on)
    row = _lock(person)
    check_keeps(by, row)
    if row.state != State.HERE:
        raise NotHere
    _end_residence(row, day)
    row.state, row.ended_on, row.dwelling = state, day, None
    row.save(update_fields=["state", "ended_on", "dwelling", "changed_at"])
    person.state, person.ended_on, person.dwelling = state, day, None
    note(row, what, by, on=day, told=told)


def _end_residence(person: Person, day: date) -> None:
    for row in person.residences.filter(until__isnull=True):
        if row.since and day < row.since:
            raise BeforeItBegan(day=row.since.isoformat())
        row.until = day
        row.save(update_fields=["until"])


def past(day: date | None) -> date:
    today = timezone.localdate()
    if day is not None and day > today:
        raise DayToCome
    return day or today


def _lock(person: Person) -> Person:
    return Person.objects.select_for_update(of=("self",)).get(pk=person.pk)


@transaction.atomic
def join(
    person: Person,
    household: Household,
    relation: str,
    by: User,
    *,
    since: date | None = None,
) -> Member:
    """He belongs to that household from then on; its head is named by it.

    Raises NotYourGround (403).
    """
    check_keeps(by, household)
    leave(person, on=since)
    made = Member.objects.create(
        person=person, household=household, relation=relation, since=since
    )
    if relation == HEAD:
        Household.objects.filter(pk=household.pk).update(head=person)
    return made


def leave(person: Person, *, on: date | None = None) -> None:
    """He is in no household any more; one without its head has none."""
    day = on or timezone.localdate()
    for row in person.memberships.filter(until__isnull=True).select_related():
        row.until = max(day, row.since) if row.since else day
        row.save(update_fields=["until"])
        if row.household.head_id == person.pk:
            Household.objects.filter(pk=row.household_id).update(head=None)


@transaction.atomic
def move_household(
    row: Household, dwelling: Dwelling, by: User, *, on: date | None = None
) -> None:
    """It is registered at another door; where its members live is said of each.

    Raises NotHere (409), DayToCome (400), NotYourGround (403).
    """
    day = past(on)
    check_keeps(by, row)
    check_keeps(by, dwelling)
    if row.state != State.HERE:
        raise NotHere
    row.dwelling, row.address = dwelling, dwelling.address
    for name, value in ground_like(dwelling).items():
        setattr(row, name, value)
    row.save()
    told, other = dwelling.address, dwelling.uuid
    note(row, What.MOVED_HOUSE, by, on=day, told=told, other=other)


@transaction.atomic
def come_back(
    row: Household | Organization, by: User, *, on: date | None = None
) -> None:
    """Who had left is here again, where it was.

    Raises NotHere (409), DayToCome (400), NotYourGround (403).
    """
    day = past(on)
    check_keeps(by, row)
    if row.state != State.AWAY:
        raise NotHere
    row.state, row.ended_on = State.HERE, None
    row.save(update_fields=["state", "ended_on", "changed_at"])
    note(row, What.CAME_BACK, by, on=day, told=row.address)


@transaction.atomic
def end(
    row: Household | Organization | Dwelling,
    by: User,
    *,
    on: date | None = None,
    told: str = "",
) -> None:
    """A household or an organisation leaves, a dwelling is taken down.

    Raises NotHere, StillThere (409), DayToCome (400), NotYourGround (403).
    """
    day = past(on)
    check_keeps(by, row)
    if row.state != State.HERE:
        raise NotHere
    if _is_in_use(row):
        raise StillThere
    taken_down = isinstance(row, Dwelling)
    row.state = State.GONE if taken_down else State.AWAY
    row.ended_on = day
    row.save(update_fields=["state", "ended_on", "changed_at"])
    what = What.TAKEN_DOWN if taken_down else What.MOVED_OUT
    note(row, what, by, on=day, told=told)


def _is_in_use(row: Household | Organization | Dwelling) -> bool:
    if isinstance(row, Dwelling):
        return (
            row.occupants.exists() or row.households.filter(state=State.HERE).exists()
        )
    if isinstance(row, Household):
        return row.members.filter(until__isnull=True).exists()
    return False


def life_of(subject: UUID) -> Any:
    """What happened to an entry, the latest first."""
    return LifeEvent.objects.filter(subject=subject).select_related("by", "unit")
