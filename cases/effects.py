"""What a case's moves do besides moving it, under the names that processes use."""

from datetime import datetime
from typing import cast

from django.db import connection
from django.utils import timezone

from accounts.models import Unit
from accounts.roles import Role
from cases.locating import locate
from cases.models import Assignment, Case, Serial
from workflow.effects import Doing, effect
from workflow.models import Condition
from workflow.scope import concern, release


@effect("open_case", fills=True)
def open_case(doing: Doing) -> None:
    """A new case: what it is, where it lies, and the number people call it by."""
    case, values = cast(Case, doing.row), doing.given.values
    place, accuracy = values["place"]
    found = locate(place, doing.moment, doing.by)
    doing.set(
        category=values["category"],
        address=values.get("address", ""),
        place=place,
        accuracy=accuracy,
        edge=found.edge,
        edge_distance=found.distance,
        cell=found.cell,
        community=found.community,
        street=found.street,
        source=values.get("source") or _source(doing.post.role),
        number=next_number(found.street, case.reported_at),
    )


def _source(role: str) -> str:
    """The code of a report that names no source, by whoever sent it."""
    return {Role.VOLUNTEER: "volunteer", Role.ACCEPTOR: "desk"}.get(
        Role(role), "field"
    )


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


@effect("set_condition")
def set_condition(doing: Doing) -> None:
    """The desk's condition stands; its class corrects the reporter's."""
    condition: Condition = doing.given.values["condition"]
    doing.set(condition=condition, category=condition.category)


@effect("assign_host")
def assign_host(doing: Doing) -> None:
    """One unit becomes the host 主办 and sees the case from now on."""
    case, unit = cast(Case, doing.row), doing.given.values["unit"]
    Assignment.objects.create(case=case, unit=unit, assigned_at=doing.moment)
    concern(case, why="host", units=[unit.pk])


@effect("sign_host")
def sign_host(doing: Doing) -> None:
    cast(Case, doing.row).assignments.running().update(signed_at=doing.moment)


@effect("finish_host")
def finish_host(doing: Doing) -> None:
    """The host fed back; it stays the host until the case is closed."""
    cast(Case, doing.row).assignments.running().update(done_at=doing.moment)


@effect("withdraw_host")
def withdraw_host(doing: Doing) -> None:
    """The case goes back to the desk, and the unit sees it no longer."""
    _end_assignments(doing)
    release(cast(Case, doing.row), why="host")


@effect("end_host")
def end_host(doing: Doing) -> None:
    """The host's part is over; it still sees what became of its work."""
    _end_assignments(doing)


def _end_assignments(doing: Doing) -> None:
    cast(Case, doing.row).assignments.running().update(ended_at=doing.moment)
