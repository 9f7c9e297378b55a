"""重点时段: what a special period that is on puts first, in lists and tasks.

A period puts first what is open, of its classes, in its area, whenever it began; once
it is over, nothing of it is left in any order. Periods of priority 0 change limits
alone.
"""

from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_

from django.db.models import Case as Choice
from django.db.models import IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import Unit, User
from cases.models import Case
from workflow import special_periods
from workflow.models import Category, Phase, SpecialPeriod

KEPT = "_special_periods"  # on the person, who is fetched anew for each request


def periods_on(user: User) -> list[SpecialPeriod]:
    """Those of today that put something first, the greatest first.

    One query a request, however often it is asked.
    """
    found: list[SpecialPeriod] | None = user.__dict__.get(KEPT)
    if found is None:
        rows = SpecialPeriod.objects.at(timezone.now()).filter(priority__gt=0)
        found = list(rows.select_related("area"))
        user.__dict__[KEPT] = found
    return found


def special_of(case: Case, user: User) -> SpecialPeriod | None:
    """The period that puts this case first; none once it is closed. No query."""
    periods = periods_on(user)
    if not periods or case.state.phase == Phase.DONE:
        return None
    areas = {case.street_id, case.community_id, case.street.parent_id} - {None}
    return next(
        (
            period
            for period in periods
            if special_periods.holds(period, areas, case.category)  # type: ignore[arg-type]
        ),
        None,
    )


def put_first(period: SpecialPeriod) -> Q:
    """Cases of the period's classes in its area, open or not: two queries at most."""
    wanted = Q()
    area = period.area
    if area is not None and area.kind == Unit.Kind.DISTRICT:
        streets = Unit.objects.filter(parent=area).values_list("pk", flat=True)
        wanted &= Q(street__in=list(streets))
    elif area is not None:
        wanted &= Q(street=area) | Q(community=area)
    if period.classes:
        rows = Category.objects.filter(_of_classes(period.classes))
        wanted &= Q(category__in=list(rows.values_list("pk", flat=True)))
    return wanted


def _of_classes(codes: Collection[str]) -> Q:
    """Classes named whole, or by the two digits of what they belong to."""
    named = Q(pk=None)
    for text in codes:
        kind, _slash, code = text.partition("/")
        same = Q(code__startswith=code) if len(code) == 2 else Q(code=code)
        named |= Q(kind=kind) & same
    return named


def levels(user: User, open_states: Collection[int]) -> list[tuple[int, Q]]:
    """Each priority that is on, the greatest first, with the open cases it means."""
    by_level: dict[int, list[Q]] = {}
    for period in periods_on(user):
        by_level.setdefault(period.priority, []).append(put_first(period))
    is_open = Q(state__in=list(open_states))
    return [
        (level, is_open & reduce(or_, by_level[level]))
        for level in sorted(by_level, reverse=True)
    ]


def parts(
    rows: QuerySet[Case], found: list[tuple[int, Q]]
) -> Iterator[tuple[int, QuerySet[Case]]]:
    """The rows of each priority, then all others: each part keeps its own index.

    Sorted by a computed rank, a list would be read whole for its first page.
    """
    for level, wanted in found:
        yield level, rows.filter(wanted)
        rows = rows.exclude(wanted)
    yield 0, rows


def rank(found: list[tuple[int, Q]]) -> Choice:
    """The priority of each case, 0 for what no period means."""
    whens = [When(wanted, then=Value(level)) for level, wanted in found]
    return Choice(*whens, default=Value(0), output_field=IntegerField())
