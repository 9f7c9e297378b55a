"""The account in whose name the system itself acts: nobody signs in with it."""

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, Unit, User
from accounts.roles import Role
from govmap.lib.periods import SINCE_EVER

USERNAME = "govmap-system"


def robot() -> User:
    """Raises User.DoesNotExist before a site is loaded."""
    return User.objects.get(username=USERNAME)


def make_robot(district: Unit) -> User:
    """Holds the chief data officer's post of the district, to install its layers."""
    user, _ = User.objects.get_or_create(
        username=USERNAME,
        defaults={
            "name": "系统",
            "password": make_password(None),
            "is_active": False,
        },
    )
    post = {"user": user, "unit": district, "role": Role.CHIEF_DATA_OFFICER}
    if not Membership.objects.filter(**post).exists():
        Membership.objects.create(**post, valid=SINCE_EVER)
    return user
