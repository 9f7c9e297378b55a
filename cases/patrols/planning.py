"""Planning rounds, ticking them off, and taking a wrong tick back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import Unit, User
from cases.errands import tell_errand
from cases.field_ground import field_units, units_to_plan_for
from cases.models import Patrol, PatrolCell, PatrolTick
from cases.models.patrol import MOST_TIMES
from cases.patrols.coverage import acts_in
from govmap.lib.errors import BadInput, Conflict, NotAllowed, NotFound
from govmap.lib.once import queue_behind_same
from layers.models import GridCell

MOST_CELLS = 300
WEEK = range(7)


class NoSuchCells(BadInput):
    """These cells are not on your ground: %(codes)s."""

    message = gettext_noop("These cells are not on your ground: %(codes)s.")


class NothingPlanned(BadInput):
    """Choose at least one cell, one day of the week, and 1 to 6 rounds a day."""

    message = gettext_noop(
        "Choose at least one cell, one day of the week, and 1 to 6 rounds a day."
    )


class TooManyCells(BadInput):
    """A patrol goes over at most 300 cells. Choose fewer, or plan two patrols."""

    message = gettext_noop(
        "A patrol goes over at most 300 cells. Choose fewer, or plan two patrols."
    )


class NotToday(Conflict):
    """Nobody goes round there today."""

    message = gettext_noop("Nobody goes round there today. Look at the plan again.")


@dataclass
class Plan:
    title: str
    cells: Sequence[str]  # codes
    days: Sequence[int]  # of the week, Monday is 0
    times: int
    starts_on: date
    hint: str = ""


@transaction.atomic
def plan(by: User, unit: Unit, uuid: UUID, said: Plan) -> Patrol:
    """Keep a patrol; sent again with the uuid, the same.

    Raises NotAllowed (403), NotFound (404), NothingPlanned, TooManyCells,
    NoSuchCells (400).
    """
    if unit.pk not in {one.pk for one in units_to_plan_for(by)}:
        raise NotAllowed
    queue_behind_same(uuid)
    if done := Patrol.objects.filter(uuid=uuid).first():
        if done.made_by_id != by.pk:
            raise NotFound
        return done
    days = sorted(set(said.days) & set(WEEK))
    codes = list(dict.fromkeys(said.cells))
    if not (said.title.strip() and days and codes and 1 <= said.times <= MOST_TIMES):
        raise NothingPlanned
    if len(codes) > MOST_CELLS:
        raise TooManyCells
    cells = _cells(unit, codes)
    patrol = Patrol.objects.create(
        uuid=uuid,
        title=said.title.strip()[:60],
        unit=unit,
        days=days,
        times=said.times,
        hint=said.hint.strip()[:200],
        starts_on=said.starts_on,
        made_by=by,
    )
    PatrolCell.objects.bulk_create(
        PatrolCell(patrol=patrol, code=cell.code, community_id=cell.community_id)
        for cell in cells
    )
    _tell(patrol, {cell.community_id for cell in cells})
    return patrol


def _tell(patrol: Patrol, communities: Iterable[int]) -> None:
    tell_errand(patrol.uuid, [*communities, patrol.unit_id])


def _cells(unit: Unit, codes: list[str]) -> list[GridCell]:
    rows = GridCell.objects.valid_at(timezone.now()).filter(code__in=codes)
    if unit.kind == Unit.Kind.STREET:
        rows = rows.filter(community__parent=unit)
    found = list(rows.only("code", "community"))
    missing = sorted(set(codes) - {cell.code for cell in found})
    if missing:
        raise NoSuchCells(codes="、".join(missing[:5]))
    return found


@transaction.atomic
def end(patrol: Patrol, by: User) -> Patrol:
    """From today on nobody goes round by it; what was covered stays."""
    if patrol.unit_id not in {unit.pk for unit in units_to_plan_for(by)}:
        raise NotAllowed
    if patrol.ended_on is None:
        patrol.ended_on = timezone.localdate()
        patrol.save(update_fields=["ended_on"])
        _tell(patrol, patrol.cells.values_list("community", flat=True).distinct())
    return patrol


def own_cells(user: User, patrol: Patrol) -> list[PatrolCell]:
    """The patrol's cells on the person's work grid."""
    ground = field_units(user)
    rows = patrol.cells.all()
    if "cells" not in getattr(patrol, "_prefetched_objects_cache", {}):
        rows = rows.select_related("community")
    if ground.whole:
        return list(rows)
    return [
        cell
        for cell in rows
        if ground.holds(cell.community_id, cell.community.parent_id)
    ]


@transaction.atomic
def tick(
    patrol: Patrol, code: str, by: User, uuid: UUID, day: date | None = None
) -> None:
    """One more round of the cell was made; who made it is not written down.

    ``day`` where the tick waited on a phone, else today. Sent again with the uuid it
    is the same round. Raises NotFound (404) for a cell of somebody else's ground,
    NotToday (409).
    """
    _own(patrol, code, by)
    today = day or timezone.localdate()
    if not patrol.goes_on(today):
        raise NotToday
    _lock(patrol)
    if PatrolTick.objects.filter(uuid=uuid).exists():
        return
    made = PatrolTick.objects.filter(patrol=patrol, cell=code, day=today).count()
    besides = acts_in([code], [today])[code, today]
    if made + besides < patrol.times:
        PatrolTick.objects.create(
            uuid=uuid, patrol=patrol, cell=code, day=today, number=made + 1
        )
        _tell(patrol, _community_of(patrol, code))


@transaction.atomic
def untick(patrol: Patrol, code: str, by: User, uuid: UUID) -> None:
    """The last tick of its day was a wrong tap.

    ``uuid`` is of that tick, also where midnight has passed since: sent again it takes
    back no other.
    """
    _own(patrol, code, by)
    _lock(patrol)
    rows = PatrolTick.objects.filter(patrol=patrol, cell=code)
    made = rows.filter(uuid=uuid).first()
    if made and not rows.filter(day=made.day, number__gt=made.number).exists():
        made.delete()
        _tell(patrol, _community_of(patrol, code))


def _community_of(patrol: Patrol, code: str) -> list[int]:
    rows = patrol.cells.filter(code=code)
    return list(rows.values_list("community", flat=True))


def last_ticks(patrol: Patrol) -> dict[str, UUID]:
    """By the cell's code the last tick of today."""
    rows = PatrolTick.objects.filter(patrol=patrol, day=timezone.localdate())
    return dict(rows.order_by("number").values_list("cell", "uuid"))


def _lock(patrol: Patrol) -> None:
    """Ticks of a patrol are written one after another: their numbers are 1 to n."""
    Patrol.objects.select_for_update().get(pk=patrol.pk)


def _own(patrol: Patrol, code: str, by: User) -> None:
    if code not in {cell.code for cell in own_cells(by, patrol)}:
        raise NotFound
