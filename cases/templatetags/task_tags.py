"""Who has tasks, and the way to where they are."""

from urllib.parse import quote

import numpy as np
from django import template
from django.conf import settings

from accounts.models import User
from cases.permissions import can_have_tasks
from layers.reading.datum_shift import to_gcj

register = template.Library()


@register.filter
def has_tasks(user: User) -> bool:
    """No query: the posts are known."""
    return bool(user.is_authenticated) and can_have_tasks(user)


@register.simple_tag
def navigation_url(lon: float, lat: float, name: str) -> str:
    """The address that opens the phone's navigation; empty where the site has none."""
    pattern = settings.NAVIGATION_URL
    if not pattern:
        return ""
    gcj = to_gcj(np.array([[float(lon), float(lat)]]))[0]
    return pattern.format(
        lat=lat, lon=lon, gcj_lat=gcj[1], gcj_lon=gcj[0], name=quote(str(name))
    )


@register.simple_tag
def filing_number() -> str:
    """Under which it is filed (国办函〔2026〕12号); empty where it is not."""
    return str(settings.FILING_NUMBER)
