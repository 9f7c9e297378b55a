"""Corrections from the field: sent, answered, and followed to the version.

Who may do what, and from which state, is the process's data; what stands here makes
one, and answers those that wait once a version takes effect.
"""

import logging
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.contrib.gis.geos import Point
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from accounts.robots import robot
from govmap.lib.errors import BadInput, DomainError, NotFound
from govmap.lib.geo import Geography, WithinMetres
from govmap.lib.package import read_json
from layers.correction_evidence import layer_code
from layers.models import (
    Correction,
    CorrectionLimit,
    Feature,
    Layer,
    Region,
    Version,
)
from workflow.acting import subject_for_act
from workflow.engine import act, begin, openings_for
from workflow.errors import MayNotAct
from workflow.models import Event, Phase, Process, Transition
from workflow.models.clock import LimitType
from workflow.sending import when_seen

log = logging.getLogger(__name__)

# What a version brings so near to the place may be what was missing there, in metres.
NEAR = 30
# What makes a correction answered, and what takes back that a draft would.
ANSWERS, DROPS = "answer_correction", "drop_draft"
# Where a correction stands while it waits for a version.
PROMISED = (Phase.RESOLVE, Phase.VERIFY)


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


def waiting_for(version: Version) -> QuerySet[Correction]:
    """Those that wait for a version of its layer."""
    rows = Correction.objects.filter(layer=version.layer_id)
    return rows.filter(state__phase__in=PROMISED)


def follow(version: Version) -> int:
    """Answer what a published version corrects; free what a discarded one held.

    Doing it again does nothing. Returns how many moved.
    """
    if version.number is not None:
        rows, effect = waiting_for(version).filter(_corrected_by(version)), ANSWERS
    else:
        rows, effect = waiting_for(version).filter(draft=version), DROPS
        if version.state.phase != Phase.DONE:
            return 0
    return sum(_follow(row, version, effect) for row in rows.order_by("pk"))


def _corrected_by(version: Version) -> Q:
    """Its own draft was published, or the promised version touched the feature.

    Where something was missing: a new feature close to the place.
    """
    number = version.number or 0
    rows = Feature.objects.filter(layer=version.layer_id)
    closed = rows.filter(known_to=number)
    touched = rows.filter(Q(known_from=number) | Q(known_to=number)).filter(
        key=OuterRef("key")
    )
    brought = rows.filter(known_from=number).exclude(
        Exists(closed.filter(key=OuterRef("key")))
    )
    near = brought.filter(
        WithinMetres(Geography("geometry"), Geography(OuterRef("place")), NEAR)
    )
    return Q(draft=version) | Q(draft__isnull=True) & (
        (~Q(key="") & Exists(touched)) | (Q(key="") & Exists(near))
    )


def _follow(row: Correction, version: Version, effect: str) -> int:
    """In the system's own name. A site's process may leave the step to people."""
    moves = [move for move in row.moves_from_here() if effect in move.effects]
    if not moves:
        return 0
    evidence = {"version": str(version.uuid)} if effect == ANSWERS else {}
    name = uuid5(row.uuid, f"{effect}/{version.uuid}")
    try:
        act(row, moves[0].verb, by=robot(), act_id=name, evidence=evidence)
    except DomainError as error:
        log.warning("correction %s: %s", row.uuid, error)
        return 0
    return 1


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


def load_limits(path: Path) -> int:
    """A site's limits: [{"layer": code or "", "limit": 5, "limit_type": "work_days"}].

    A file that is not there changes nothing. Raises BadInput.
    """
    if not path.is_file():
        return 0
    rows = read_json(path)
    for row in rows:
        try:
            code = row.get("layer")
            CorrectionLimit.objects.update_or_create(
                layer=Layer.objects.get(code=code) if code else None,
                defaults={
                    "limit": int(row["limit"]),
                    "limit_type": LimitType(row["limit_type"]),
                },
            )
        except (KeyError, ValueError, Layer.DoesNotExist) as error:
            raise BadInput(
                f"{path.name}: {row}: {error}. Write layer (or leave it empty), limit"
                " and limit_type."
            ) from error
    return len(rows)
