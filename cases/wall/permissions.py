"""Who looks at whose wall, and who arranges it."""

from accounts.models import Unit, User
from accounts.roles import DESK
from cases.evaluation.permissions import own_streets, sees_all_figures, sees_figures_of
from cases.models import Axis
from govmap.lib.errors import NotAllowed, NotFound

# Units that have a wall.
WALLED = (Unit.Kind.DISTRICT, Unit.Kind.STREET)


def can_look(user: User) -> bool:
    """Desks, supervisors and leaders of a street or of the district."""
    return sees_all_figures(user) or bool(own_streets(user))


def can_arrange(user: User, unit: Unit) -> bool:
    """The unit's own command centre."""
    return any(post.role in DESK and post.unit_id == unit.pk for post in user.posts)


def wall_of(user: User, code: str) -> Unit:
    """The unit whose wall is asked for: by code, or the reader's own.

    Raises NotAllowed (403) for whoever has no wall, NotFound for another's.
    """
    if not can_look(user):
        raise NotAllowed
    units = Unit.objects.filter(kind__in=WALLED)
    if code:
        unit = units.filter(code=code.replace("\x00", "")).first()
        if unit is None or not sees_figures_of(user, Axis.AREA, unit):
            raise NotFound
        return unit
    if sees_all_figures(user):
        unit = units.filter(kind=Unit.Kind.DISTRICT).order_by("code").first()
    else:
        unit = units.filter(pk__in=own_streets(user)).order_by("code").first()
    if unit is None:
        raise NotFound
    return unit


def walls_for(user: User) -> list[Unit]:
    """Between which walls the reader chooses; nothing where there is one only."""
    units = Unit.objects.filter(kind__in=WALLED)
    if not sees_all_figures(user):
        units = units.filter(pk__in=own_streets(user))
    # The district first, by its shorter code.
    found = list(units.order_by("code"))
    return found if len(found) > 1 else []
