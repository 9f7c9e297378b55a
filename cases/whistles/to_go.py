"""Whistles that wait for somebody, in his one list of tasks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import DISPOSES, Role
from cases.models import Whistle
from cases.models.whistle import add_clocks
from cases.to_go import MOST, Card, Found, task_kind
from workflow.models import Phase, Transition
from workflow.rights import open_moves

REPORTS_BACK = "report_call"  # the effect of what a unit owes after it was there
# Who comes when called, and whoever is at the spot and sees who came.
COMES = DISPOSES | {Role.GRID_WORKER, Role.COMMUNITY_WORKER}


def comes(user: User) -> bool:
    return user.has_role(*COMES)


@task_kind(
    "whistle",
    10,
    title=_("Whistle"),
    glyph="speakerphone",
    phase=Phase.DISPATCH,
    may=comes,
)
def whistles(user: User) -> Found:
    """Those that have been blown and whose next step is open to him."""
    rows = Whistle.objects.visible_to(user).open().listed().order_by("appear_by", "pk")
    found = list(rows[: MOST + 1])
    moves = open_moves(found, user, roles={str(role) for role in COMES} & user.roles)
    wanted = [(row, next(filter(_waits, moves[row.pk]), None)) for row in found]
    mine = [(row, move) for row, move in wanted if move is not None]
    add_clocks(row for row, _move in mine)
    cards = [_card(row, move) for row, move in mine[:MOST]]
    return Found(cards, reverse("whistles:list") if len(found) > MOST else "")


def _waits(move: Transition) -> bool:
    """Not what could be done besides, as taking a wrong tap back."""
    return move.primary or REPORTS_BACK in move.effects


def _card(row: Whistle, move: Transition) -> Card:
    place = ((row.place.x, row.place.y),) if row.place else ()
    units = "、".join(str(call.unit) for call in row.parts() if not call.arrived_at)
    return Card(
        key=str(row.uuid),
        title=str(row.occasion),
        url=f"{reverse('whistles:whistle', args=[row.uuid])}?move={move.verb}",
        action=move.label,
        where=row.address,
        detail=str(_("Awaited: %(units)s") % {"units": units}) if units else "",
        points=place,
        clock=row.clock,  # type: ignore[attr-defined]
    )
