"""Who may open which page of the cases."""

from accounts.models import User
from accounts.roles import DESK, DISPOSES, REPORTS, SUPERVISES, Role

# Who disposes, and who checks at the spot.
HAS_TASKS = DISPOSES | {Role.GRID_WORKER, Role.INSPECTOR}


def can_report(user: User) -> bool:
    return user.has_role(*REPORTS)


def can_use_desk(user: User) -> bool:
    return user.has_role(*DESK)


def can_have_tasks(user: User) -> bool:
    return user.has_role(*HAS_TASKS)


def can_review(user: User) -> bool:
    return user.has_role(*SUPERVISES)
