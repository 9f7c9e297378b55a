"""Who keeps the entries of outside layers."""

from accounts.models import User
from accounts.roles import STEWARDS, Role
from layers.models import Layer
from layers.permissions import can_edit


def can_add(user: User) -> bool:
    """As new entries of the catalogue; and who keeps the system, for its network."""
    return user.has_role(*STEWARDS, Role.SYSTEM)


def can_keep(user: User, layer: Layer) -> bool:
    return user.has_role(Role.SYSTEM) or can_edit(user, layer)
