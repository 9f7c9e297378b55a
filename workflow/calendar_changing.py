"""What the calendar's page changes. Each change is seen by every process at once."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from workflow import calendar_usual
from workflow.calendar_loading import CODE, WORDS, check, touch
from workflow.clock import USUAL_SLOTS, USUAL_WEEKDAYS
from workflow.models import Calendar, Day


def the_calendar() -> Calendar:
    """The site's calendar; where none is loaded, the usual one begins here."""
    row = Calendar.objects.filter(code=CODE).first()
    return row or Calendar(
        code=CODE,
        slots=[list(slot) for slot in USUAL_SLOTS],
        weekdays=sorted(USUAL_WEEKDAYS),
    )


def held() -> Calendar:
    """The same, saved and locked until the transaction ends.

    A site that went by the State Council's tables goes on with them.
    """
    row = Calendar.objects.select_for_update().filter(code=CODE).first()
    if row is None:
        row = the_calendar()
        row.save()
        for year in {day.year for day in calendar_usual.table()}:
            _fill(row, year)
    return row


def set_day(day: date, word: str, name: str = "") -> None:
    """``word``: off, work, or nothing for what its weekday says."""
    row = held()
    if word:
        Day.objects.update_or_create(
            calendar=row, date=day, defaults={"works": WORDS[word], "name": name[:40]}
        )
    else:
        Day.objects.filter(calendar=row, date=day).delete()
    # One day told makes no table of its year.
    _say_complete(row, day.year, day.year in complete_years(row, before=day))
    touch(row)


def complete_years(row: Calendar, *, before: date | None = None) -> set[int]:
    """The years whose table is complete, but for a day told just now."""
    if row.years is not None:
        return set(row.years)
    days = row.days.exclude(date=before) if before else row.days
    return {day.year for day in days.dates("date", "year")}


def set_hours(slots: Sequence[Sequence[str]], weekdays: Sequence[int]) -> None:
    """Raises BadInput where they make no calendar."""
    check("", slots, weekdays)
    row = held()
    row.slots, row.weekdays = [list(slot) for slot in slots], sorted(weekdays)
    row.save()
    touch(row)


def set_complete(year: int, complete: bool) -> None:
    row = held()
    _say_complete(row, year, complete)
    touch(row)


def fill(year: int) -> int:
    """The State Council's table of the year. Returns how many days; 0: none is out."""
    row = held()
    count = _fill(row, year)
    if count:
        _say_complete(row, year, True)
        touch(row)
    return count


def _fill(row: Calendar, year: int) -> int:
    table = calendar_usual.of_year(year)
    if table:
        row.days.filter(date__year=year).exclude(date__in=table).delete()
    for day, (works, name) in table.items():
        Day.objects.update_or_create(
            calendar=row, date=day, defaults={"works": works, "name": name}
        )
    return len(table)


def _say_complete(row: Calendar, year: int, complete: bool) -> None:
    years = complete_years(row) | {year} if complete else complete_years(row) - {year}
    row.years = sorted(years)
    row.save()


def this_year() -> int:
    return timezone.localdate().year
