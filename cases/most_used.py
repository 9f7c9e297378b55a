"""The classes that somebody most likely means: usual with him, around him, here, now.

What the words of the note say is looked at on the phone (static/cases/class-picker),
for that needs no network.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.models import Case
from layers.models import GridCell
from workflow.models import Category, Scope

SHOWN = 8
SHOWN_HERE = 3
# How far back to look, so that it costs the same with a million cases.
OWN_LATEST, UNIT_LATEST, ALL_LATEST, CELL_LATEST = 60, 200, 200, 60
# What was reported at this hour of the day, give or take one, counts more.
THIS_HOUR = 3

Seen = tuple[int | None, datetime]  # a class, and when it was seen


def most_used_categories(user: User) -> list[Category]:
    """At most eight: what he reports most, then those around him, then everybody.

    Each of them weighs more what is reported at this hour.
    """
    now = timezone.now()
    own = weighed(_latest(-user.pk, OWN_LATEST), now)
    around: Counter[int] = Counter()
    for unit in sorted({post.unit_id for post in user.posts}):
        around.update(weighed(_latest(unit, UNIT_LATEST), now))
    latest = Case.objects.order_by("-pk").values_list("category_id", "reported_at")
    everywhere = weighed(latest[:ALL_LATEST], now)
    ranked = sorted(
        own.keys() | around.keys() | everywhere.keys(),
        key=lambda pk: (-own[pk], -around[pk], -everywhere[pk], pk),
    )
    choosable = Category.objects.choosable()
    known = choosable.in_bulk(ranked)
    found = [known[pk] for pk in ranked if pk in known]
    if len(found) < SHOWN:
        # Events are what people report, parts are two in a hundred.
        usual = choosable.filter(conditions__isnull=False, kind=Category.Kind.EVENT)
        rest = usual.exclude(pk__in=known).order_by("code").distinct()
        found += rest[: SHOWN - len(found)]
    return found[:SHOWN]


def usual_here(cell: GridCell | None) -> list[int]:
    """Keys of the classes most reported in this cell, above all at this hour."""
    if cell is None:
        return []
    rows = Case.objects.filter(cell=cell).order_by((F("pk") * -1).asc())
    counted = weighed(
        rows.values_list("category_id", "reported_at")[:CELL_LATEST], timezone.now()
    )
    return [pk for pk, _weight in counted.most_common(SHOWN_HERE)]


def weighed(seen: Iterable[Seen], now: datetime) -> Counter[int]:
    """How often each class was seen; at this hour of the day it counts more."""
    hour = timezone.localtime(now).hour
    found: Counter[int] = Counter()
    for category, moment in seen:
        if category is not None:
            apart = abs(timezone.localtime(moment).hour - hour)
            found[category] += THIS_HOUR if min(apart, 24 - apart) <= 1 else 1
    return found


def _latest(holder: int, most: int) -> QuerySet[Case, Seen]:
    """Of the last cases that concern this unit, or this person (negative)."""
    last = Scope.objects.filter(kind=Case.KIND, holder=holder, why="own")
    ids = last.order_by("-subject_id").values("subject_id")[:most]
    return Case.objects.filter(pk__in=ids).values_list("category_id", "reported_at")
