"""Word that what waits outdoors has changed: a survey, a round, a visit.

They stand in no event log; the list of tasks hears of them over the stream and asks
again through its reader's scope.
"""

from collections.abc import Iterable
from uuid import UUID

from accounts.models import Unit
from cases.live_word import tell

KIND = "errand"


def tell_errand(uuid: UUID, units: Iterable[int | None]) -> None:
    """Something changed for whoever works in these streets and communities, and for the
    district above: two statements, heard when the transaction commits."""
    keys = {key for key in units if key is not None}
    above = Unit.objects.filter(pk__in=keys).values_list("parent", flat=True)
    tell(KIND, uuid, {*keys, *(key for key in above if key is not None)})
