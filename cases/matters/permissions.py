"""Who has to do with hard matters, and on which ground he raises them or confers."""

from accounts.models import Unit, User
from accounts.roles import DESK, DISPOSES, SUPERVISES, Role

USES = DESK | DISPOSES | SUPERVISES | {Role.COMMUNITY_WORKER}
CALLS = DESK | {Role.LEADER, Role.COMMUNITY_WORKER}
RAISES = CALLS | {Role.SUPERVISOR}
AREAS = (Unit.Kind.STREET, Unit.Kind.COMMUNITY, Unit.Kind.DISTRICT)


def can_use_matters(user: User) -> bool:
    return user.has_role(*USES)


def ground_of(user: User, *, calling: bool = False) -> Unit | None:
    """The street, community or district in which this person may raise or confer."""
    roles = CALLS if calling else RAISES
    for post in user.posts:
        if post.role in roles and post.unit.kind in AREAS:
            is_worker = post.role == Role.COMMUNITY_WORKER
            if is_worker == (post.unit.kind == Unit.Kind.COMMUNITY):
                return post.unit
    return None
