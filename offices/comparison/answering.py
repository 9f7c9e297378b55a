"""What a worker answers: it is so, it is not so, or nobody can be reached.

What is so changes the register as the worker's own entry would, with the list as its
source; the owner of the list reads the answer.
"""

import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput, Conflict
from offices.comparison.listed import fields_of
from offices.models import (
    ComparisonSource,
    ComparisonTask,
    Dwelling,
    Organization,
    Person,
    Register,
    State,
)
from offices.registers import entering, life
from offices.registers.finding import by_number
from offices.registers.importing.columns import APART
from offices.registers.importing.rows import USUAL
from offices.registers.owning import Ownership
from offices.registers.permissions import NotYourGround, can_keep
from offices.registers.places import building_at, dwelling_in

Answer, Kind = ComparisonTask.Answer, ComparisonTask.Kind
REASON_LEAST = 2


class IsAnswered(Conflict):
    """Somebody has answered this already."""

    message = gettext_noop("Somebody has answered this already.")


class NoReason(BadInput):
    """Say why it is not so, or what was tried: the owner of the list reads it."""

    message = gettext_noop(
        "Say why it is not so, or what was tried: the owner of the list reads it."
    )


class EntryIsGone(Conflict):
    """The entry has changed since. The next arrival of the list compares it anew."""

    message = gettext_noop(
        "The entry has changed since. The next arrival of the list compares it anew."
    )


def said_by(task: ComparisonTask) -> dict[str, Any]:
    """What the list says, opened. Whoever calls this has noted who reads it."""
    text = task.said.open()
    return json.loads(text) if text else {}


def entry_of(task: ComparisonTask) -> Any:
    """What the register holds; None where it is new, or where it was merged."""
    if task.subject is None:
        return None
    model: Any = Person if task.source.register == Register.PERSON else Organization
    rows = model._default_manager.filter(uuid=task.subject).exclude(state=State.MERGED)
    return rows.select_related("dwelling__building", "community", "street").first()


@transaction.atomic
def answer(
    task: ComparisonTask,
    by: User,
    said: str,
    *,
    reason: str = "",
    on: date | None = None,
) -> ComparisonTask:
    """``on``: the day on which somebody moved or died.

    Raises IsAnswered, EntryIsGone (409), NoReason (400), NotYourGround (403), and
    what entering by hand raises.
    """
    row = ComparisonTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if not row.is_open:
        raise IsAnswered
    if not can_keep(by, row):
        raise NotYourGround
    if said not in (Answer.SO, Answer.NOT_SO, Answer.UNREACHED):
        raise BadInput(_("Choose one of the three answers."))
    reason = reason.strip()[:200]
    if said != Answer.SO and len(reason) < REASON_LEAST:
        raise NoReason
    if said == Answer.SO:
        entry = _carry_out(row, by, on)
        row.subject = entry.uuid
    row.answer, row.reason = said, reason
    row.answered_by, row.answered_at = by, timezone.now()
    row.save(
        update_fields=["answer", "reason", "answered_by", "answered_at", "subject"]
    )
    return row


def _carry_out(task: ComparisonTask, by: User, on: date | None) -> Any:
    """The register as the list has it. The entry."""
    said, entry = said_by(task), entry_of(task)
    if task.kind == Kind.NEW:
        return _enter(task, said, entry, by, on)
    if entry is None:
        raise EntryIsGone
    source = task.source.name
    if task.kind == Kind.DEAD:
        day = on or _day(said.get("died_on"))
        life.die(entry, by, on=day, told=source)
    elif task.kind == Kind.MOVED:
        to = str(said.get("address") or source)
        if isinstance(entry, Person):
            life.move_out(entry, by, on=on, to=to)
        else:
            life.end(entry, by, on=on, told=to)
    else:
        _change(task, said, entry, by, on)
    return entry


def _enter(
    task: ComparisonTask, said: dict[str, Any], entry: Any, by: User, on: date | None
) -> Any:
    """Somebody new, or one who is back: nobody is entered twice."""
    dwelling, fields = _dwelling(said, by), _fields(task.source, said)
    if task.source.register == Register.ORGANIZATION:
        if entry is not None:
            return entering.change_organization(entry, fields, by)
        shop = entering.enter_organization(fields, by, place=dwelling)
        return _sourced(shop, task.source)
    entry = entry or _bearer(said)
    if entry is None:
        usual = {**USUAL[Register.PERSON], **fields}
        made = entering.enter_person(usual, by, dwelling=dwelling, on=on)
        return _sourced(made, task.source)
    if dwelling is None:
        raise BadInput(
            _("He was here before and moved away: enter on his page where he lives.")
        )
    life.move_in(entry, dwelling, by, on=on)
    entry.refresh_from_db()
    return entry


def _bearer(said: dict[str, Any]) -> Person | None:
    rows = Person.objects.exclude(state=State.MERGED)
    return rows.filter(by_number(str(said.get("number", "")))).first()


def _sourced(row: Any, source: ComparisonSource) -> Any:
    """谁提供、谁负责: the entry says whose list it came from."""
    row.source_unit, row.source_key = source.owner, source.code
    row.save(update_fields=["source_unit", "source_key", "changed_at"])
    return row


def _change(
    task: ComparisonTask, said: dict[str, Any], entry: Any, by: User, on: date | None
) -> None:
    fields = {
        name: value
        for name, value in _fields(task.source, said).items()
        if name in task.fields
    }
    owned = Ownership(entry, by)
    told = {
        name: value
        for name, value in fields.items()
        if (unit := owned.unit(name)) and unit.pk == task.source.owner_id
    }
    rest = {name: value for name, value in fields.items() if name not in told}
    change = (
        entering.change_person
        if isinstance(entry, Person)
        else entering.change_organization
    )
    # What the owner of a field says of it in its own list needs nobody's consent.
    if told:
        change(entry, told, by, accepted=True)
    if rest:
        change(entry, rest, by)
    if "address" not in task.fields:
        return
    dwelling = _dwelling(said, by)
    if dwelling is None:
        raise EntryIsGone
    if isinstance(entry, Person):
        life.move_in(entry, dwelling, by, on=on)
    else:
        entering.settle(entry, dwelling, by)
        entry.save()


def _dwelling(said: dict[str, Any], by: User) -> Dwelling | None:
    code = str(said.get("address_code") or "")
    if not code:
        return None
    building = building_at(code, by)
    unit, room = str(said.get("unit") or ""), str(said.get("room") or "")
    return dwelling_in(building, unit=unit, room=room, by=by)


def _fields(source: ComparisonSource, said: dict[str, Any]) -> dict[str, Any]:
    """What the list says, as fields of an entry."""
    names = {one.name for one in fields_of(source.register)} - {
        *APART,
        *("status", "died_on"),
    }
    return {
        name: _day(value) if kind == "day" else value
        for name, value, kind in (
            (one.name, said.get(one.name), one.kind)
            for one in fields_of(source.register)
            if one.name in names
        )
        if value not in (None, "")
    }


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
