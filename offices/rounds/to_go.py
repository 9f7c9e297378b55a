"""Due visits in the one list of tasks: a card a household, whatever modules ask."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.to_go import MOST, Card, Found, LonLat, task_kind
from offices.models import Building, Dwelling, Organization
from offices.parts import Item, Mine, goes_round
from offices.rounds.round_parts import VISITS, visits
from workflow.models import Phase


@task_kind(
    "visit",
    20,
    title=_("Visit due"),
    glyph="door-enter",
    phase=Phase.VERIFY,
    may=goes_round,
)
def due_visits(user: Any) -> Found:
    """As the page of one's own cells lists them, with where each door is."""
    part = visits(Mine(user), "", MOST)
    cards = [_card(item, _place(item.ask.about)) for item in part.items]
    rest = f"{reverse('rounds:mine')}?part={VISITS}" if part.after else ""
    return Found(cards, rest)


def _card(item: Item, place: LonLat | None) -> Card:
    return Card(
        key=item.ask.uuid,
        title=item.title,
        url=item.url,
        action=_("Visited"),
        where=item.ask.where,
        detail=item.ask.reasons,
        points=(place,) if place else (),
        day=item.day,
        form="offices/rounds/_visit.html",
        ask=item.ask,
    )


def _place(row: Any) -> LonLat | None:
    """Where its house stands; of a person or a household where they live. The houses
    come along with the visits."""
    if isinstance(row, Organization | Building):
        at = row.place
    else:
        door = row if isinstance(row, Dwelling) else row.dwelling
        at = door.building.place if door else None
    return (at.x, at.y) if at else None
