"""The rounds that a phone has with it where there is no network."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.field.pages import MOST, keep_page
from cases.field_ground import goes_out
from cases.models import Patrol


@keep_page("patrols:one", "cases/patrols/one.html")
def kept(user: User) -> list[str]:
    """Without a network: today's rounds over his ground."""
    if not goes_out(user):
        return []
    rows = Patrol.objects.on_ground_of(user).going_on(timezone.localdate())
    found = rows.order_by("-pk").values_list("uuid", flat=True)[:MOST]
    return [reverse("patrols:one", args=[uuid]) for uuid in found]
