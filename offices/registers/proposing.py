"""Corrections proposed to whoever owns a field (数据更正建议)."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roles import Role
from govmap.lib.errors import BadInput, Conflict
from offices.models import Proposal
from offices.models.ground import Entry
from offices.models.ownership import LABEL
from offices.registers.owning import (
    Ownership,
    changed_by,
    is_same,
    now_in,
    roles_for,
    text_of,
)
from workflow import notices
from workflow.clock import WorkCalendar
from workflow.models.clock import LimitType

ASKED, ANSWERED = "field_proposed", "field_answered"
SOON, OVERDUE = "field_soon_due", "field_overdue"
notices.says(ASKED, _("A correction waits for your unit's decision"))
notices.says(ANSWERED, _("The correction that you proposed was decided"))
notices.says(SOON, _("A proposed correction is soon due"))
notices.says(OVERDUE, _("%(unit)s has not decided on a correction in time"))


class NothingChanged(BadInput):
    """The field says this already. Write what it should say instead."""

    message = gettext_noop(
        "The field says this already. Write what it should say instead."
    )


class YoursAlready(Conflict):
    """This field is your unit's own. Change it on the page of the entry."""

    message = gettext_noop(
        "This field is your unit's own. Change it on the page of the entry."
    )


def page_of(proposal: Proposal) -> str:
    return reverse("ownership:proposal", args=[proposal.uuid])


@transaction.atomic
def propose(
    row: Entry, field: str, after: Any, by: User, *, reason: str = "", **file: str
) -> Proposal:
    """Ask the owner to write ``after`` there; asked again, the newer value counts.

    Raises NothingChanged (400), YoursAlready (409).
    """
    owned = Ownership(row, by)
    if owned.is_mine(field):
        raise YoursAlready
    if is_same(row, field, after):
        raise NothingChanged
    return _kept(owned, field, after, by, reason, file)


def _kept(
    owned: Ownership,
    field: str,
    after: Any,
    by: User,
    reason: str,
    file: dict[str, str],
) -> Proposal:
    row, now = owned.row, timezone.now()
    open_one = Proposal.objects.open().select_for_update(of=("self",))
    made = open_one.filter(subject=row.uuid, field=field, asked_by=by).first()
    if made is None:
        clock, days = WorkCalendar.current(), owned.days(field)
        made = Proposal(
            register=owned.register,
            subject=row.uuid,
            field=field,
            owner=owned.owner(field),
            unit=owned.unit(field),
            asked_by=by,
            asked_unit=by.posts[0].unit if by.posts else None,
            asked_at=now,
            yellow_at=clock.yellow(now, days, LimitType.WHOLE_WORK_DAYS),
            due_at=clock.due(now, days, LimitType.WHOLE_WORK_DAYS),
        )
    made.street, made.community = row.street, row.community
    made.before, made.after = text_of(now_in(row, field)), text_of(after)
    made.reason = reason[:200]
    for name, value in file.items():
        setattr(made, name, value)
    made.save()
    tell(made, ASKED)
    return made


def own_fields(row: Entry, said: dict[str, Any], by: User) -> dict[str, Any]:
    """What ``by`` may write himself; all else is proposed to its owners.

    A number carries birth and sex: they are not asked for beside it.
    """
    owned = Ownership(row, by)
    others = [name for name in changed_by(row, said) if not owned.is_mine(name)]
    if "number" in others:
        others = [name for name in others if name not in ("birth", "sex")]
    for name in others:
        _kept(owned, name, said[name], by, "", {})
    mine = {name for name in said if owned.is_mine(name)} if others else set(said)
    return {name: value for name, value in said.items() if name in mine}


def owns_label(row: Entry, code: str, holds: bool, by: User) -> bool:
    """Whether ``by`` writes that label himself; else it is proposed to its owner."""
    owned, field = Ownership(row, by), f"{LABEL}{code}"
    if owned.is_mine(field):
        return True
    if not is_same(row, field, holds):
        _kept(owned, field, holds, by, "", {})
    return False


def tell(proposal: Proposal, what: str) -> int:
    """The owner's people, that it waits."""
    if proposal.unit is None:
        return 0
    posts = [(proposal.unit.pk, role) for role in roles_for(proposal.unit)]
    return notices.notify(
        None,
        what,
        posts=posts,
        key=f"{what}/{proposal.uuid}",
        data={"page": page_of(proposal), "unit": str(proposal.unit)},
    )


def answer(proposal: Proposal) -> int:
    """Whoever proposed it, what became of it."""
    return notices.notify(
        None,
        ANSWERED,
        people=[proposal.asked_by_id],
        key=f"{ANSWERED}/{proposal.uuid}",
        data={"page": page_of(proposal)},
    )


def remind() -> int:
    """Tell of open ones that are soon due, and the owner's leader of overdue ones.

    Called again it tells nobody twice. Returns how many it told.
    """
    rows = Proposal.objects.select_related("unit", "street")
    told = sum(tell(row, SOON) for row in rows.in_light("yellow"))
    return told + sum(_escalate(row) for row in rows.in_light("red"))


def _escalate(proposal: Proposal) -> int:
    """The head of the office, and the leaders of the street."""
    unit, street = proposal.unit, proposal.street
    told = 0
    if unit is not None:
        told = _tell_of_delay(proposal, [(unit.pk, Role.OFFICE_HEAD)], read=True)
    if street is not None:
        told += _tell_of_delay(proposal, [(street.pk, Role.LEADER)], read=False)
    return told


def _tell_of_delay(
    proposal: Proposal, posts: list[tuple[int, Any]], *, read: bool
) -> int:
    """``read``: whether they see the registers. A leader is told, and asks there."""
    data = {"unit": str(proposal.unit or proposal.street)}
    if read:
        data["page"] = page_of(proposal)
    key = f"{OVERDUE}/{proposal.uuid}"
    return notices.notify(None, OVERDUE, posts=posts, key=key, data=data)
