"""What goes on: the last events, the open whistles. No actor, no word, no address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse

from accounts.models import Unit
from cases.models import Case, Whistle, WhistleCall, WhistleOccasion
from cases.models.whistle import add_clocks
from cases.wall.ground import Ground, short_name
from govmap.lib.times import light_of
from workflow.models import Category, Event, Phase, Transition
from workflow.models.process import moves_of, states_of

TICKS = 24  # lines of the ticker
WINDOW = 3000  # events that are looked through for them, so that it stays quick
WHISTLES = 12


@dataclass(frozen=True)
class Tick:
    """One event: when, in which community, of which class, what was done."""

    id: int
    at: datetime
    area: str
    what: str
    deed: str
    phase: str
    urgent: bool
    address: str


# Of the case or the whistle only what says where and what, never who. What no move did
# (a comment, a limit worked out anew) has a point in its name, and is nobody's news.
TICK_ROWS = """
SELECT e.id, e.kind, e.subject_uuid, e.process_id, e.verb, e.to_state, e.happened_at,
    s.street_id, s.community_id, s.category_id, s.occasion_id, s.urgent
FROM workflow_event e JOIN LATERAL (
    SELECT street_id, community_id, category_id, NULL::bigint AS occasion_id, urgent
    FROM cases_case WHERE e.kind = %(case)s AND id = e.subject_id
    UNION ALL
    SELECT street_id, community_id, NULL, occasion_id, false
    FROM cases_whistle WHERE e.kind = %(whistle)s AND id = e.subject_id
) AS s ON true
WHERE e.id > %(since)s AND e.kind IN (%(case)s, %(whistle)s)
    AND strpos(e.verb, '.') = 0
    AND (%(street)s::bigint IS NULL OR s.street_id = %(street)s)
ORDER BY e.id DESC LIMIT %(most)s
"""


def ticks_of(ground: Ground, last: int) -> list[Tick]:
    """The newest first; ``last``: the id of the last event. Four queries."""
    values: dict[str, Any] = {
        "case": Case.KIND,
        "whistle": Whistle.KIND,
        "since": last - WINDOW,
        "street": ground.street,
        "most": TICKS,
    }
    with connection.cursor() as cursor:
        cursor.execute(TICK_ROWS, values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return _told(ground, rows)


def _told(ground: Ground, rows: list[dict[str, Any]]) -> list[Tick]:
    def wanted(name: str) -> set[int]:
        return {row[name] for row in rows if row[name] is not None}

    units = Unit.objects.in_bulk(wanted("street_id") | wanted("community_id"))
    classes = Category.objects.in_bulk(wanted("category_id"))
    occasions = WhistleOccasion.objects.in_bulk(wanted("occasion_id"))
    found = []
    for row in rows:
        is_case = row["kind"] == Case.KIND
        page = "cases:case" if is_case else Whistle.PAGE
        what = classes.get(row["category_id"]) or occasions.get(row["occasion_id"])
        found.append(
            Tick(
                id=row["id"],
                at=row["happened_at"],
                area=_area(
                    ground,
                    units,
                    street=row["street_id"],
                    community=row["community_id"],
                ),
                what=str(what or ""),
                deed=_deed(row["process_id"], row["verb"]),
                phase=_phase(row["process_id"], row["to_state"]),
                urgent=row["urgent"] or not is_case,
                address=reverse(page, args=[row["subject_uuid"]]),
            )
        )
    return found


def _area(
    ground: Ground, units: dict[int, Unit], *, street: int | None, community: int | None
) -> str:
    """Street and community; on a street's wall the community alone."""
    ids = [street, community] if ground.is_district else [community or street]
    return " ".join(short_name(units[pk]) for pk in ids if pk in units)


def _deed(process: int, verb: str) -> str:
    """The move in the process's words."""
    moves: dict[str, Transition] = {move.verb: move for move in moves_of(process)}
    return moves[verb].label if verb in moves else ""


def _phase(process: int, code: str) -> str:
    states = {state.code: state.phase for state in states_of(process)}
    return states.get(code, Phase.COLLECT)


@dataclass(frozen=True)
class Call:
    """One called unit, and how far it has come."""

    unit: str
    step: str  # called, signed, arrived, reported
    late: bool


@dataclass(frozen=True)
class OpenWhistle:
    """A whistle that is blown and not ended."""

    uuid: UUID
    occasion: str
    area: str
    blown_at: datetime
    appear_by: datetime
    light: str
    calls: list[Call]
    address: str

    @property
    def there(self) -> int:
        return sum(call.step in {ARRIVED, REPORTED} for call in self.calls)

    @property
    def all_there(self) -> bool:
        return self.there == len(self.calls)


CALLED, SIGNED, ARRIVED, REPORTED = "called", "signed_in", "arrived", "reported_back"


def whistles_of(ground: Ground, now: datetime) -> list[OpenWhistle]:
    """Those whose called are awaited first; five queries."""
    rows = Whistle.objects.open().order_by("-pk")
    if ground.street:
        rows = rows.filter(street=ground.street)
    found = list(rows.listed()[:WHISTLES])
    add_clocks(found)
    told = [_whistle(ground, row, now) for row in found]
    return sorted(told, key=lambda row: (row.all_there, row.appear_by))


def _whistle(ground: Ground, row: Whistle, now: datetime) -> OpenWhistle:
    units = {unit.pk: unit for unit in (row.street, row.community) if unit}
    clock = row.clock  # type: ignore[attr-defined]
    assert row.blown_at
    return OpenWhistle(
        uuid=row.uuid,
        occasion=str(row.occasion),
        area=_area(ground, units, street=row.street_id, community=row.community_id),
        blown_at=row.blown_at,
        appear_by=row.appear_by,
        light=light_of(clock, now) if clock else "",
        calls=[
            Call(str(call.unit), _step(call), call.is_late(now))
            for call in row.parts()
            if call.called_at
        ],
        address=reverse(Whistle.PAGE, args=[row.uuid]),
    )


def _step(call: WhistleCall) -> str:
    if call.reported_at:
        return REPORTED
    if call.arrived_at:
        return ARRIVED
    return SIGNED if call.signed_at else CALLED


def last_event() -> int:
    return Event.objects.last_id()
