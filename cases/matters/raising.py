"""A matter is raised, and a conference called: idempotent by the client's uuid."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.matters.permissions import ground_of
from cases.matters.tabling import TABLES
from cases.matters.units import street_of
from cases.models import Case, Conference, Matter
from govmap.lib.errors import BadInput
from workflow.engine import begin, openings_for
from workflow.errors import MayNotAct
from workflow.models import Event, Process, Transition
from workflow.sending import when_seen


class NoStreetNamed(BadInput):
    """A matter of the district lies in one of its streets."""

    message = gettext_noop("Choose the street that the matter lies in.")


def matter_of(by: User, *, street: Unit | None = None, **fields: Any) -> Matter:
    """A new one on the ground of the person's post, at its level.

    ``street``: which, where the post is the district's. Raises MayNotAct.
    """
    ground = ground_of(by)
    if ground is None:
        raise MayNotAct
    own = street_of(ground)
    if own is None and street is None:
        street = Unit.objects.filter(kind=Unit.Kind.STREET, parent=ground).first()
    if own is None and (street is None or street.parent_id != ground.pk):
        raise NoStreetNamed
    return Matter(
        process=Process.objects.current(Matter.KIND),
        street=own or street,
        community=ground if ground.kind == Unit.Kind.COMMUNITY else None,
        level=Case.Level(ground.kind),
        raiser=by,
        **fields,
    )


def conference_of(by: User, **fields: Any) -> Conference:
    """A new one that the unit of the person's post calls. Raises MayNotAct."""
    host = ground_of(by, calling=True)
    if host is None:
        raise MayNotAct
    process = Process.objects.current(Conference.KIND)
    return Conference(process=process, host=host, caller=by, **fields)


def opening(subject: Matter | Conference, by: User) -> Transition:
    """The move by which this person may make it. Raises MayNotAct.

    Not the one by which a conference writes down the matter of its cases.
    """
    moves = openings_for(subject.process, subject, by)
    found = [move for move in moves if TABLES not in move.effects]
    if not found:
        raise MayNotAct
    return found[0]


def may_raise(by: User) -> bool:
    """Whether the process lets this person raise a matter."""
    return ground_of(by) is not None


def may_call(by: User) -> bool:
    return ground_of(by, calling=True) is not None


def raise_matter(
    *,
    by: User,
    uuid: UUID,
    evidence: dict[str, Any],
    street: Unit | None = None,
    happened_at: datetime | None = None,
) -> tuple[Matter, Event]:
    """Raises MayNotAct (403), ActReused (409), SomebodyElsesAct (404) and the errors of
    evidence (400).
    """
    moment = when_seen(happened_at)
    draft = matter_of(by, street=street, uuid=uuid, raised_at=moment)
    event = begin_draft(draft, by, evidence, moment)
    return (draft if draft.pk else Matter.objects.get(pk=event.subject_id)), event


def call_conference(
    *,
    by: User,
    uuid: UUID,
    evidence: dict[str, Any],
    happened_at: datetime | None = None,
) -> tuple[Conference, Event]:
    """Raises as `raise_matter` does, and OnOtherAgenda (409)."""
    moment = when_seen(happened_at)
    draft = conference_of(by, uuid=uuid, called_at=moment)
    event = begin_draft(draft, by, evidence, moment)
    return (draft if draft.pk else Conference.objects.get(pk=event.subject_id)), event


def begin_draft(
    draft: Any, by: User, evidence: dict[str, Any], moment: datetime
) -> Event:
    """Save it by the opening that the person may do, at that moment."""
    return begin(
        draft,
        opening(draft, by).verb,
        by=by,
        act_id=draft.uuid,
        evidence=evidence,
        happened_at=moment,
    )
