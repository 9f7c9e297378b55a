"""重点时段: which special period a limit begins in, and what it makes of the limit."""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from workflow.models import Category, SpecialPeriod, Subject

# What a subject may call the area units that it lies in.
AREAS = ("community", "street", "district")


def of(subject: Subject, name: str, moment: datetime) -> SpecialPeriod | None:
    """The one that matters most, of those that the subject falls into."""
    rows = SpecialPeriod.objects.at(moment)
    return first_of(rows, name, _areas(subject), getattr(subject, "category", None))


def first_of(
    periods: Iterable[SpecialPeriod],
    name: str,
    areas: set[int],
    category: Category | None,
) -> SpecialPeriod | None:
    """The first that holds for a limit of that name, there, of that class."""
    for period in periods:
        if period.name in ("", name) and holds(period, areas, category):
            return period
    return None


def holds(period: SpecialPeriod, areas: set[int], category: Category | None) -> bool:
    """Whether it means what lies in these areas and is of that class."""
    here = period.area_id is None or period.area_id in areas
    return here and _meant(period, category)


def changed(period: SpecialPeriod, limit: int, limit_type: str) -> tuple[int, str]:
    """The limit as the period has it: its own, or its factor's part, at least one."""
    if period.limit is not None:
        return period.limit, period.limit_type
    if period.factor is None:
        return limit, limit_type
    part = (limit * period.factor).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return max(1, int(part)), limit_type


def _areas(subject: Subject) -> set[int]:
    names = subject.RELATED_UNITS.intersection(AREAS)
    return set().union(*(subject.related_units(name) for name in names))


def _meant(period: SpecialPeriod, category: Category | None) -> bool:
    if not period.classes:
        return True
    if category is None:
        return False
    # The first two digits are the class that a subclass belongs to.
    codes = (category.code, category.code[:2])
    return any(f"{category.kind}/{code}" in period.classes for code in codes)
