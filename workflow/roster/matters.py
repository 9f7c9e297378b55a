"""What is open when a shift ends: rooms above say what they know of.

A room that has something to hand over registers a source; this room knows none of
their kinds.
"""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from workflow.models import Handover, HandoverMatter, Phase
from workflow.subjects import SUBJECTS

NAMED_MOST = 200  # by one note; more are counted
LEFT = "left"  # nobody took it over before


@dataclass(frozen=True)
class Looking:
    """Whose open matters are looked for, by whom, and until when they are due."""

    unit: Unit
    user: User
    moment: datetime
    until: datetime


@dataclass(frozen=True)
class Matter:
    """One open matter. ``kind`` and ``uuid`` lead to its page."""

    kind: str
    uuid: UUID
    number: str
    label: str
    place: str = ""
    due_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True)
class Source:
    code: str
    title: str | Promise
    order: int
    find: Callable[[Looking], Iterable[Matter]]


_SOURCES: dict[str, Source] = {}


def source(
    code: str, title: str | Promise, *, order: int
) -> Callable[[Callable[[Looking], Iterable[Matter]]], Callable]:
    """Register a function that answers matters of one sort, the most pressing first."""

    def register(find: Callable[[Looking], Iterable[Matter]]) -> Callable:
        _SOURCES[code] = Source(code, title, order, find)
        return find

    return register


def title_of(code: str) -> str:
    if code == LEFT:
        return str(_("not taken over"))
    known = _SOURCES.get(code)
    return str(known.title) if known else code


def order_of(code: str) -> int:
    known = _SOURCES.get(code)
    return known.order if known else 0


def open_matters(looking: Looking) -> tuple[list[Matter], int]:
    """What is open, each matter once under what is most pressing about it, and how
    many there are at least beyond those named: no source tells more than it must."""
    found: dict[tuple[str, UUID], Matter] = {}
    for matter in left_over(looking.unit.pk):
        found.setdefault((matter.kind, matter.uuid), matter)
    for one in sorted(_SOURCES.values(), key=lambda row: row.order):
        for matter in one.find(looking):
            named = Matter(**{**matter.__dict__, "source": one.code})
            found.setdefault((matter.kind, matter.uuid), named)
    rows = list(found.values())
    return rows[:NAMED_MOST], max(0, len(rows) - NAMED_MOST)


def left_over(unit_id: int) -> list[Matter]:
    """What the last signed note named, nobody has taken over, and is open still.

    Of the notes before it that is all: each names what was left first of all.
    """
    signed = Handover.objects.filter(unit=unit_id, signed_at__isnull=False)
    last = signed.order_by("-pk").values("pk")[:1]
    rows = HandoverMatter.objects.filter(handover__in=last, taken_at=None)
    named = [_of(row) for row in rows]
    still = still_open({(row.kind, row.uuid) for row in named})
    return [row for row in named if (row.kind, row.uuid) in still]


def _of(row: HandoverMatter) -> Matter:
    return Matter(
        kind=row.kind,
        uuid=row.subject_uuid,
        number=row.number,
        label=row.label,
        place=row.place,
        due_at=row.due_at,
        source=LEFT,
    )


def still_open(named: set[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Those that have not come to their end: a query a kind."""
    found = set()
    for kind in {kind for kind, _uuid in named}:
        if model := SUBJECTS.get(kind):
            uuids = [uuid for one, uuid in named if one == kind]
            rows = model._default_manager.filter(uuid__in=uuids)
            rows = rows.exclude(state__phase=Phase.DONE)
            found |= {(kind, uuid) for uuid in rows.values_list("uuid", flat=True)}
    return found


def page_of(kind: str, uuid: UUID) -> str:
    """Where a matter is shown; empty where that is nowhere any more."""
    model = SUBJECTS.get(kind)
    if model:
        usual = f"{model._meta.app_label}:{kind}"
        with contextlib.suppress(NoReverseMatch):
            return reverse(getattr(model, "PAGE", usual), args=[uuid])
    return ""
