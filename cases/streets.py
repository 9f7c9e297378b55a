"""The streets that a list may be narrowed to."""

from accounts.models import Unit, User


def streets_of(user: User) -> list[Unit]:
    """All of them for whoever sees the district; none where there is no choice."""
    if not user.sees_district:
        return []
    return list(Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code"))
