"""A correction is sent from the field, and moved on by whoever may.

Who may do what, and from which state, is the process's data; what stands here makes
one.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db.models import F
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from govmap.lib.errors import BadInput, NotFound
from layers.corrections.evidence import layer_code
from layers.models import (
    Correction,
    Layer,
    Region,
)
from workflow.acting import subject_for_act
from workflow.engine import act, begin, openings_for
from workflow.errors import MayNotAct
from workflow.models import Event, Process, Transition
from workflow.sending import when_seen


class NotAsked(BadInput):
    """A correction names a feature, or a layer that lacks something."""

    message = gettext_noop(
        "A correction names a feature, or a layer that lacks something."
    )


def current_process() -> Process:
    """The one that a new correction begins with."""
    return Process.objects.current(Correction.KIND)


def openings(by: User, layer: Layer | None = None) -> list[Transition]:
    """The moves by which this person may send a correction (of a layer he sees)."""
    process = current_process()
    draft = Correction(process=process, reporter=by, layer=layer)
    return openings_for(process, draft, by)


def can_correct(user: User) -> bool:
    """Whether the person may mark anything as wrong: his role, by the process."""
    return bool(openings(user))


def report(
    *,
    by: User,
    uuid: UUID,
    evidence: dict[str, Any],
    happened_at: datetime | None = None,
) -> tuple[Correction, Event]:
    """Send a correction; ``uuid`` names it and the act, so sent again it is the same.

    ``evidence`` has ``feature`` {"layer", "key", "version"} or ``lacking`` {"layer",
    "version"}, and what else the process's opening takes. Raises NotFound where the
    layer is not to be seen, MayNotAct (403), ActReused (409), SomebodyElsesAct (404)
    and the errors of evidence (400).
    """
    process = current_process()
    layer = _layer(by, layer_code(evidence))
    happened_at = when_seen(happened_at)
    draft = Correction(
        uuid=uuid, process=process, layer=layer, reporter=by, reported_at=happened_at
    )
    event = begin(
        draft,
        _opening(draft, by, evidence).verb,
        by=by,
        act_id=uuid,
        evidence=evidence,
        happened_at=happened_at,
    )
    made = draft if draft.pk else Correction.objects.get(pk=event.subject_id)
    return made, event


def _layer(by: User, code: str) -> Layer:
    if not code:
        raise NotAsked
    layers = Layer.objects.visible_to(by).select_related("provider", "published")
    layer = layers.filter(code=code, published__isnull=False).first()
    if layer is None:
        raise NotFound
    return layer


def _opening(draft: Correction, by: User, evidence: dict[str, Any]) -> Transition:
    """The opening that takes what was sent: of a feature, or of what is lacking."""
    allowed = openings_for(draft.process, draft, by)
    if not allowed:
        raise MayNotAct
    named = {"feature", "lacking"} & set(evidence)
    for move in allowed:
        if named and named <= set(move.evidence):
            return move
    raise NotAsked


def for_act(uuid: UUID, act_id: UUID | None, by: User) -> Correction:
    """The one that ``by`` sees, or did this very act on. Raises NotFound."""
    rows = Correction.objects.select_related("layer__provider", "layer__published")
    found: Correction = subject_for_act(rows, uuid, act_id, by)
    return found


def street_at(place: Point) -> Unit | None:
    """The street whose ground the place is; None outside."""
    grounds = Region.objects.filter(geometry__covers=place, unit__kind=Unit.Kind.STREET)
    ground = grounds.select_related("unit").defer("geometry").first()
    return ground.unit if ground else None


def do(correction: Correction, verb: str, *, by: User, **said: Any) -> Event:
    """One act, as `workflow.engine.act` does it; one's own is no news to oneself."""
    event = act(correction, verb, by=by, **said)
    if by.pk == correction.reporter_id:
        mark_seen(by, only=correction.uuid)
    return event


def mark_seen(reporter: User, *, only: UUID | None = None) -> int:
    """The reporter has looked at his corrections, or at one; how many were news."""
    rows = Correction.objects.unread_by(reporter)
    if only is not None:
        rows = rows.filter(uuid=only)
    return rows.update(seen_events=F("events_count"))
