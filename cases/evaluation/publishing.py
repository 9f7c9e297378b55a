"""A period is shown for appeals, then published and frozen; what comes later stands
beside it.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.evaluation import board, counting
from cases.evaluation.periods import Period
from cases.evaluation.recount import taken_by_appeal
from cases.evaluation.scoring import Result
from cases.models import (
    Axis,
    Case,
    CountAppeal,
    EvaluationSettings,
    Publication,
    PublishedFigure,
)
from govmap.lib.errors import BadInput, Conflict

# What a unit may object to: that it counts against it.
MEASURES = (
    *("disposals_late", "reworks", "misdispatches", "returns_refused"),
    *("supervisions", "extensions", "disposals", "dispatches", "filings"),
)


class NotOver(Conflict):
    """The period is not over yet."""

    message = gettext_noop("The period is not over yet: wait for its last day.")


class OpenedAlready(Conflict):
    """The period is open for appeals or published already."""

    message = gettext_noop("This period is open for appeals or published already.")


class TooEarly(Conflict):
    """Appeals are still possible, or one is not decided."""

    message = gettext_noop(
        "It cannot be published yet: appeals are possible until their last day, and"
        " each must be decided."
    )


class TooLate(Conflict):
    """The days for appeals are over."""

    message = gettext_noop("The days for appeals about this period are over.")


class NotCounted(BadInput):
    """The case is not counted so for this unit in this period."""

    message = gettext_noop(
        "This case is not counted so for your unit in this period. Look at the cases"
        " behind the figure."
    )


class Decided(Conflict):
    """The appeal was decided meanwhile."""

    message = gettext_noop("This appeal has been decided already.")


@transaction.atomic
def open_for_appeals(period: Period, by: User) -> Publication:
    """From now on units may object. Raises NotOver, OpenedAlready (409)."""
    now = timezone.now()
    if period.last >= timezone.localdate(now):
        raise NotOver
    days = EvaluationSettings.current().appeal_days
    made, new = Publication.objects.get_or_create(
        first_day=period.first,
        last_day=period.last,
        defaults={
            "opened_by": by,
            "opened_at": now,
            "appeals_until": now + timedelta(days=days),
        },
    )
    if not new:
        raise OpenedAlready
    return made


@transaction.atomic
def publish(publication: Publication, by: User) -> None:
    """Freeze every street, community and department. Raises TooEarly (409)."""
    row = Publication.objects.select_for_update().get(pk=publication.pk)
    now = timezone.now()
    is_open = row.appeals.filter(answer=CountAppeal.Answer.OPEN).exists()
    if row.published_at or now < row.appeals_until or is_open:
        raise TooEarly
    period = Period("range", row.first_day, row.last_day)
    kinds = (Unit.Kind.STREET, Unit.Kind.COMMUNITY)
    areas = list(Unit.objects.filter(kind__in=kinds))
    departments = list(Unit.objects.disposing())
    figures = []
    for axis, units in ((Axis.AREA, areas), (Axis.DEPARTMENT, departments)):
        found = board.table_of(axis, units, period, now)
        figures += [frozen(row, axis, result) for result in found.results]
    PublishedFigure.objects.bulk_create(figures)
    row.published_at, row.published_by = now, by
    row.save(update_fields=["published_at", "published_by"])


def frozen(publication: Publication, axis: str, result: Result) -> PublishedFigure:
    """A result as rows keep it: formulas, counts and weights of that day."""
    return PublishedFigure(
        publication=publication,
        axis=axis,
        unit=result.unit,
        score=result.score,
        grade=result.grade,
        figures=[figure.kept() for figure in result.figures],
        measures={name: n for name, n in result.measures.items() if n},
    )


def appeal(
    publication: Publication,
    case: Case,
    unit: Unit,
    measure: str,
    *,
    why: str,
    by: User,
) -> CountAppeal:
    """A unit objects. Raises TooLate (409), NotCounted (400)."""
    now = timezone.now()
    if publication.published_at or now >= publication.appeals_until:
        raise TooLate
    if measure not in MEASURES or not _counts(publication, case, unit, measure):
        raise NotCounted
    made, _new = CountAppeal.objects.get_or_create(
        publication=publication,
        case=case,
        unit=unit,
        measure=measure,
        defaults={"why": why, "asked_by": by, "asked_at": now},
    )
    return made


def _counts(publication: Publication, case: Case, unit: Unit, measure: str) -> bool:
    standing = counting.standing(case.pk, [measure])
    return any(
        unit.pk in (row.unit, row.street)
        and publication.first_day <= row.day <= publication.last_day
        for row in standing
    )


@transaction.atomic
def decide(asked: CountAppeal, *, grant: bool, why: str, by: User) -> None:
    """The supervision centre's word. What is granted leaves the figures, on its days.

    The case's own record stays as it is. Raises Decided (409).
    """
    # The case first, as every act locks it, so that nothing is counted in between.
    case = Case.objects.select_for_update().get(pk=asked.case_id)
    row = CountAppeal.objects.select_for_update().get(pk=asked.pk)
    if row.answer:
        raise Decided
    answers = CountAppeal.Answer
    row.answer = answers.GRANTED if grant else answers.DECLINED
    row.decision, row.decided_by, row.decided_at = why, by, timezone.now()
    row.after_seq = case.events_count if grant else None
    row.save()
    if grant:
        standing = counting.standing(case.pk, taken_by_appeal(row.measure))
        wanted = [one for one in standing if row.unit_id in (one.unit, one.street)]
        counting.write(case.pk, case.events_count, counting.taken_off(wanted))
