"""Who sees whose figures, and who decides about them."""

from accounts.models import Unit, User
from accounts.roles import DESK, DISPOSES, SUPERVISES, Role
from cases.models import Axis

AREAS = frozenset({Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY})


def can_see_figures(user: User) -> bool:
    """Whoever is judged by them as a desk or a unit, and who supervises them."""
    return user.has_role(*DESK, *DISPOSES, *SUPERVISES)


def sees_all_figures(user: User) -> bool:
    """The district's supervisor and leader: every street, every department."""
    return any(
        post.role in SUPERVISES | DESK and post.unit.kind == Unit.Kind.DISTRICT
        for post in user.posts
    )


def own_streets(user: User) -> set[int]:
    """Streets whose figures are the person's business."""
    return {
        post.unit_id
        for post in user.posts
        if post.role in DESK | SUPERVISES and post.unit.kind == Unit.Kind.STREET
    }


def own_departments(user: User) -> set[int]:
    """Units whose disposals are the person's business."""
    return {post.unit_id for post in user.posts if post.role in DISPOSES}


def sees_figures_of(user: User, axis: str, unit: Unit) -> bool:
    """Whether the person may read, and open, what this unit comes to."""
    if sees_all_figures(user):
        return True
    if axis == Axis.DEPARTMENT:
        return unit.pk in own_departments(user)
    return bool({unit.pk, unit.parent_id} & own_streets(user))


def can_publish(user: User) -> bool:
    """评价 is the supervision centre's."""
    return any(
        post.role == Role.SUPERVISOR and post.unit.kind == Unit.Kind.DISTRICT
        for post in user.posts
    )
