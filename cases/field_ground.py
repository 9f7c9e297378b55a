"""Where somebody goes round, and for which units somebody plans."""

from dataclasses import dataclass

from accounts.models import Unit, User
from accounts.roles import DESK, SUPERVISES, Role

# Who goes out: to tick off what a survey asks and the rounds of a patrol.
GOES_OUT = frozenset({Role.GRID_WORKER, Role.COMMUNITY_WORKER, Role.INSPECTOR})
# Who plans surveys and patrols, for the street or for the district.
PLANS = DESK | SUPERVISES


@dataclass(frozen=True)
class FieldUnits:
    """Streets and communities by primary key; ``whole``: the district's inspectors."""

    whole: bool
    units: frozenset[int]

    def holds(self, *units: int | None) -> bool:
        return self.whole or not self.units.isdisjoint(set(units))


def field_units(user: User) -> FieldUnits:
    """The units on whose ground the person works outdoors."""
    posts = [post for post in user.posts if post.role in GOES_OUT]
    whole = any(post.unit.kind == Unit.Kind.DISTRICT for post in posts)
    return FieldUnits(whole, frozenset(post.unit_id for post in posts))


def goes_out(user: User) -> bool:
    return user.has_role(*GOES_OUT)


def units_to_plan_for(user: User) -> list[Unit]:
    """The streets or the district whose desk or supervision the person is."""
    kinds = (Unit.Kind.STREET, Unit.Kind.DISTRICT)
    found = {
        post.unit_id: post.unit
        for post in user.posts
        if post.role in PLANS and post.unit.kind in kinds
    }
    return sorted(found.values(), key=lambda unit: unit.code)
