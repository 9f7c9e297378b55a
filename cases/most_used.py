"""The classes that somebody most likely means: what he and his neighbours report."""

from collections import Counter

from accounts.models import User
from cases.models import Case
from workflow.models import Category, Scope

SHOWN = 8
# How far back to look, so that it costs the same with a million cases.
OWN_LATEST, UNIT_LATEST, ALL_LATEST = 60, 200, 200


def most_used_categories(user: User) -> list[Category]:
    """At most eight: what he reports most, then those around him, then everybody."""
    own = Counter(_latest(-user.pk, OWN_LATEST))
    around: Counter[int] = Counter()
    for unit in sorted({post.unit_id for post in user.posts}):
        around.update(_latest(unit, UNIT_LATEST))
    latest = Case.objects.order_by("-pk").values_list("category_id", flat=True)
    everywhere = Counter(latest[:ALL_LATEST])
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


def _latest(holder: int, most: int) -> list[int]:
    """Classes of the last cases that concern this unit, or this person (negative)."""
    last = Scope.objects.filter(kind=Case.KIND, holder=holder, why="own")
    ids = last.order_by("-subject_id").values("subject_id")[:most]
    return list(Case.objects.filter(pk__in=ids).values_list("category_id", flat=True))
