"""A supervisor's samples: what is his, what waits in the pool, taking, putting back."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from cases.models import Case, Sample, SampleReason
from cases.reviewing.involved import involved, without_part_of
from cases.reviewing.permissions import is_supervisor
from govmap.lib.errors import Conflict, NotAllowed, NotFound

PAGE = 50  # samples
REASONS = Prefetch(
    "reasons", SampleReason.objects.select_related("draw__rule").order_by("pk")
)
ROW = ("case__category", "case__street", "case__community", "unit")


class NoneLeft(Conflict):
    """The pool holds nothing for this person."""

    message = gettext_noop("The pool holds no sample that you may take.")


class TakenMeanwhile(Conflict):
    """Somebody took it, or it was decided."""

    message = gettext_noop("Somebody else has taken this sample, or it is decided.")


class HadAPart(NotAllowed):
    """Who disposed of a case or checked it does not look at it again."""

    message = gettext_noop(
        "You disposed of this case or checked it, so somebody else looks at it."
    )


def own(user: User) -> QuerySet[Sample]:
    """What the person has to look at, the first due first."""
    return Sample.objects.of(user).open().order_by("due_at", "pk")


def pool(user: User) -> QuerySet[Sample]:
    """What nobody has, and this person may take."""
    if not is_supervisor(user):
        return Sample.objects.none()
    rows = Sample.objects.open().filter(supervisor__isnull=True)
    return without_part_of(rows, user).order_by("due_at", "pk")


def seen_by(user: User) -> QuerySet[Sample]:
    """His own, whatever came of them, and those of the pool."""
    mine = Sample.objects.of(user)
    waiting = pool(user).order_by()
    return Sample.objects.filter(pk__in=mine.values("pk")) | Sample.objects.filter(
        pk__in=waiting.values("pk")
    )


def whole(rows: QuerySet[Sample]) -> QuerySet[Sample]:
    """With what a row shows: three queries however many there are."""
    return rows.select_related(*ROW).prefetch_related(REASONS)


@dataclass
class SampleList:
    """One page of the person's samples."""

    rows: list[Sample]
    count: int
    pool: int
    more: int = 0  # where the next page begins; 0: there is none


def counted(user: User) -> SampleList:
    """How many there are, without any row."""
    return SampleList([], own(user).count(), pool(user).count())


def listed(user: User, start: int = 0) -> SampleList:
    rows = list(whole(own(user))[start : start + PAGE + 1])
    found = counted(user)
    found.rows, found.more = rows[:PAGE], start + PAGE if len(rows) > PAGE else 0
    return found


def why(sample: Sample) -> list[str]:
    """Why it was drawn, a sentence for each draw."""
    return [_reason(row) for row in sample.reasons.all()]


def _reason(row: SampleReason) -> str:
    rule, draw = row.draw.rule, row.draw
    said = _("%(rule)s: %(picked)s of %(found)s") % {
        "rule": rule,
        "picked": draw.picked,
        "found": draw.found,
    }
    if row.times:
        said += _(", done over %(times)s times") % {"times": row.times}
    if row.for_unit:
        said += _(", at least %(least)s of each unit") % {"least": rule.least}
    return said


@transaction.atomic
def take(user: User, uuid: UUID | None = None) -> Sample:
    """One of the pool, the first due where none is named.

    Two who take at once get different ones. Raises NotAllowed, HadAPart (403),
    NotFound (404), NoneLeft, TakenMeanwhile (409).
    """
    if not is_supervisor(user):
        raise NotAllowed
    row = _named(user, uuid) if uuid else _next(user)
    row.supervisor = user
    row.save(update_fields=["supervisor"])
    return row


def _next(user: User) -> Sample:
    rows = pool(user).select_for_update(skip_locked=True, of=("self",))
    row = rows.first()
    if row is None:
        raise NoneLeft
    return row


def _named(user: User, uuid: UUID) -> Sample:
    row = Sample.objects.select_for_update(of=("self",)).filter(uuid=uuid).first()
    if row is None:
        raise NotFound
    if row.supervisor_id or not row.is_open:
        raise TakenMeanwhile
    case: Case = row.case
    if involved([(case.pk, case.uuid)], [user.pk]):
        raise HadAPart
    return row


@transaction.atomic
def put_back(user: User, uuid: UUID) -> Sample:
    """Into the pool, for somebody else. Raises NotFound (404), TakenMeanwhile (409)."""
    rows = Sample.objects.select_for_update(of=("self",)).filter(supervisor=user)
    row = rows.filter(uuid=uuid).first()
    if row is None:
        raise NotFound
    if not row.is_open:
        raise TakenMeanwhile
    row.supervisor, row.looked_at = None, None
    row.standing = Sample.Standing.WAITING
    row.save(update_fields=["supervisor", "looked_at", "standing"])
    return row


def look_at(user: User, case: Case) -> None:
    """Whoever's sample it is has opened the case: one statement."""
    Sample.objects.of(user).filter(case=case, standing=Sample.Standing.WAITING).update(
        standing=Sample.Standing.SEEN, looked_at=timezone.now()
    )


def sample_of(user: User, case: Case) -> Sample | None:
    """The person's last sample of the case."""
    rows = Sample.objects.of(user).filter(case=case).prefetch_related(REASONS)
    return rows.order_by("-seq").first()
