"""Who looks at samples, who draws by hand, and who reads what came of them."""

from django.utils import timezone

from accounts.models import Membership, Unit, User
from accounts.roles import Role


def is_supervisor(user: User) -> bool:
    """督查员 of the centre: samples are his work, and he may draw some more."""
    return _at_centre(user, Role.SUPERVISOR)


def is_centre_leader(user: User) -> bool:
    """Reads the sum of the centre, of nobody alone."""
    return _at_centre(user, Role.LEADER)


def reads_review_figures(user: User) -> bool:
    return is_supervisor(user) or is_centre_leader(user)


def reads_examples(user: User) -> bool:
    """Everybody on duty: whoever holds any post today."""
    return bool(user.posts)


def supervisors() -> list[int]:
    """Ids of all who hold the post today, by their key."""
    rows = Membership.objects.valid_at(timezone.now()).filter(
        role=Role.SUPERVISOR,
        unit__kind=Unit.Kind.DISTRICT,
        user__is_active=True,
    )
    return sorted(set(rows.values_list("user_id", flat=True)))


def _at_centre(user: User, role: str) -> bool:
    return any(
        post.role == role and post.unit.kind == Unit.Kind.DISTRICT
        for post in user.posts
    )
