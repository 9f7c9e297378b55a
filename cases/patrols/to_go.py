"""Today's rounds in the one list of tasks: a card a patrol, its cells on the map."""

from collections import Counter
from datetime import date

from django.contrib.gis.db.models.functions import PointOnSurface
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases.field_ground import goes_out
from cases.models import Patrol, PatrolTick
from cases.patrols.coverage import acts_in
from cases.patrols.planning import own_cells
from cases.to_go import MOST, MOST_POINTS, Card, Found, task_kind
from layers.models import GridCell
from workflow.models import Phase


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
    rows = Patrol.objects.on_ground_of(user).going_on(today).order_by("-pk")
    found = list(rows.prefetch_related("cells__community")[: MOST * 2 + 1])
    patrols = found[: MOST * 2]
    left = _left(user, patrols, today)
    places = _places({code for codes in left.values() for code in codes})
    cards = [_card(row, left[row.pk], places) for row in patrols if left[row.pk]]
    more = len(cards) > MOST or len(found) > len(patrols)
    return Found(cards[:MOST], reverse("patrols:list") if more else "")


def _left(user: User, patrols: list[Patrol], today: date) -> dict[int, list[str]]:
    """By the patrol's key the cells still to be gone through: two queries for all."""
    mine = {row.pk: [cell.code for cell in own_cells(user, row)] for row in patrols}
    acts = acts_in({code for codes in mine.values() for code in codes}, [today])
    ticks = PatrolTick.objects.filter(patrol__in=mine, day=today)
    done = Counter(ticks.values_list("patrol", "cell"))
    return {
        row.pk: [
            code
            for code in mine[row.pk]
            if done[row.pk, code] + acts[code, today] < row.times
        ]
        for row in patrols
    }


def _places(codes: set[str]) -> dict[str, tuple[float, float]]:
    if not codes:
        return {}
    rows = GridCell.objects.valid_at(timezone.now()).filter(code__in=codes)
    found = rows.annotate(at=PointOnSurface("geometry")).values_list("code", "at")
    return {code: (at.x, at.y) for code, at in found}


def _card(
    patrol: Patrol, codes: list[str], places: dict[str, tuple[float, float]]
) -> Card:
    points = [places[code] for code in codes if code in places]
    return Card(
        key=str(patrol.uuid),
        title=patrol.title,
        url=reverse("patrols:one", args=[patrol.uuid]),
        action=_("Go round"),
        where=patrol.hint,
        detail=str(_("Cells left today: %(count)s") % {"count": len(codes)}),
        points=tuple(points[:MOST_POINTS]),
        day=timezone.localdate(),
    )
