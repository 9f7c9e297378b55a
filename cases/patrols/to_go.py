"""Today's rounds in the one list of tasks: a card a patrol, its cells on the map."""

from datetime import date
from typing import Any

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.field_ground import field_units, goes_out
from cases.models import Patrol, PatrolCell, PatrolTick
from cases.patrols.coverage import acts_in
from cases.to_go import MOST, MOST_POINTS, Card, Found, task_kind
from govmap.lib.geo import SRID
from layers.models import GridCell
from workflow.models import Phase

MOST_CELLS = 600  # of all patrols of a day on one ground


@task_kind(
    "patrol",
    40,
    title=_("Round"),
    glyph="walk",
    phase=Phase.RESOLVE,
    may=goes_out,
)
def rounds(user: User) -> Found:
    """Patrols of today with cells on his ground that nobody has gone through yet."""
    today = timezone.localdate()
    cells = _own_cells(user, today)
    acts = acts_in({cell.code for cell in cells}, [today])
    left: dict[int, list[Any]] = {}
    for cell in cells:
        if cell.ticked + acts[cell.code, today] < cell.patrol.times:
            left.setdefault(cell.patrol_id, []).append(cell)
    cards = [_card(rows[0].patrol, rows) for rows in left.values()]
    more = len(cards) > MOST or len(cells) > MOST_CELLS
    return Found(cards[:MOST], reverse("patrols:list") if more else "")


def _own_cells(user: User, today: date) -> list[Any]:
    """The cells of today's patrols on his ground, each with its patrol, where it lies
    and how often it was ticked off today: one query."""
    ticks = PatrolTick.objects.filter(
        patrol=OuterRef("patrol"), cell=OuterRef("code"), day=today
    )
    grids = GridCell.objects.valid_at(timezone.now()).filter(code=OuterRef("code"))
    places = grids.annotate(at=PointOnSurface("geometry")).values("at")[:1]
    count = ticks.order_by().values("cell").annotate(count=Count("pk")).values("count")
    rows = PatrolCell.objects.filter(patrol__in=Patrol.objects.going_on(today))
    ground = field_units(user)
    if not ground.whole:
        units = sorted(ground.units)
        rows = rows.filter(Q(community__in=units) | Q(community__parent__in=units))
    rows = rows.annotate(
        ticked=Coalesce(Subquery(count), 0),
        at=Subquery(places, output_field=PointField(srid=SRID)),
    )
    ordered = rows.select_related("patrol").order_by("-patrol", "code")
    return list(ordered[: MOST_CELLS + 1])


def _card(patrol: Patrol, cells: list[Any]) -> Card:
    points = [(cell.at.x, cell.at.y) for cell in cells if cell.at]
    return Card(
        key=str(patrol.uuid),
        title=patrol.title,
        url=reverse("patrols:one", args=[patrol.uuid]),
        action=_("Go round"),
        where=patrol.hint,
        detail=str(_("Cells left today: %(count)s") % {"count": len(cells)}),
        points=tuple(points[:MOST_POINTS]),
        day=timezone.localdate(),
    )
