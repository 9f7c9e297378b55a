"""The classes that somebody most likely means: what he and his neighbours report."""

from collections import Counter

from accounts.models import User
from cases.models import Case
from workflow.models import Category, Scope

SHOWN = 8
# How far back to look, so that it costs the same with a million cases.
OWN_LATEST, UNIT_LATEST = 60, 200
# One's own report says more of what comes next than a neighbour's.
OWN_WEIGHT = 4


def most_used_categories(user: User) -> list[Category]:
    """At most eight: by this person, then around him, then any with a condition."""
    counts: Counter[int] = Counter()
    for category in _latest(-user.pk, OWN_LATEST):
        counts[category] += OWN_WEIGHT
    units = sorted({post.unit_id for post in user.posts})
    for unit in units:
        counts.update(_latest(unit, UNIT_LATEST))
    choosable = Category.objects.choosable()
    known = choosable.in_bulk(list(counts))
    found = [known[pk] for pk, _times in counts.most_common() if pk in known]
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
