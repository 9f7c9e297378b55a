"""A whistle is blown or proposed: idempotent by the uuid that the client made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from accounts.models import User
from cases.models import Whistle, WhistleOccasion
from cases.whistles.permissions import ground_of
from govmap.lib.errors import BadInput
from workflow.engine import begin, openings_for
from workflow.errors import MayNotAct
from workflow.models import Event, Process, Transition
from workflow.sending import when_seen

# Under which name of evidence a process's opening takes an occasion.
USUAL, AT_ONCE = "occasion", "emergency"


class UnknownOccasion(BadInput):
    """The site has no such occasion in use."""

    message = gettext_noop("Choose what the whistle is blown for.")


def draft_of(by: User, **fields: Any) -> Whistle:
    """A new one on the ground of the person's post. Raises MayNotAct."""
    street, community = ground_of(by)
    if street is None:
        raise MayNotAct
    process = Process.objects.current(Whistle.KIND)
    return Whistle(
        process=process, street=street, community=community, proposer=by, **fields
    )


def openings(by: User) -> list[Transition]:
    """The moves by which this person may make a whistle."""
    try:
        draft = draft_of(by)
    except MayNotAct:
        return []
    return openings_for(draft.process, draft, by)


def can_blow(by: User) -> bool:
    """Whether the person may propose or blow one: his post, by the process."""
    return bool(openings(by))


def call(
    *,
    by: User,
    uuid: UUID,
    evidence: dict[str, Any],
    happened_at: datetime | None = None,
) -> tuple[Whistle, Event]:
    """Make a whistle by the opening that takes its occasion.

    ``evidence`` names the occasion by ``occasion`` whether or not it is urgent, and
    what else the process's opening takes. Raises MayNotAct (403), ActReused (409),
    SomebodyElsesAct (404) and the errors of evidence (400).
    """
    happened_at = when_seen(happened_at)
    draft = draft_of(by, uuid=uuid, proposed_at=happened_at)
    told = _told(evidence)
    event = begin(
        draft,
        _opening(draft, by, told).verb,
        by=by,
        act_id=uuid,
        evidence=told,
        happened_at=happened_at,
    )
    return (draft if draft.pk else Whistle.objects.get(pk=event.subject_id)), event


def _told(evidence: dict[str, Any]) -> dict[str, Any]:
    """The occasion under the name by which openings take its sort.

    Of what is blown at once the time is fixed, so a time given with it falls away.
    """
    code = evidence.get(USUAL) or evidence.get(AT_ONCE)
    rows = WhistleOccasion.objects.in_use()
    found = rows.filter(code=code).first() if isinstance(code, str) else None
    if found is None:
        raise UnknownOccasion
    rest = {k: v for k, v in evidence.items() if k not in {USUAL, AT_ONCE}}
    if not found.at_once:
        return {**rest, USUAL: found.code}
    rest.pop("appear_by", None)
    return {**rest, AT_ONCE: found.code}


def _opening(draft: Whistle, by: User, told: dict[str, Any]) -> Transition:
    """The first that takes this sort of occasion."""
    named = {USUAL, AT_ONCE} & set(told)
    for move in openings_for(draft.process, draft, by):
        if named <= set(move.evidence):
            return move
    raise MayNotAct
