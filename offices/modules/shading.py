"""Thematic shading 专题图: what an application holds by cell and by community.

Counts are of what the reader reads; the ground is that of his posts, or, for whoever
reads everywhere, all communities and the cells in which there is something.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Count, Exists, Q, QuerySet
from django.utils import timezone

from accounts.models import Unit, User
from cases.models import Case
from govmap.lib.geojson import feature
from layers.models import GridCell, Region
from offices.models.application import Application
from offices.modules.asked import late_limits
from offices.modules.homes import seen_records
from offices.modules.rights import READ, Ground, grounds_of
from workflow.models import Phase

CELL, COMMUNITY = "cell", "community"
AREAS = (CELL, COMMUNITY)
FRESH = timedelta(days=84)  # written lately: twelve weeks
MOST = 3000  # areas of one answer
DIGITS = 6  # of a degree: a decimetre is enough for shading
NAMES = ("open", "late", "fresh", "cases")
Counts = dict[int, dict[str, int]]


def cases_of(application: Application, user: User) -> QuerySet[Case]:
    """Open cases that the person sees: those at the application's offices, and those
    that its records are about or that were opened from them."""
    offices = Q(assignments__unit__code__endswith=f"-{application.office}")
    linked = Q(records__module__application=application)
    mine = Case.objects.filter(offices | linked if application.office else linked)
    seen = Case.objects.visible_to(user).filter(pk__in=mine.values("pk"))
    return seen.exclude(state__phase=Phase.DONE)


def counts(application: Application, user: User, keys: set[int], by: str) -> Counts:
    """By the key of the area: two queries."""
    found: Counts = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    seen = seen_records(user, keys).order_by().filter(**{f"{by}__isnull": False})
    fresh = Q(created_at__gte=timezone.now() - FRESH)
    going = Q(ended_at__isnull=True)
    rows = seen.values_list(by).annotate(
        open=Count("pk", filter=going),
        late=Count("pk", filter=going & Q(Exists(late_limits()))),
        fresh=Count("pk", filter=fresh),
    )
    for area, is_open, late, new in rows:
        found[area] |= {"open": is_open, "late": late, "fresh": new}
    cases = cases_of(application, user).order_by().filter(**{f"{by}__isnull": False})
    for area, count in cases.values_list(by).annotate(n=Count("pk", distinct=True)):
        found[area]["cases"] = count
    return found


def ground(user: User, keys: set[int]) -> Ground:
    """Where the person reads something of these modules."""
    reach = Ground()
    for one, modules in grounds_of(user, READ).items():
        if keys & set(modules):
            reach = reach | one
    return reach


def areas(
    application: Application, user: User, keys: set[int], by: str
) -> Iterator[str]:
    """GeoJSON features with their counts: three queries."""
    found, reach = counts(application, user, keys, by), ground(user, keys)
    rows = _cells(reach, found) if by == CELL else _communities(reach)
    for key, code, name, shape in rows[:MOST]:
        said = found[key] if key in found else dict.fromkeys(NAMES, 0)
        yield feature(code, shape, {"code": code, "name": name or code, **said})


def _cells(reach: Ground, found: Counts) -> Any:
    now = timezone.now()
    rows = GridCell.objects.filter(valid__contains=now)
    if reach.everywhere:
        rows = rows.filter(pk__in=list(found))
    else:
        rows = rows.filter(
            Q(community__parent__in=reach.streets) | Q(community__in=reach.communities)
        )
    shaped = rows.annotate(shape=AsGeoJSON("geometry", precision=DIGITS))
    return shaped.order_by("code").values_list("pk", "code", "name", "shape")


def _communities(reach: Ground) -> Any:
    rows = Region.objects.filter(unit__kind=Unit.Kind.COMMUNITY)
    if not reach.everywhere:
        rows = rows.filter(
            Q(unit__parent__in=reach.streets) | Q(unit__in=reach.communities)
        )
    shaped = rows.annotate(shape=AsGeoJSON("geometry", precision=DIGITS))
    return shaped.order_by("unit__code").values_list(
        "unit_id", "unit__code", "unit__name", "shape"
    )


def table(
    application: Application, user: User, keys: set[int]
) -> list[tuple[Unit, dict[str, int]]]:
    """The same by community, as a table: those in which there is something."""
    found = counts(application, user, keys, COMMUNITY)
    units = Unit.objects.filter(pk__in=list(found)).order_by("code")
    return [(unit, found[unit.pk]) for unit in units]
