"""What is decided about a conflict: an exception, a correction, or open again."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from govmap.lib.errors import BadInput
from govmap.lib.errors import Conflict as TooLate
from layers.corrections import sending
from layers.models import Conflict
from workflow.models import Phase


class NoReason(BadInput):
    """An exception needs a reason. Say why both layers may stay as they are."""

    message = gettext_noop(
        "An exception needs a reason. Say why both layers may stay as they are."
    )


class StillWaiting(TooLate):
    """Its correction has no answer yet. Wait for the provider."""

    message = gettext_noop("Its correction has no answer yet. Wait for the provider.")


def accept_exception(conflict: Conflict, *, by: User, reason: str) -> Conflict:
    """Both layers may stay as they are here, for a reason that everybody can read."""
    reason = " ".join(reason.split())
    if not reason:
        raise NoReason
    return _decide(
        conflict,
        before=Conflict.State.OPEN,
        state=Conflict.State.EXCEPTED,
        reason=reason[:500],
        decided_by=by,
        decided_at=timezone.now(),
        decided_measure=conflict.measure,
    )


def open_again(conflict: Conflict, *, by: User) -> Conflict:
    """Undo an exception, or take back what a correction did not settle.

    Who undid it is kept; the reason stays to be read. Raises Conflict (409) while the
    correction waits for its answer.
    """
    sent = conflict.correction
    if (
        sent
        and conflict.state == Conflict.State.SENT
        and sent.state.phase != Phase.DONE
    ):
        raise StillWaiting
    if conflict.state == Conflict.State.OPEN:
        raise TooLate
    return _decide(
        conflict,
        before=conflict.state,
        state=Conflict.State.OPEN,
        decided_by=by,
        decided_at=timezone.now(),
        decided_measure=None,
    )


def send_as_correction(
    conflict: Conflict, *, by: User, text: str, side: str, reason: str, uuid: UUID
) -> Conflict:
    """Ask the provider of the left or right layer to correct its feature.

    ``reason`` is one of those that a correction takes; ``uuid`` names the correction,
    so that the same form sent twice sends one. Raises what `sending.report` raises,
    and Conflict (409) where it was decided meanwhile.
    """
    rule = conflict.rule
    layer, key = {
        "left": (rule.left, conflict.left_key),
        "right": (rule.right, conflict.right_key),
    }[side]
    evidence = {
        "feature": {"layer": layer.code, "key": key},
        "spot": list(conflict.geometry.point_on_surface.coords)[:2],
        "reason": reason,
        "note": text,
    }
    if not text:
        del evidence["note"]
    with transaction.atomic():
        sent, _event = sending.report(by=by, uuid=uuid, evidence=evidence)
        if conflict.correction_id == sent.pk:
            return conflict
        return _decide(
            conflict,
            before=Conflict.State.OPEN,
            state=Conflict.State.SENT,
            correction=sent,
            decided_by=by,
            decided_at=timezone.now(),
            decided_measure=conflict.measure,
        )


@transaction.atomic
def _decide(conflict: Conflict, *, before: str, **values: object) -> Conflict:
    """Raises Conflict (409) where it was decided, or gone, meanwhile."""
    row = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if row.state != before or row.gone_at:
        raise TooLate
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row
