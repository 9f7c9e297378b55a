"""Surveys in the one list of tasks: a card a survey, all its places on the map."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.field_ground import goes_out
from cases.models import Survey, SurveyItem
from cases.to_go import MOST, MOST_POINTS, Card, Found, LonLat, task_kind
from workflow.models import Phase

Key = tuple[Any, ...]  # uuid, title, last day and how many are left


@task_kind(
    "survey",
    30,
    title=_("Survey"),
    glyph="clipboard-check",
    phase=Phase.COLLECT,
    may=goes_out,
)
def surveys(user: User) -> Found:
    """Those that run and have something left on the person's ground: one query."""
    running = Survey.objects.running(timezone.localdate())
    left = SurveyItem.objects.on_ground_of(user).left().filter(survey__in=running)
    found: dict[Key, list[LonLat]] = defaultdict(list)
    for *key, place in _first(left):
        found[tuple(key)].append((place.x, place.y))
    cards = [_card(key, places) for key, places in list(found.items())[:MOST]]
    return Found(cards, reverse("surveys:list") if len(found) > MOST else "")


def _first(left: QuerySet[SurveyItem]) -> Iterable[Any]:
    """What ends first before the rest, with as many places as a card shows."""
    order = Window(RowNumber(), partition_by="survey", order_by=("cell", "pk"))
    whole = Window(Count("pk"), partition_by="survey")
    first = left.annotate(number=order, count=whole).filter(number__lte=MOST_POINTS)
    rows = first.order_by("survey__ends_on", "survey", "number")
    named = ("survey__uuid", "survey__title", "survey__ends_on", "count")
    return rows.values_list(*named, "place")


def _card(key: Key, places: list[LonLat]) -> Card:
    uuid, title, ends_on, count = key
    return Card(
        key=str(uuid),
        title=title,
        url=reverse("surveys:one", args=[uuid]),
        action=_("Go through them"),
        detail=str(_("Left on your ground: %(count)s") % {"count": count}),
        points=tuple(places),
        day=ends_on,
    )
