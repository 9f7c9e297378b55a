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
from workflow.models import Shift, ShiftKind

NAME = "roster.json"
USUAL = Path(__file__).with_name("usual.json")
CODE_MOST, WEEKS = 20, 3


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
    progress(f"shifts: {ShiftKind.objects.count()} kinds, {filled} of a usual week")


def put(data: Any, *, where: str, packaged: bool = False) -> int:
    """Write these kinds over those of the same code; the others stay.

    ``packaged``: of a site package, whose row counts only where it says something
    else than it said last. Returns how many rows. Raises BadInput; then nothing is
    changed.
    """
    rows = data.get("kinds") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise BadInput(f'{where}: it must be an object with a list "kinds".')
    with transaction.atomic():
        for order, row in enumerate(rows, start=1):
            try:
                _put(_values(row, order), row["code"], packaged=packaged)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise BadInput(
                    f"{where}: shift {order}: {error}. It needs code, title, starts and"
                    " ends as 08:00."
                ) from error
    return len(rows)


def _values(row: dict[str, Any], order: int) -> dict[str, Any]:
    code = row["code"]
    if not (isinstance(code, str) and code.isidentifier() and len(code) <= CODE_MOST):
        raise ValueError(f"code is one word of at most {CODE_MOST} letters")
    titles = {name: str(text)[:40] for name, text in row["title"].items()}
    if not titles.get("zh-hans"):
        raise ValueError("title needs zh-hans")
    hours = {
        name: time.fromisoformat(row[name]).strftime("%H:%M")
        for name in ("starts", "ends")
    }
    return {
        "titles": titles,
        **hours,
        "retired": bool(row.get("retired")),
        "order": order,
    }


def _put(values: dict[str, Any], code: str, *, packaged: bool) -> None:
    row = ShiftKind.objects.filter(code=code).first() or ShiftKind(code=code)
    if packaged:
        if row.packaged == values:
            return
        row.packaged = values
    typed = values | {
        name: time.fromisoformat(values[name]) for name in ("starts", "ends")
    }
    same = all(getattr(row, name) == said for name, said in typed.items())
    if not packaged and row.pk and same:
        return
    for name, said in typed.items():
        setattr(row, name, said)
    row.save()


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


def dump() -> dict[str, Any]:
    """The kinds, as `put` takes them; the people are the units' own business."""
    return {"kinds": [_said(row) for row in ShiftKind.objects.all()]}


def _said(row: ShiftKind) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": row.code,
        "title": row.titles,
        "starts": f"{row.starts:%H:%M}",
        "ends": f"{row.ends:%H:%M}",
    }
    return {**said, "retired": True} if row.retired else said
