"""Who has tables placed by their addresses."""

from accounts.models import User
from accounts.roles import DESK, DISPOSES, OFFICES, STEWARDS, SUPERVISES
from govmap.lib.errors import NotFound
from layers.models import Layer

GEOCODES = DESK | DISPOSES | OFFICES | STEWARDS | SUPERVISES


def can_geocode(user: User) -> bool:
    """Whose work tables are, where he sees the register of addresses."""
    if not user.has_role(*GEOCODES):
        return False
    layers = Layer.objects.visible_to(user).filter(published__isnull=False)
    return layers.filter(feeds=Layer.Feeds.ADDRESSES).exists()


def check(user: User) -> None:
    """Raises NotFound (404)."""
    if not can_geocode(user):
        raise NotFound
