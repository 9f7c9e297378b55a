"""What of the cases is handed over with a shift: see `workflow.roster`."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.models import Assignment, Case, Whistle, WhistleCall
from workflow.models import Deadline, Phase
from workflow.roster.matters import NAMED_MOST, Looking, Matter, source


def of_unit(looking: Looking) -> QuerySet[Case]:
    """Open cases that are the unit's work: of an area what lies in it, of another
    unit what it disposes of."""
    rows = Case.objects.visible_to(looking.user).exclude(state__phase=Phase.DONE)
    unit = looking.unit
    if unit.kind == Unit.Kind.DISTRICT:
        return rows.filter(level=Case.Level.DISTRICT)
    if unit.kind == Unit.Kind.STREET:
        return rows.filter(street=unit)
    if unit.kind == Unit.Kind.COMMUNITY:
        return rows.filter(community=unit)
    parts = Assignment.objects.filter(case=OuterRef("pk"), unit=unit, ended_at=None)
    return rows.filter(Exists(parts))


def _limits() -> QuerySet[Deadline]:
    rows = Deadline.objects.running().filter(
        kind=Case.KIND, subject_id=OuterRef("pk"), paused_at=None, exempted_at=None
    )
    return rows.order_by("due_at")


def _told(cases: QuerySet[Case]) -> Iterator[Matter]:
    """The first due first; one query."""
    due = Subquery(_limits().values("due_at")[:1])
    rows = cases.annotate(due=due).order_by("due", "pk")
    rows = rows.select_related("category", "street", "community").defer("place")
    for case in rows[: NAMED_MOST + 1]:
        where = case.address or str(case.community or case.street)
        yield Matter(
            kind=Case.KIND,
            uuid=case.uuid,
            number=case.number,
            label=str(case.category),
            place=where,
            due_at=case.due,
        )


@source("whistle", _("whistles that wait"), order=10)
def whistles(looking: Looking) -> Iterator[Matter]:
    """Blown and not ended: of an area its own, of another unit those that call it
    and have not heard from it."""
    rows = Whistle.objects.visible_to(looking.user).open().listed()
    unit = looking.unit
    if unit.kind in {Unit.Kind.STREET, Unit.Kind.COMMUNITY}:
        rows = rows.filter(Q(street=unit) | Q(community=unit))
    elif unit.kind != Unit.Kind.DISTRICT:
        calls = WhistleCall.objects.filter(
            whistle=OuterRef("pk"), unit=unit, reported_at=None
        )
        rows = rows.filter(Exists(calls))
    for row in rows.order_by("appear_by", "pk")[: NAMED_MOST + 1]:
        yield Matter(
            kind=Whistle.KIND,
            uuid=row.uuid,
            number=row.number,
            label=str(row.occasion),
            place=row.address or str(row.community or row.street),
            due_at=row.appear_by,
        )


@source("urgent", _("urgent cases"), order=20)
def urgent(looking: Looking) -> Iterator[Matter]:
    return _told(of_unit(looking).filter(urgent=True))


@source("overdue", _("overdue cases"), order=30)
def overdue(looking: Looking) -> Iterator[Matter]:
    late = _limits().filter(due_at__lt=looking.moment)
    return _told(of_unit(looking).filter(Exists(late)))


@source("soon", _("due in the next shift"), order=40)
def soon(looking: Looking) -> Iterator[Matter]:
    ahead = _limits().filter(due_at__gte=looking.moment, due_at__lt=looking.until)
    return _told(of_unit(looking).filter(Exists(ahead)))
