"""Due visits in the one list of tasks: a card a household, whatever modules ask."""

from collections.abc import Iterable, Iterator
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
    places = _places(item.ask.about for item in part.items)
    cards = [_card(item, places.get(item.ask.uuid)) for item in part.items]
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


def _places(entries: Iterable[Any]) -> dict[str, LonLat]:
    """By the entry's uuid, where its house stands: one query."""
    rows = list(entries)
    dwellings = {key for row in rows if (key := _dwelling_of(row)) is not None}
    houses = Dwelling.objects.filter(pk__in=dwellings).select_related("building")
    doors = {row.pk: row.building.place for row in houses}
    return dict(_placed(rows, doors))


def _placed(rows: list[Any], doors: dict[int, Any]) -> Iterator[tuple[str, LonLat]]:
    for row in rows:
        at = doors.get(_dwelling_of(row) or 0)
        if isinstance(row, Organization | Building):
            at = row.place
        if at is not None:
            yield str(row.uuid), (at.x, at.y)


def _dwelling_of(row: Any) -> int | None:
    """Its own key of a dwelling; of a person or a household where they live."""
    key = row.pk if isinstance(row, Dwelling) else getattr(row, "dwelling_id", None)
    return key if isinstance(key, int) else None
