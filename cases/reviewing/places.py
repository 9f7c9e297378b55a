"""Where and when the evidence of a case came about, for whoever reviews it.

Photos tell their own place and time where the camera wrote it, a check tells where the
worker stood. What does not fit is said in words and forbids nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from cases.case_steps import CaseStep
from cases.dossier import Dossier
from cases.evidence_checks import metres_between
from workflow.models import Attachment

# One sign for each pin; what comes after them stands in the table alone.
SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass
class Spot:
    """A photo, or where somebody stood. ``place``: longitude, latitude (WGS 84)."""

    title: str
    at: datetime | None
    place: list[float] | None
    photo: Attachment | None = None
    metres: float | None = None  # from the place of the case
    accuracy: float | None = None
    sign: str = ""

    @property
    def distance(self) -> str:
        if self.metres is None:
            return ""
        if self.metres < 1000:
            return _("%(metres)s m") % {"metres": round(self.metres)}
        return _("%(kilometres)s km") % {"kilometres": f"{self.metres / 1000:.1f}"}


@dataclass
class Moment:
    """One step with what proves it."""

    step: CaseStep
    spots: list[Spot] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        return self.step.warnings


def moments_of(dossier: Dossier) -> list[Moment]:
    """The steps that came with photos or a position, the first first."""
    found = []
    for step in dossier.history:
        spots = list(_spots(step))
        if spots:
            found.append(Moment(step, spots))  # type: ignore[arg-type]
    _mark(dossier, found)
    return found


def _mark(dossier: Dossier, moments: list[Moment]) -> None:
    signs, centre = iter(SIGNS), dossier.case.place
    for spot in chain.from_iterable(moment.spots for moment in moments):
        if spot.place is not None:
            spot.sign = next(signs, "")
            if centre is not None:
                spot.metres = metres_between(centre, spot.place)


def _spots(step: Any) -> Iterator[Spot]:
    many = len(step.photos) > 1
    for number, photo in enumerate(step.photos, start=1):
        title = _("Photo %(number)s") % {"number": number} if many else _("Photo")
        yield Spot(title, photo.taken_at, photo.taken_where, photo)
    remark = getattr(step.event, "remark", None)
    if remark and remark.position:
        lon, lat, accuracy = remark.position
        title = _("Where the worker stood")
        yield Spot(title, step.event.happened_at, [lon, lat], accuracy=accuracy)
