"""What a difference is once somebody says that it is so: the register as the list has
it, by the ordinary way in, with the list as its source."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from offices.comparison.compared import compared_in
from offices.comparison.listed import fields_of
from offices.models import (
    ComparisonSource,
    ComparisonTask,
    Dwelling,
    Household,
    Organization,
    Person,
    Register,
    State,
)
from offices.models.household import HEAD
from offices.registers import entering, life
from offices.registers.finding import by_number
from offices.registers.importing.columns import APART, AREA, DAY, Field
from offices.registers.importing.rows import USUAL
from offices.registers.owning import Ownership
from offices.registers.permissions import check_keeps
from offices.registers.places import building_at, dwelling_in

Kind = ComparisonTask.Kind
Said = dict[str, Any]
NO_FIELDS = {*APART, "status", "died_on"}
CHANGES: dict[Any, Any] = {
    Person: entering.change_person,
    Household: entering.change_household,
    Dwelling: entering.change_dwelling,
    Organization: entering.change_organization,
}


class EntryIsGone(Conflict):
    """The entry has changed since. The next arrival of the list compares it anew."""

    message = gettext_noop(
        "The entry has changed since. The next arrival of the list compares it anew."
    )


class ArrangeFirst(BadInput):
    """Say on the page of the household how its members are related to the new head."""

    message = gettext_noop(
        "Say on the page of the household how its members are related to the new head;"
        " then answer."
    )


def carry_out(
    task: ComparisonTask, said: Said, entry: Any, by: User, on: date | None
) -> Any:
    """The register as the list has it. The entry.

    Raises EntryIsGone (409), ArrangeFirst (400), and what entering by hand raises.
    """
    if task.kind == Kind.NEW:
        return _enter(task, said, entry, by, on)
    if entry is None:
        raise EntryIsGone
    source = task.source.name
    if task.kind == Kind.DEAD:
        day = on or _day(said.get("died_on"))
        life.die(entry, by, on=day, told=source)
    elif task.kind == Kind.MOVED:
        _end(entry, by, on, str(said.get("address") or source))
    else:
        _change(task, said, entry, by, on)
    return entry


def _end(entry: Any, by: User, on: date | None, told: str) -> None:
    if isinstance(entry, Person):
        life.move_out(entry, by, on=on, to=told)
        return
    if isinstance(entry, Household):
        # They live where they live; nobody is registered in it any more.
        day = life.past(on)
        for one in entry.members.filter(until__isnull=True).select_related("person"):
            life.leave(one.person, on=day)
    life.end(entry, by, on=on, told=told)


def _enter(
    task: ComparisonTask, said: Said, entry: Any, by: User, on: date | None
) -> Any:
    """Somebody new, or one who is back: nobody is entered twice."""
    source, dwelling = task.source, _dwelling(said, by)
    fields = _fields(source, said)
    if source.register == Register.ORGANIZATION:
        if entry is not None:
            if entry.state != State.HERE:
                life.come_back(entry, by, on=on)
                if dwelling is not None:
                    _move(entry, dwelling, by, on)
            return entering.change_organization(entry, fields, by)
        shop = entering.enter_organization(fields, by, place=dwelling)
        return _sourced(shop, source)
    if source.register == Register.HOUSEHOLD:
        return _enter_household(source, said, entry, dwelling, by, on)
    if source.register == Register.DWELLING:
        if dwelling is None:
            raise EntryIsGone
        fields |= _one_of_two(fields)
        return _sourced(entering.change_dwelling(dwelling, fields, by), source)
    return _enter_person(source, said, entry, dwelling, by, on)


def _enter_person(
    source: ComparisonSource,
    said: Said,
    entry: Person | None,
    dwelling: Dwelling | None,
    by: User,
    on: date | None,
) -> Person:
    fields = _fields(source, said)
    entry = entry or _bearer(said)
    if entry is None:
        usual = {**USUAL[Register.PERSON], **fields}
        made = entering.enter_person(usual, by, dwelling=dwelling, on=on)
        return _sourced(made, source)
    if dwelling is None:
        raise BadInput(
            _("He was here before and moved away: enter on his page where he lives.")
        )
    life.move_in(entry, dwelling, by, on=on)
    entry.refresh_from_db()
    return entry


def _enter_household(
    source: ComparisonSource,
    said: Said,
    entry: Household | None,
    dwelling: Dwelling | None,
    by: User,
    on: date | None,
) -> Household:
    """With its head, where the list says who that is; one that had ended is back."""
    fields = {"number": said.get("household", "")}
    if kind := said.get("household_kind"):
        fields["kind"] = kind
    there = compared_in(Register.HOUSEHOLD).held(source, [fields["number"]])
    home = entry or there.get(fields["number"])
    if home is None:
        home = entering.enter_household(fields, by, dwelling=dwelling)
        _sourced(home, source)
    elif home.state == State.HERE:
        raise EntryIsGone
    else:
        life.come_back(home, by, on=on)
        if dwelling is not None and dwelling.pk != home.dwelling_id:
            life.move_household(home, dwelling, by, on=on)
    if said.get("number"):
        _head(home, said, by)
    home.refresh_from_db()
    return home


def _head(home: Household, said: Said, by: User) -> None:
    """Who heads it; entered where the register does not have him."""
    person = _bearer(said)
    if person is not None and home.head_id == person.pk:
        return
    if home.members.filter(until__isnull=True).exists():
        raise ArrangeFirst
    if person is None:
        usual = {**USUAL[Register.PERSON], "number": said["number"]}
        told = {**usual, "name": said.get("head", "")}
        entering.enter_person(told, by, household=home, relation=HEAD)
    elif person.state == State.DEAD:
        raise EntryIsGone
    else:
        life.join(person, home, HEAD, by)


def _bearer(said: Said) -> Person | None:
    rows = Person.objects.exclude(state=State.MERGED)
    return rows.filter(by_number(str(said.get("number", "")))).first()


def _sourced(row: Any, source: ComparisonSource) -> Any:
    """谁提供、谁负责: the entry says whose list it came from."""
    row.source_unit, row.source_key = source.owner, source.code
    row.save(update_fields=["source_unit", "source_key", "changed_at"])
    return row


def _change(
    task: ComparisonTask, said: Said, entry: Any, by: User, on: date | None
) -> None:
    said_of = _fields(task.source, said)
    fields = {name: said_of[name] for name in task.fields if name in said_of}
    if isinstance(entry, Household):
        fields = _of_household(task, said, entry, by)
    elif isinstance(entry, Dwelling):
        fields |= _one_of_two(fields)
    _write(task, entry, fields, by)
    if isinstance(entry, Dwelling) and "owner_name" in fields:
        _name_owner(entry, fields["owner_name"])
    if "address" in task.fields:
        _move(entry, _dwelling(said, by), by, on)


def _write(task: ComparisonTask, entry: Any, fields: dict[str, Any], by: User) -> None:
    owned = Ownership(entry, by)
    told = {
        name: value
        for name, value in fields.items()
        if (unit := owned.unit(name)) and unit.pk == task.source.owner_id
    }
    rest = {name: value for name, value in fields.items() if name not in told}
    change = CHANGES[type(entry)]
    # What the owner of a field says of it in its own list needs nobody's consent.
    if told:
        change(entry, told, by, accepted=True)
    if rest:
        change(entry, rest, by)


def _of_household(
    task: ComparisonTask, said: Said, home: Household, by: User
) -> dict[str, Any]:
    """Its head by his number; by his name alone only whoever arranged it can tell."""
    if {"head", "number"} & set(task.fields):
        if said.get("number"):
            _head(home, said, by)
        elif home.head is None or home.head.name != said.get("head"):
            raise ArrangeFirst
    name, bearer = said.get("head"), _bearer(said) if said.get("number") else None
    if bearer is not None and name and bearer.name != name and "head" in task.fields:
        # The same person under another name: the register of people has it, too.
        _write(task, bearer, {"name": name}, by)
    if "household_kind" not in task.fields:
        return {}
    return {"kind": said["household_kind"]}


def _one_of_two(fields: dict[str, Any]) -> dict[str, Any]:
    """A dwelling that is rented is not empty, and the other way round."""
    if fields.get("is_rented"):
        return {"is_empty": False}
    return {"is_rented": False} if fields.get("is_empty") else {}


def _name_owner(row: Dwelling, name: str) -> None:
    """Somebody else owns it than the entry that stood there: his name stands now."""
    row.refresh_from_db()
    owner = row.owner_person or row.owner_organization
    if owner is not None and row.owner_name == name:
        row.owner_person = row.owner_organization = None
        row.save(update_fields=["owner_person", "owner_organization", "changed_at"])


def _move(entry: Any, dwelling: Dwelling | None, by: User, on: date | None) -> None:
    if dwelling is None:
        raise EntryIsGone
    if isinstance(entry, Person):
        life.move_in(entry, dwelling, by, on=on)
    elif isinstance(entry, Household):
        life.move_household(entry, dwelling, by, on=on)
    else:
        check_keeps(by, dwelling)
        entering.settle(entry, dwelling, by)
        entry.save()


def _dwelling(said: Said, by: User) -> Dwelling | None:
    code = str(said.get("address_code") or "")
    if not code:
        return None
    building = building_at(code, by)
    unit, room = str(said.get("unit") or ""), str(said.get("room") or "")
    return dwelling_in(building, unit=unit, room=room, by=by)


def _fields(source: ComparisonSource, said: Said) -> dict[str, Any]:
    """What the list says, as fields of an entry."""
    return {
        one.name: _read(one, said[one.name])
        for one in fields_of(source.register)
        if one.name not in NO_FIELDS and said.get(one.name) not in (None, "")
    }


def _read(one: Field, value: Any) -> Any:
    """As the field holds it; JSON knows neither days nor decimals."""
    if one.kind == DAY:
        return _day(value)
    return Decimal(str(value)) if one.kind == AREA else value


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
