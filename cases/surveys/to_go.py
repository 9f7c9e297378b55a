"""Surveys in the one list of tasks: a card a survey, all its places on the map."""

from collections import defaultdict

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


@task_kind(
    "survey",
    30,
    title=_("Survey"),
    glyph="clipboard-check",
    phase=Phase.COLLECT,
    may=goes_out,
)
def surveys(user: User) -> Found:
    """Those that run and have something left on the person's ground: two queries."""
    today = timezone.localdate()
    left = SurveyItem.objects.on_ground_of(user).left()
    running = Survey.objects.running(today).filter(pk__in=left.values("survey"))
    rows = list(running.order_by("ends_on", "pk")[: MOST + 1])
    counts, places = _counted(left.filter(survey__in=rows[:MOST]))
    # What a colleague has finished meanwhile is left out.
    cards = [
        _card(row, counts[row.pk], places[row.pk])
        for row in rows[:MOST]
        if row.pk in counts
    ]
    return Found(cards, reverse("surveys:list") if len(rows) > MOST else "")


def _counted(
    left: QuerySet[SurveyItem],
) -> tuple[dict[int, int], dict[int, list[LonLat]]]:
    """By the survey's key how many, and as many places as a card shows: one query."""
    order = Window(RowNumber(), partition_by="survey", order_by=("cell", "pk"))
    whole = Window(Count("pk"), partition_by="survey")
    first = left.annotate(number=order, count=whole).filter(number__lte=MOST_POINTS)
    rows = first.order_by("survey", "number").values_list("survey", "count", "place")
    counts: dict[int, int] = {}
    places = defaultdict[int, list[LonLat]](list)
    for survey, count, place in rows:
        counts[survey] = count
        places[survey].append((place.x, place.y))
    return counts, places


def _card(row: Survey, count: int, places: list[LonLat]) -> Card:
    return Card(
        key=str(row.uuid),
        title=row.title,
        url=reverse("surveys:one", args=[row.uuid]),
        action=_("Go through them"),
        detail=str(_("Left on your ground: %(count)s") % {"count": count}),
        points=tuple(places),
        day=row.ends_on,
    )
