"""The calendar of a site package: slots, working weekdays, holidays, make-up days."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json
from workflow.clock import WorkCalendar
from workflow.models import Calendar, Day


def load(path: Path) -> str:
    """The whole calendar as the file says: days that it leaves out are normal ones."""
    data = read_json(path)
    days = dict(_days(path, data))
    slots, weekdays = data.get("slots"), data.get("weekdays")
    try:
        WorkCalendar.of(slots, weekdays, {}, UTC)
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"{path.name}: {error}. Write slots as"
            ' [["08:00", "12:00"], …] and weekdays as [0, 1, …], Monday being 0.'
        ) from error
    text = json.dumps([slots, weekdays, data["holidays"]], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if Calendar.objects.filter(code="default", digest=digest).exists():
        return f"{len(days)} days, unchanged"
    calendar, _ = Calendar.objects.update_or_create(
        code="default",
        defaults={"slots": slots, "weekdays": weekdays, "digest": digest},
    )
    calendar.days.exclude(date__in=days).delete()
    Day.objects.bulk_create(
        [Day(calendar=calendar, date=day, works=works) for day, works in days.items()],
        update_conflicts=True,
        unique_fields=["calendar", "date"],
        update_fields=["works"],
    )
    return f"{len(days)} days"


def _days(path: Path, data: Any) -> Iterator[tuple[date, bool]]:
    if not isinstance(data, dict) or not isinstance(data.get("holidays"), dict):
        raise BadInput(f'{path.name}: “holidays” must be {{"YYYY-MM-DD": "off", …}}.')
    for text, word in data["holidays"].items():
        try:
            yield date.fromisoformat(text), {"off": False, "work": True}[word]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(
                f"{path.name}: “{text}”: “{word}” is no day of the calendar."
                ' Write "YYYY-MM-DD": "off" for a holiday or "work" for a make-up day.'
            ) from error
