"""岗位评价: figures of posts held by single persons (GB/T 30428.4, its posts).

Off unless `EvaluationSettings.shows_persons`; then a person reads his own, and the head
of a unit those of the posts of his unit. Never a ranking: rows stand in the order of
posts and of sign-in names, whatever they come to. Nothing is summed up in advance by
person: the marks of the streets are read when somebody asks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Membership, Unit, User
from accounts.roles import Role
from cases.evaluation.board import readings_of
from cases.evaluation.measures import parts_of
from cases.evaluation.periods import Period
from cases.evaluation.scoring import Reading, Result, result_of
from cases.models import Axis, EvaluationSettings, Indicator, Mark

# The street and the measure are what the index begins with.
SUMS = """
SELECT person_id, role, measure, sum(delta) FROM cases_mark
WHERE street_id = ANY(%(streets)s) AND measure = ANY(%(measures)s)
    AND day BETWEEN %(first)s AND %(last)s AND person_id = ANY(%(people)s)
GROUP BY 1, 2, 3
"""
Key = tuple[int, str]  # a person in a role


@dataclass
class Held:
    """One post of one person, with what it comes to."""

    post: Membership
    result: Result
    readings: list[Reading]
    own: bool

    @property
    def user(self) -> User:
        return self.post.user


def shown() -> bool:
    """Whether figures of persons are open today."""
    return EvaluationSettings.current().shows_persons(timezone.localdate())


def heads(user: User) -> set[int]:
    """Units that the person is the head of."""
    return {post.unit_id for post in user.posts if post.role == Role.LEADER}


def judged_roles(period: Period) -> list[str]:
    """The posts for which there are indicators on the last day of the period."""
    rows = Indicator.objects.on(period.last).filter(axis=Axis.POST)
    found = set(rows.values_list("role", flat=True))
    return [role for role in Role.values if role in found]


def posts_seen(user: User, period: Period) -> list[Membership]:
    """His own posts, then those of the units he is the head of. None while it is off.

    Only posts that are judged, held today.
    """
    if not shown():
        return []
    roles = judged_roles(period)
    posts = Membership.objects.valid_at(timezone.now()).filter(role__in=roles)
    posts = posts.select_related("user", "unit").order_by(
        "unit__code", "role", "user__username"
    )
    own = list(posts.filter(user=user))
    below = posts.filter(unit__in=heads(user)).exclude(user=user)
    return [*own, *below.filter(user__is_active=True)]


def held(user: User, period: Period) -> list[Held]:
    """What each post that the person may read comes to. Five queries."""
    posts = posts_seen(user, period)
    if not posts:
        return []
    by_role = {role: readings_of(Axis.POST, period, role) for role in _roles(posts)}
    names = {name for rows in by_role.values() for row in rows for name in row.names}
    sums = _sums({post.user_id for post in posts}, names, period)
    return [
        Held(
            post,
            result_of(post.unit, sums[post.user_id, post.role], by_role[post.role]),
            by_role[post.role],
            own=post.user_id == user.pk,
        )
        for post in posts
    ]


def _roles(posts: Iterable[Membership]) -> list[str]:
    return list(dict.fromkeys(post.role for post in posts))


def _sums(
    people: Iterable[int], names: Iterable[str], period: Period
) -> dict[Key, Counter[str]]:
    measures = {part for name in names for parts in parts_of(name) for part in parts}
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    values: dict[str, Any] = {
        **{"streets": _streets(), "measures": sorted(measures)},
        **{"people": list(people), "first": period.first, "last": period.last},
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMS, values)
        for person, role, measure, amount in cursor.fetchall():
            found[person, role][measure] = int(amount)
    return found


def _streets() -> list[int]:
    streets = Unit.objects.filter(kind=Unit.Kind.STREET)
    return list(streets.values_list("pk", flat=True))


def case_ids(post: Membership, name: str, period: Period, most: int) -> list[int]:
    """The cases that a name counts for this person in this post, the newest first."""
    plus, minus = parts_of(name)
    marks = Mark.objects.filter(
        street__in=_streets(),
        measure__in=plus,
        day__range=(period.first, period.last),
        person=post.user_id,
        role=post.role,
    )
    counted = marks.order_by().values("case").annotate(left=Sum("delta"))
    rows = counted.filter(left__gt=0).order_by("-case")
    found = list(rows.values_list("case", flat=True)[: most + 1])
    if not minus:
        return found
    off = Mark.objects.filter(
        case__in=found, measure__in=minus, person=post.user_id, role=post.role
    )
    gone = off.order_by().values("case").annotate(left=Sum("delta")).filter(left__gt=0)
    gone_ids = set(gone.values_list("case", flat=True))
    return [pk for pk in found if pk not in gone_ids]


def told(rows: Sequence[Held]) -> list[dict[str, Any]]:
    """As the API says it; scores beside formulas, without any place in a row."""
    return [
        {
            "username": row.user.username,
            "name": str(row.user),
            "unit": row.post.unit.code,
            "role": row.post.role,
            "score": row.result.score,
            "figures": [
                {
                    "code": figure.reading.row.code,
                    "title": figure.reading.title,
                    "formula": figure.reading.formula,
                    "weight": figure.reading.row.weight,
                    "count": figure.count,
                    "of": figure.of,
                    "value": figure.value,
                    "score": figure.score,
                }
                for figure in row.result.figures
            ],
        }
        for row in rows
    ]
