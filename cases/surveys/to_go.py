"""Surveys in the one list of tasks: a card a survey, all its places on the map."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.field_ground import goes_out
from cases.models import Survey, SurveyItem
from cases.to_go import MOST, MOST_POINTS, Card, Found, task_kind
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
    places: dict[int, list[tuple[float, float]]] = {row.pk: [] for row in rows}
    found = left.filter(survey__in=rows[:MOST]).order_by("survey", "cell", "pk")
    for survey, place in found.values_list("survey", "place"):
        places[survey].append((place.x, place.y))
    cards = [_card(row, places[row.pk]) for row in rows[:MOST]]
    return Found(cards, reverse("surveys:list") if len(rows) > MOST else "")


def _card(row: Survey, places: list[tuple[float, float]]) -> Card:
    return Card(
        key=str(row.uuid),
        title=row.title,
        url=reverse("surveys:one", args=[row.uuid]),
        action=_("Go through them"),
        detail=str(_("Left on your ground: %(count)s") % {"count": len(places)}),
        points=tuple(places[:MOST_POINTS]),
        day=row.ends_on,
    )
