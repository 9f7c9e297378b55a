"""Who may open which page of the cases."""

from accounts.models import Unit, User
from accounts.roles import DESK, DISPOSES, REPORTS, SUPERVISES, Role
from cases.to_go import kinds_for

# Who disposes, who checks at the spot, and who handles what a community settles itself.
HAS_TASKS = DISPOSES | {Role.GRID_WORKER, Role.INSPECTOR, Role.COMMUNITY_WORKER}
# Whose unit is a place leads cases; the others work on them.
PLACES = frozenset({Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY})


def can_report(user: User) -> bool:
    return user.has_role(*REPORTS)


def can_use_desk(user: User) -> bool:
    return user.has_role(*DESK)


def disposing_units(user: User) -> set[int]:
    """Departments and other bodies for which the person takes, disposes or checks."""
    return {
        post.unit_id
        for post in user.posts
        if post.role in DISPOSES and post.unit.kind not in PLACES
    }


def can_use_unit_list(user: User) -> bool:
    return bool(disposing_units(user))


def can_have_tasks(user: User) -> bool:
    """Cases may wait for him, or what some other room asks people to do outdoors."""
    return user.has_role(*HAS_TASKS) or bool(kinds_for(user))


def can_review(user: User) -> bool:
    return user.has_role(*SUPERVISES)
