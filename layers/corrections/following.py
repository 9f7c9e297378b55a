"""What a version answers: corrections are followed to the version that brings them."""

import logging
from uuid import uuid5

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.robots import robot
from govmap.lib.errors import DomainError
from govmap.lib.geo import Geography, WithinMetres
from layers.models import Correction, Feature, Version
from workflow.engine import act
from workflow.models import Phase

log = logging.getLogger(__name__)

# What a version brings so near to the place may be what was missing there, in metres.
NEAR = 30
# What makes a correction answered, and what takes back that a draft would.
ANSWERS, DROPS = "answer_correction", "drop_draft"
# Where a correction stands while it waits for a version.
PROMISED = (Phase.RESOLVE, Phase.VERIFY)


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
