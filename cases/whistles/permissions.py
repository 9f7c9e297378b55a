"""Who has to do with whistles."""

from accounts.models import Unit, User
from accounts.roles import DESK, DISPOSES, SUPERVISES, Role

# Whoever blows them, comes to them, or watches over them.
USES = DESK | DISPOSES | SUPERVISES | {Role.COMMUNITY_WORKER, Role.GRID_WORKER}
PROPOSES = DESK | {Role.LEADER, Role.COMMUNITY_WORKER}


def can_use_whistles(user: User) -> bool:
    return user.has_role(*USES)


def ground_of(user: User) -> tuple[Unit | None, Unit | None]:
    """The street, and the community if it is one's, in which this person may call."""
    for post in user.posts:
        unit = post.unit
        if post.role not in PROPOSES:
            continue
        if unit.kind == Unit.Kind.STREET and post.role != Role.COMMUNITY_WORKER:
            return unit, None
        if unit.kind == Unit.Kind.COMMUNITY and post.role == Role.COMMUNITY_WORKER:
            return unit.parent, unit
    return None, None
