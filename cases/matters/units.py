"""Which units a matter can be given to, or a conference can invite."""

from django.db.models import Q, QuerySet

from accounts.models import Unit
from cases.models import Case, Conference, Matter

AREAS = (Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY)


def units_for(subject: Matter | Conference) -> QuerySet[Unit]:
    """Units in which somebody could sign for a task today.

    Of a street or a community its own and the district's; where the district leads,
    every street's too. Never a street or a community itself: these raise and check.
    """
    units = Unit.objects.disposing().exclude(kind__in=AREAS)
    ground = _ground(subject)
    if ground is None:
        return units.order_by("code")
    others = Q(parent__kind=Unit.Kind.STREET) & ~Q(parent=ground)
    return units.exclude(others).order_by("code")


def _ground(subject: Matter | Conference) -> Unit | None:
    """The street to whose units the choice is narrowed, if there is one."""
    if isinstance(subject, Matter):
        return None if subject.level == Case.Level.DISTRICT else subject.street
    return street_of(subject.host)


def street_of(unit: Unit) -> Unit | None:
    """The street that a unit is or lies in; None for the district."""
    if unit.kind == Unit.Kind.STREET:
        return unit
    return unit.parent if unit.kind == Unit.Kind.COMMUNITY else None
