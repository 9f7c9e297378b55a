"""Whose cases a list shows: what waits, what is unread, mine, my unit's, my street's.

Each is one click away for whoever has such cases.
"""

from dataclasses import dataclass

from django.db.models import Expression, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.models import Assignment, Case, Follow
from cases.permissions import PLACES
from workflow import seeing
from workflow.context import how_many

TODO, UNREAD, MINE = "todo", "unread", "mine"
UNIT, STREET, FOLLOWED, ALL = "unit", "street", "followed", "all"
UNREAD_MOST = 500  # changed cases that the list of unread ones looks at
COUNTED = 99  # beyond this the number of unread ones says "99+"


def said_of(count: int) -> str:
    """A number of unread ones, as a page says it."""
    return f"{COUNTED}+" if count > COUNTED else str(count or "")


@dataclass(frozen=True)
class OwnView:
    """One of the lists that are always there."""

    code: str
    label: str | Promise


LABELS = {
    TODO: _("To do"),
    UNREAD: _("Unread"),
    MINE: _("My cases"),
    UNIT: _("My unit"),
    STREET: _("My street"),
    FOLLOWED: _("Following"),
    ALL: _("All"),
}


def own_views(user: User) -> list[OwnView]:
    """Those that this person can have cases in, in their order."""
    has = {
        UNIT: bool(working_units(user)),
        STREET: bool(own_streets(user)) and not user.sees_district,
    }
    return [OwnView(*row) for row in LABELS.items() if has.get(row[0], True)]


def own_views_of_units() -> list[OwnView]:
    """Those of the list of what came to somebody's units: all of it is theirs."""
    return [OwnView(*row) for row in LABELS.items() if row[0] not in (UNIT, STREET)]


def working_units(user: User) -> set[int]:
    """Departments and other bodies in which the person has a post."""
    return {
        post.unit_id
        for post in user.posts
        if post.unit.kind not in PLACES and post.unit_id in user.unit_ids
    }


def own_streets(user: User) -> set[int]:
    """The streets in which he has a post, or in one of whose communities."""
    posts = [post.unit for post in user.posts]
    streets = {unit.pk for unit in posts if unit.kind == Unit.Kind.STREET}
    homes = {unit.parent_id for unit in posts if unit.kind == Unit.Kind.COMMUNITY}
    return streets | {pk for pk in homes if pk}


def narrowed(cases: QuerySet[Case], view: str, user: User) -> QuerySet[Case]:
    """Only the cases of one of the person's own lists."""
    if view == MINE:
        return cases.filter(pk__in=seeing.acted_ids(Case.KIND, user))
    if view == UNIT:
        parts = Assignment.objects.filter(unit__in=working_units(user))
        return cases.filter(pk__in=parts.values("case"))
    if view == STREET:
        return cases.filter(street__in=own_streets(user))
    if view == FOLLOWED:
        return cases.filter(pk__in=Follow.objects.filter(user=user).values("case"))
    return cases


@dataclass(frozen=True)
class Unread:
    """What the person has not read: whatever changed, and new cases in ``states``.

    What is over and was never opened waits for nobody.
    """

    user: User
    states: frozenset[int]

    def marks(self, case: Case) -> bool:
        """Of a row that was annotated with `seeing.changed_since` as ``changed``."""
        changed: bool | None = case.changed  # type: ignore[attr-defined]
        if changed is not None:
            return changed
        since = seeing.works_since(self.user)
        is_new = case.state_id in self.states
        return is_new and (since is None or case.reported_at >= since)

    def never_opened(self) -> Q:
        """What was never opened, and came since he works here."""
        since = seeing.works_since(self.user)
        came = Q(reported_at__gte=since) if since else Q()
        opened = seeing.opened(Case.KIND, self.user)
        return Q(came, ~Q(opened), state__in=self.states)

    def narrowed(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Those of both sorts, the newest 500 of each: a query of its own.

        Asked in one, the database would look through all that he ever opened.
        """
        keys = self._keys(cases.order_by("-pk"), UNREAD_MOST)
        return cases.filter(pk__in=list(keys))

    def count(self, cases: QuerySet[Case]) -> int:
        """How many, counted no further than the page can say: one query."""
        return self._keys(cases.order_by(), COUNTED + 1).count()

    def number(self, cases: QuerySet[Case]) -> Expression:
        """As `count`, for a page to bring along with its site."""
        changed, new = self._halves(cases.order_by(), COUNTED + 1)
        return how_many(changed) + how_many(new)

    def _keys(self, cases: QuerySet[Case], most: int) -> "QuerySet[Case, int]":
        changed, new = self._halves(cases, most)
        return changed.union(new, all=True)

    def _halves(
        self, cases: QuerySet[Case], most: int
    ) -> "tuple[QuerySet[Case, int], QuerySet[Case, int]]":
        changed = seeing.changed_ids(Case.KIND, self.user)[:UNREAD_MOST]
        seen = cases.filter(pk__in=changed).values_list("pk", flat=True)[:most]
        new = cases.filter(self.never_opened()).values_list("pk", flat=True)[:most]
        return seen, new
