"""重点时段 on pages: what a period that is on puts first, and that it is on."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from cases.models import Case
from cases.permissions import can_use_desk
from cases.priority import periods_on, special_of
from workflow.models import SpecialPeriod

register = template.Library()


@register.filter
def special_for(case: Case, user: User) -> SpecialPeriod | None:
    """The special period that puts the case first, for its chip. No query."""
    return special_of(case, user)


@dataclass(frozen=True)
class Banner:
    """A period that is on: its name, until when, and what it changes."""

    period: SpecialPeriod
    changes: str


@register.inclusion_tag("cases/_special.html")
def special_banner(user: User, links: bool = False) -> dict[str, Any]:
    """The periods that are on where the person works. One query a request.

    ``links``: the names lead to the desk's list of what they put first.
    """
    own = {unit for post in user.posts for unit in (post.unit_id, post.unit.parent_id)}
    banners = [
        Banner(period, changes_of(period))
        for period in periods_on(user)
        if _concerns(period, user, own)
    ]
    return {"banners": banners, "links": links and can_use_desk(user)}


def _concerns(period: SpecialPeriod, user: User, own: set[int | None]) -> bool:
    """A department of the district works everywhere."""
    area = period.area
    if area is None or area.pk in own or user.sees_district:
        return True
    kinds = {post.unit.kind for post in user.posts}
    return bool(kinds - {Unit.Kind.STREET, Unit.Kind.COMMUNITY})


def changes_of(period: SpecialPeriod) -> str:
    """What it makes of limits and order, in words."""
    where = str(period.area) if period.area else _("everywhere")
    words = [where, _("put first")]
    if period.limit is not None:
        amount = f"{period.limit} {period.get_limit_type_display()}"
        words.append(_("time limit %(amount)s") % {"amount": amount})
    elif period.factor is not None:
        factor = f"{period.factor.normalize():f}"
        words.append(_("time limits times %(factor)s") % {"factor": factor})
    return " · ".join(words)
