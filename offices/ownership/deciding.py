"""The owner's answer to a proposal: the register changes, or it is refused."""

from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import Conflict, NotAllowed, NotFound
from offices.models import (
    Code,
    Dwelling,
    Household,
    LifeEvent,
    Organization,
    Person,
    Proposal,
    Register,
)
from offices.models.ground import Entry
from offices.models.ownership import LABEL
from offices.ownership import values
from offices.registers import entering, life, proposing
from offices.registers.codes import Words
from offices.registers.entries import MODELS
from offices.registers.owning import now_in, text_of, works_for
from offices.registers.permissions import can_keep


class NotYoursToDecide(NotAllowed):
    """The unit that owns the field decides, and nobody on what he proposed himself."""

    message = gettext_noop(
        "The unit that owns the field decides, and nobody on what he proposed himself."
    )


class Decided(Conflict):
    """Somebody decided on this meanwhile. Look at the answer."""

    message = gettext_noop("Somebody decided on this meanwhile. Look at the answer.")


class ChangedMeanwhile(Conflict):
    """The entry says something else by now. Look again before you decide."""

    message = gettext_noop(
        "The entry says something else by now. Look again before you decide."
    )


def seen_entry(register: str, uuid: Any, user: User) -> Any:
    """The entry, as far as the reader sees it, or 404."""
    model: Any = MODELS.get(register)
    if model is None:
        raise NotFound
    rows = model.objects.visible_to(user).select_related("street", "community")
    row = rows.filter(uuid=uuid).first()
    if row is None:
        raise NotFound
    return row


def entry_of(proposal: Proposal) -> Any:
    """The entry it is about, whoever sees it."""
    return entries_of([proposal])[proposal.subject]


def entries_of(proposals: list[Proposal]) -> dict[UUID, Any]:
    """The entries that they are about: a query a register."""
    wanted: dict[str, set[UUID]] = {}
    for one in proposals:
        wanted.setdefault(one.register, set()).add(one.subject)
    found: dict[UUID, Any] = {}
    for register, uuids in wanted.items():
        model: Any = MODELS[register]
        rows = model.objects.select_related("street", "community", "source_unit")
        found |= {row.uuid: row for row in rows.filter(uuid__in=uuids)}
    return found


def may_decide(user: User, proposal: Proposal, row: Entry) -> bool:
    return (
        proposal.granted is None
        and proposal.asked_by_id != user.pk
        and works_for(user, proposal.unit)
        and can_keep(user, row)
    )


@transaction.atomic
def decide(
    proposal: Proposal, by: User, *, granted: bool, answer: str = "", seen: str = ""
) -> Proposal:
    """Accept or refuse. ``seen``: when the entry that he looked at was changed last.

    Raises NotYoursToDecide (403), Decided, ChangedMeanwhile (409).
    """
    locked = Proposal.objects.select_for_update(of=("self",))
    proposal = locked.select_related("unit", "asked_by").get(pk=proposal.pk)
    if proposal.granted is not None:
        raise Decided
    row = entry_of(proposal)
    if not may_decide(by, proposal, row):
        raise NotYoursToDecide
    if granted:
        if is_overtaken(proposal, row) and seen != row.changed_at.isoformat():
            raise ChangedMeanwhile
        _write(proposal, row, by)
    proposal.granted, proposal.decided_by = granted, by
    proposal.decided_at, proposal.answer = timezone.now(), answer[:200]
    proposal.save()
    proposing.answer(proposal)
    return proposal


def is_overtaken(proposal: Proposal, row: Entry) -> bool:
    """Whether the field says by now what it did not say when it was proposed."""
    return text_of(now_in(row, proposal.field)) != text_of(proposal.before)


def _write(proposal: Proposal, row: Any, by: User) -> None:
    """By the ordinary way in; both names stay in the life of the entry."""
    field, text = proposal.field, text_of(proposal.after)
    value = values.read(row, field, text, by)
    told = f"{values.title_of(row, field, Words())} · {proposal.asked_by}"
    if field.startswith(LABEL):
        code = Code.objects.select_related("group").get(
            list__code=values.LISTS[Register(proposal.register)],
            code=field.removeprefix(LABEL),
        )
        if code.group is not None:
            told = str(proposal.asked_by)  # the life of an entry names no such group
        _label(row, code, bool(value), by)
    else:
        WRITES[type(row)](row, {field: value}, by, accepted=True)
    what = LifeEvent.What.CORRECTED
    life.note(row, what, by, on=timezone.localdate(), told=told)


def _label(row: Any, code: Code, holds: bool, by: User) -> None:
    held = values.open_label(row, code.code)
    if holds and held is None:
        entering.put_label(row, code, by, accepted=True)
    elif not holds and held is not None:
        entering.end_label(held, by, accepted=True)


WRITES: dict[type[models.Model], Any] = {
    Person: entering.change_person,
    Household: entering.change_household,
    Dwelling: entering.change_dwelling,
    Organization: entering.change_organization,
}
