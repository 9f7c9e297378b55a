"""The code at a shop: its unified code, for who keeps the register it stands in."""

from accounts.models import User
from cases.scanning import Scanned, looks_up
from offices.models import Organization


@looks_up
def organization_of(code: str, user: User) -> Scanned | None:
    """A body with this unified code (GB 32100) and a place, on the person's ground."""
    seen = Organization.objects.visible_to(user).filter(code=code)
    row = seen.exclude(place=None).first()
    return Scanned(str(row), row.place) if row and row.place else None
