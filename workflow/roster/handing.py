"""交接班: a note is written with what is open, and the next shift signs for it."""

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit, User
from govmap.lib.errors import BadInput, Conflict, NotAllowed, NotFound
from workflow import notices
from workflow.models import Handover, HandoverMatter, Shift
from workflow.models.roster import REMARKS_MOST
from workflow.roster import duty
from workflow.roster.matters import Looking, open_matters
from workflow.roster.permissions import can_hand_over

WAITS = "handover_waits"
notices.says(WAITS, gettext_lazy("%(unit)s: a shift waits to be taken over"))


class StillWaiting(Conflict):
    """The note before was not signed yet."""

    message = gettext_noop(
        "The note of %(who)s has not been signed yet. Take that shift over first."
    )


class OwnNote(NotAllowed):
    """Who hands over does not take over."""

    message = gettext_noop(
        "You wrote this note yourself. Whoever takes over the shift signs it."
    )


class Signed(Conflict):
    """It is signed already."""

    message = gettext_noop("This note is signed already. Look at it again.")


class TooLong(BadInput):
    """Remarks are bounded."""

    message = gettext_noop("Write at most %(count)s characters.")


def waiting(unit_id: int) -> Handover | None:
    rows = Handover.objects.filter(unit=unit_id, signed_at=None)
    return rows.listed().first()


@transaction.atomic
def write(unit: Unit, user: User, *, uuid: UUID, remarks: str = "") -> Handover:
    """The note of the shift that ends, with all that is open: sent again, the same.

    Raises NotAllowed, StillWaiting (409), TooLong.
    """
    if not can_hand_over(user, unit.pk):
        raise NotAllowed
    if done := Handover.objects.filter(uuid=uuid).first():
        if done.written_by_id != user.pk or done.unit_id != unit.pk:
            raise NotFound
        return done
    remarks = remarks.replace("\x00", "").strip()
    if len(remarks) > REMARKS_MOST:
        raise TooLong(count=REMARKS_MOST)
    if before := waiting(unit.pk):
        raise StillWaiting(who=str(before.written_by))
    now = timezone.now()
    shift = _shift_of(unit, user)
    until = duty.next_ends(unit.pk, now)
    found, unnamed = open_matters(Looking(unit, user, now, until))
    note = _save(
        Handover(
            uuid=uuid,
            unit=unit,
            kind=shift.kind if shift else None,
            day=shift.day if shift else timezone.localdate(now),
            until=until,
            written_by=user,
            written_at=now,
            remarks=remarks,
            unnamed=unnamed,
        )
    )
    HandoverMatter.objects.bulk_create(
        HandoverMatter(
            handover=note,
            source=matter.source,
            kind=matter.kind,
            subject_uuid=matter.uuid,
            number=matter.number[:60],
            label=matter.label[:200],
            place=matter.place[:200],
            due_at=matter.due_at,
        )
        for matter in found
    )
    _tell_next(note)
    return note


def _save(note: Handover) -> Handover:
    """Raises StillWaiting where another was quicker."""
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError as error:
        before = waiting(note.unit_id)
        raise StillWaiting(who=str(before.written_by) if before else "") from error
    return note


def _shift_of(unit: Unit, user: User) -> Shift | None:
    """The shift that is handed over: the person's own, else the unit's."""
    rows = duty.on_duty([unit.pk], timezone.now()).get(unit.pk, [])
    own = [row for row in rows if row.person_id == user.pk]
    return next(iter([*own, *rows]), None)


def _tell_next(note: Handover) -> None:
    """Whoever is on duty in the next shift, as far as the roster knows."""
    rows = duty.next_shifts(note.unit_id, note.written_at)
    rows = rows.filter(person__is_active=True).exclude(person=note.written_by_id)
    page = reverse("roster:handover", args=[note.uuid])
    notices.notify(
        None,
        WAITS,
        people=list(rows.values_list("person_id", flat=True)),
        key=f"{WAITS}/{note.uuid}",
        data={"unit": str(note.unit), "page": page},
    )


def _locked(note: Handover, user: User) -> Handover:
    """Raises NotAllowed."""
    if not can_hand_over(user, note.unit_id):
        raise NotAllowed
    return Handover.objects.select_for_update().get(pk=note.pk)


@transaction.atomic
def sign(note: Handover, user: User, taken: Collection[int]) -> Handover:
    """Take the shift over, with those matters by their ids; the others stay red.

    Raises NotAllowed, OwnNote (403), Signed (409).
    """
    row = _locked(note, user)
    if row.written_by_id == user.pk:
        raise OwnNote
    if row.signed_at:
        if row.signed_by_id == user.pk:
            return row
        raise Signed
    row.signed_by, row.signed_at = user, timezone.now()
    row.save(update_fields=["signed_by", "signed_at"])
    row.matters.filter(pk__in=taken).update(taken_by=user, taken_at=row.signed_at)
    return row


@transaction.atomic
def take(note: Handover, user: User, taken: Collection[int]) -> int:
    """Matters of a signed note that nobody had taken over. Returns how many.

    Raises NotAllowed, NotFound.
    """
    row = _locked(note, user)
    if not row.signed_at:
        raise NotFound
    rows = row.matters.filter(pk__in=taken, taken_at=None)
    return rows.update(taken_by=user, taken_at=timezone.now())


@transaction.atomic
def withdraw(note: Handover, user: User) -> None:
    """Whoever wrote a note takes it back while nobody has signed it.

    Raises NotAllowed, Signed (409).
    """
    row = _locked(note, user)
    if row.written_by_id != user.pk:
        raise NotAllowed
    if row.signed_at:
        raise Signed
    row.delete()
