"""What a case's moves do besides moving it, under the names that processes use."""

from datetime import datetime
from typing import Any, cast

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit
from cases.locating import locate, street_of
from cases.models import Case, Serial
from cases.openings import source_of
from govmap.lib.errors import BadInput
from workflow.effects import Doing, effect
from workflow.models import Condition


class NoStreet(BadInput):
    """Nothing says which street the case is of."""

    message = gettext_noop(
        "Nothing says where this is: give the place, or choose the street."
    )


class NoPhoto(BadInput):
    """The class asks for a photo, and there is none."""

    message = gettext_noop("“%(category)s” needs a photo. Take one and send again.")


@effect("open_case", fills=True, words=gettext_lazy("a new case, with its number"))
def open_case(doing: Doing) -> None:
    """A new case: what it is, where it lies, and the number people call it by."""
    case, values = cast(Case, doing.row), doing.given.values
    category = values["category"]
    # Who was only told of it has no photo.
    seen = "photos" in doing.move.evidence and "source" not in doing.move.evidence
    if category.photo and seen and not doing.given.photos:
        raise NoPhoto(category=category)
    lies = _where(doing)
    doing.set(
        category=category,
        address=values.get("address", ""),
        source=values.get("source") or source_of(doing.post.role),
        urgent=bool(values.get("urgent")) or category.urgent,
        number=next_number(lies["street"], case.reported_at),
        **lies,
    )


def _where(doing: Doing) -> dict[str, Any]:
    """The columns that say where it lies.

    Without a place, as a caller may leave it, a street that was named or the actor's
    own has it. Raises NoStreet.
    """
    if "place" not in doing.given.values:
        street = doing.given.values.get("street") or street_of(doing.by)
        if street is None:
            raise NoStreet
        return {"street": street, "edge": Case.Edge.NO_PLACE}
    place, accuracy = doing.given.values["place"]
    found = locate(place, doing.moment, doing.by)
    return {
        "place": place,
        "accuracy": accuracy,
        "edge": found.edge,
        "edge_distance": found.distance,
        "cell": found.cell,
        "community": found.community,
        "street": found.street,
    }


def next_number(street: Unit, moment: datetime) -> str:
    """District code, day and serial of the day: ``110102 20261121 00001``.

    The serial's row stays locked until the transaction ends, so none is used twice.
    """
    day = timezone.localdate(moment)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Serial._meta.db_table} (district_id, day, last)"
            " VALUES (%s, %s, 1) ON CONFLICT (district_id, day)"
            " DO UPDATE SET last = cases_serial.last + 1 RETURNING last",
            [street.parent_id, day],
        )
        (serial,) = cursor.fetchone()
    return f"{street.code[:6]}{day:%Y%m%d}{serial:05d}"


@effect("set_condition", words=gettext_lazy("sets class and filing condition"))
def set_condition(doing: Doing) -> None:
    """The desk's condition stands; its class corrects the reporter's."""
    condition: Condition = doing.given.values["condition"]
    doing.set(condition=condition, category=condition.category)


@effect("on_the_spot", words=gettext_lazy("settled by who reported it"))
def on_the_spot(doing: Doing) -> None:
    """自行处置: marks the move that a report may bring (`cases.on_the_spot`)."""
