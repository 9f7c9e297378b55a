"""Which matters may be on an agenda, and moving them on and off it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from accounts.robots import robot
from cases.models import AgendaItem, Case, Conference, Matter
from govmap.lib.errors import Conflict
from workflow.engine import act
from workflow.models import Transition
from workflow.own_events import name_of
from workflow.scope import concern

# Effects by which processes say which of a matter's moves the system does.
ENTERS, LEAVES = "enter_conference", "leave_conference"
INVITED = "invited"  # why a unit sees a matter


class OnOtherAgenda(Conflict):
    """Somebody else called a conference over it meanwhile."""

    message = gettext_noop(
        "“%(matter)s” waits for no conference any more. Choose the agenda again."
    )


def may_be_discussed(conference: Conference, user: User) -> QuerySet[Matter]:
    """Those of the calling unit's ground and level that wait for one, and its own."""
    seen = Matter.objects.visible_to(user)
    waits = Q(pk__in=[row.pk for row in waiting(seen, conference.host)])
    on_it = Q(agenda_items__conference=conference.pk) if conference.pk else Q(pk=None)
    return seen.filter(waits | on_it).distinct()


def waiting(seen: QuerySet[Matter], host: Unit) -> list[Matter]:
    """The open matters that a conference of this unit could take up now."""
    rows = seen.filter(ended_at__isnull=True).select_related("sort", "street")
    rows = rows.filter(_of(host)).order_by("-pk")[:500]
    return [row for row in rows if move_with(row, ENTERS)]


def _of(host: Unit) -> Q:
    """小事不出社区、大事不出街道、难事区内统筹: each level over its own."""
    if host.kind == Unit.Kind.COMMUNITY:
        return Q(community=host, level=Case.Level.COMMUNITY)
    if host.kind == Unit.Kind.STREET:
        return Q(street=host) & ~Q(level=Case.Level.DISTRICT)
    return Q(level=Case.Level.DISTRICT)


def move_with(matter: Matter, effect: str) -> Transition | None:
    """The move from where the matter stands that the system does, by its effect."""
    for move in matter.moves_from_here():
        if move.auto and effect in move.effects:
            return move
    return None


def put_on(conference: Conference, matters: list[Matter], moment: datetime) -> None:
    """Make this the agenda: what is new enters, what is left out waits again.

    Of what was decided already nothing is taken off. Raises OnOtherAgenda. Called
    within an act: it writes events, so that act locks no row after it.
    """
    items = {item.matter_id: item for item in conference.agenda()}
    wanted = [row.pk for row in matters]
    again = [pk for pk in wanted if pk in items and _is_put_off(items[pk])]
    kept = [pk for pk, item in items.items() if item.result or pk in wanted]
    order = [*(pk for pk in kept if pk not in wanted), *wanted]
    locked = lock([*wanted, *items])
    # Nobody else's row is locked below, for writing an event locks the record.
    for pk, item in items.items():
        if pk not in kept:
            item.delete()
    for number, pk in enumerate(order, start=1):
        AgendaItem.objects.update_or_create(
            conference=conference,
            matter_id=pk,
            defaults={"order": number, **({"result": ""} if pk in again else {})},
        )
    for pk in wanted:
        if pk not in items or pk in again:
            _enter(conference, locked[pk], moment)
    leave(conference, [locked[pk] for pk in items if pk not in kept], moment)
    conference.forget_parts()


def _is_put_off(item: AgendaItem) -> bool:
    return item.result == AgendaItem.Result.PUT_OFF


def lock(keys: Iterable[int]) -> dict[int, Matter]:
    """The matters, locked in the order of their keys until the transaction ends."""
    rows = Matter.objects.select_for_update().filter(pk__in=list(keys))
    return {row.pk: row for row in rows.order_by("pk")}


def leave(conference: Conference, matters: Iterable[Matter], moment: datetime) -> None:
    """The matters that still stand on this agenda wait for another conference."""
    for matter in matters:
        if matter.conference_id == conference.pk and move_with(matter, LEAVES):
            _go(conference, matter, LEAVES, moment)


def _enter(conference: Conference, matter: Matter, moment: datetime) -> None:
    if move_with(matter, ENTERS) is None:
        raise OnOtherAgenda(matter=matter)
    Matter.objects.filter(pk=matter.pk).update(conference=conference)
    concern(matter, why=INVITED, units=conference.related_units("invited"))
    _go(conference, matter, ENTERS, moment)


def _go(conference: Conference, matter: Matter, effect: str, moment: datetime) -> None:
    """In the system's name; sent again it is the same act."""
    act_id = name_of(effect, conference.pk, conference.events_count, matter.pk)
    go_by_itself(matter, effect, act_id, moment)


def go_by_itself(matter: Matter, effect: str, act_id: UUID, moment: datetime) -> None:
    """The matter's move with that effect, which the system does at that moment."""
    move = move_with(matter, effect)
    assert move, f"{matter.process} has no move of its own with {effect}"
    act(matter, move.verb, by=robot(), act_id=act_id, happened_at=moment)
