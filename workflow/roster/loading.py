"""Shifts in a site package: roster.json, in and out again.

``{"kinds": [{"code", "title", "starts", "ends", "retired"}], "weekly": [{"unit",
"kind", "weekdays", "person", "part"}]}``. A site that brings no kinds gets the usual
ones, once. ``weekly`` is how a unit's weeks usually look, with people by their user
names: it fills this week and the next two of a unit that has no roster at all.
"""

from collections.abc import Callable, Iterable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Unit, User
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.kind_loading import KindFile
from workflow.models import PaperTemplate, Shift, ShiftKind
from workflow.papers import loading as papers_loading
from workflow.roster.papers import HandoverPapers

NAME = "roster.json"
USUAL = Path(__file__).with_name("usual.json")
PAPERS = Path(__file__).parent / "papers_usual"
WEEKS = 3


@transaction.atomic
def load(folder: Path, progress: Callable[[str], None]) -> None:
    """Safe to run twice. Raises BadInput that names the file and what to correct."""
    path = folder / NAME
    data = read_json(path) if path.is_file() else {}
    if "kinds" in data:
        put(data, where=NAME, packaged=True)
    if not ShiftKind.objects.exists():
        put(read_json(USUAL), where=USUAL.name, packaged=True)
    filled = _fill(data.get("weekly", []), NAME)
    if not PaperTemplate.objects.filter(about=HandoverPapers.kind).exists():
        papers = papers_loading.read_usual(PAPERS)
        progress(f"notes of shifts: {papers_loading.put(papers, where=PAPERS.name)}")
    progress(f"shifts: {ShiftKind.objects.count()} kinds, {filled} of a usual week")


def _hours(row: dict[str, Any]) -> dict[str, Any]:
    return {name: time.fromisoformat(row[name]) for name in ("starts", "ends")}


def _hours_said(row: ShiftKind) -> dict[str, Any]:
    return {"starts": f"{row.starts:%H:%M}", "ends": f"{row.ends:%H:%M}"}


KINDS = KindFile(
    ShiftKind,
    listed="kinds",
    called="shift",
    needs="code, title, starts and ends as 08:00",
    title_most=40,
    read=_hours,
    write=_hours_said,
)
# The people are the units' own business.
put, dump = KINDS.put, KINDS.dump


def _fill(rows: Iterable[dict[str, Any]], where: str) -> int:
    """The coming weeks of units that have no roster yet. Raises BadInput."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    people = {user.username: user for user in User.objects.all()}
    kinds = {kind.code: kind for kind in ShiftKind.objects.all()}
    kept = set(Shift.objects.values_list("unit", flat=True))
    today = timezone.localdate()
    # With the night that ends on the first morning.
    first = today - timedelta(days=today.weekday() + 1)
    made = []
    for number, row in enumerate(rows, start=1):
        try:
            unit, kind = units[row["unit"]], kinds[row["kind"]]
            person, part = people[row["person"]], str(row.get("part", "member"))
            weekdays = {int(day) for day in row["weekdays"]}
            if part not in Shift.Part.values:
                raise ValueError(f"part is one of {', '.join(Shift.Part.values)}")
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{where}: weekly {number}: {error}") from error
        if unit.pk in kept:
            continue
        for ahead in range(7 * WEEKS + 1):
            day = first + timedelta(days=ahead)
            if day.weekday() in weekdays:
                lasts = kind.span(day)
                made.append(
                    Shift(
                        unit=unit,
                        kind=kind,
                        day=day,
                        person=person,
                        part=part,
                        lasts=lasts,
                    )
                )
    Shift.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)
