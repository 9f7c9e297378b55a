"""A proposal is carried out: every step an event of its own, all of them or none."""

from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.models import Case
from cases.quick.chain import LONGEST
from cases.quick.proposal import Proposal, propose
from govmap.lib.errors import BadInput
from workflow.engine import act
from workflow.errors import ChangedMeanwhile, MayNotAct
from workflow.models import Event
from workflow.record import changes_since, has_changed_since


class Incomplete(BadInput):
    """The proposal lacks something, and says what."""

    message = gettext_noop("This cannot be done as proposed. %(problems)s")


def act_ids(act_id: UUID) -> list[UUID]:
    """The ids of the steps' acts, made from the one that the client made."""
    later = [uuid5(act_id, f"step {number}") for number in range(1, LONGEST)]
    return [act_id, *later]


def done_before(case: Case, act_id: UUID, by: User) -> list[Event]:
    """The events, where this very proposal was carried out already."""
    rows = case.events().filter(act_id__in=act_ids(act_id), actor=by)
    return list(rows.select_related("process", "actor", "unit"))


@transaction.atomic
def carry_out(
    case: Case,
    by: User,
    *,
    act_id: UUID,
    after_event: int,
    condition: int | None = None,
    unit: str = "",
) -> tuple[list[Event], Proposal]:
    """The events of all steps; ``condition`` and ``unit`` are what the actor saw.

    Raises Incomplete (400), ChangedMeanwhile (409) and what an act does; then nothing
    is done.
    """
    if done := done_before(case, act_id, by):
        return done, Proposal(case, by, [], case.condition)
    if has_changed_since(case, after_event):
        raise ChangedMeanwhile(changes=changes_since(case, after_event))
    made = propose(case, by, condition=condition, unit=unit)
    if not made.steps:
        raise MayNotAct
    if not made.complete:
        raise Incomplete(problems=" ".join(made.problems))
    events: list[Event] = []
    for step, name in zip(made.steps, act_ids(act_id), strict=False):
        events.append(
            act(
                case,
                step.move.verb,
                by=by,
                act_id=name,
                after_event=events[-1].seq if events else after_event,
                evidence=made.evidence(step),
            )
        )
    return events, made
