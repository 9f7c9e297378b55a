"""The calendar: read as written, years that are not known, what a change moves."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from govmap.lib.errors import BadInput
from tests.workflow import asking, pausing
from workflow import (
    calendar_changing,
    calendar_loading,
    calendar_moves,
    calendar_years,
    clock_running,
    own_labels,
)
from workflow.clock import WorkCalendar
from workflow.models import Calendar, Day, Notice, SpecialPeriod

SLOTS = [["08:00", "12:00"], ["14:00", "18:00"]]
PERIOD = {
    "title": {"zh-hans": "汛期", "en": "Floods"},
    "from": "2026-06-01",
    "to": "2026-09-15",
    "area": "110109001",
    "classes": ["event/06"],
    "limit_name": "disposal",
    "factor": "0.5",
    "priority": 3,
}
NEXT = timezone.localdate().year + 1


@pytest.fixture
def site(db) -> Calendar:
    return calendar_changing.the_calendar()


@pytest.fixture
def data(site) -> dict:
    return calendar_loading.export(site) | {"periods": [PERIOD], "years": [2026]}


def load(data) -> str:
    return calendar_loading.load_data(data, name="calendar.json")


def test_a_calendar_is_written_as_it_is_read(data, site):
    load(data)
    site.refresh_from_db()
    assert calendar_loading.export(site) == data
    assert load(data).endswith("unchanged")


def test_a_period_that_stays_keeps_its_row(data):
    load(data)
    row = SpecialPeriod.objects.get()
    load(data | {"periods": [PERIOD, PERIOD | {"to": "2026-09-30"}]})
    assert row in SpecialPeriod.objects.all()
    assert SpecialPeriod.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"area": "nowhere"},
        {"to": "2026-05-31"},
        {"from": "soon"},
        {"limit": 4},
        {"factor": "0"},
        {"factor": "half"},
        {"type": "fortnights"},
    ],
)
def test_what_is_no_period_is_refused(data, wrong):
    with pytest.raises(BadInput, match="period 1"):
        load(data | {"periods": [PERIOD | wrong]})


@pytest.mark.parametrize("years", ["2026", [2026.5], {"2026": True}])
def test_years_are_a_list_of_years(data, years):
    with pytest.raises(BadInput, match="years"):
        load(data | {"years": years})


def test_a_year_of_which_a_day_is_told_is_known(site):
    assert WorkCalendar.current().known_years == {2026}


def test_one_day_typed_in_makes_no_table_of_its_year(site):
    calendar_changing.set_day(date(NEXT, 1, 1), "off", "元旦")
    clock = WorkCalendar.current()
    assert not clock.works(date(NEXT, 1, 1)) and NEXT not in clock.known_years
    calendar_changing.set_complete(NEXT, True)
    assert NEXT in WorkCalendar.current().known_years


def test_a_day_may_become_what_its_weekday_says_again(site):
    calendar_changing.set_day(date(2026, 10, 1), "")
    assert WorkCalendar.current().works(date(2026, 10, 1))


def test_a_year_is_filled_from_the_published_table(site):
    assert calendar_changing.fill(2025) > 20
    assert not WorkCalendar.current().works(date(2025, 10, 2))
    assert calendar_changing.fill(2099) == 0


def test_a_site_without_a_calendar_goes_by_the_published_tables(db):
    Calendar.objects.all().delete()
    clock = WorkCalendar.current()
    assert clock.works(date(2024, 2, 4)) and not clock.works(date(2024, 2, 12))
    calendar_changing.set_day(date(2026, 12, 24), "off")
    assert Day.objects.count() > 500


@pytest.mark.parametrize(
    ("limit_type", "provisional"),
    [("work_days", True), ("statutory_days", True), ("urgent_days", False)],
)
def test_a_limit_into_an_unknown_year_is_provisional(site, limit_type, provisional):
    start, clock = timezone.now(), WorkCalendar.current()
    due = clock.due(start, 250, limit_type)
    assert clock.is_provisional(start, due, limit_type) is provisional


@pytest.fixture
def reaching(people, tmp_path) -> pausing.Case:
    """A case whose limit reaches into next year, of which no table is known."""
    pausing.load(tmp_path)
    case = asking.at_work(people)
    row = pausing.the_limit(case)
    start = timezone.make_aware(datetime(NEXT - 1, 12, 31, 17))
    pausing.back(row, row.started_at - start, left=timedelta(hours=20))
    clock_running.settle(row, WorkCalendar.current())
    row.save()
    return case


def holidays(year: int) -> None:
    """The first three days of the year are off, and its table is complete."""
    for number in (1, 2, 3, 4, 5):
        calendar_changing.set_day(date(year, 1, number), "off")
    calendar_changing.set_complete(year, True)


def test_an_open_limit_follows_when_its_year_is_known(reaching):
    before = pausing.the_limit(reaching)
    holidays(NEXT)
    assert calendar_moves.recompute(provisional=True) == 1
    after = pausing.the_limit(reaching)
    assert before.provisional and not after.provisional
    assert after.due_at > before.due_at and after.yellow_at > before.yellow_at


def test_its_subject_has_an_event_of_it_in_the_chain(reaching):
    holidays(NEXT)
    calendar_moves.recompute(provisional=True)
    reaching.refresh_from_db()
    event = reaching.events().last()
    assert event.verb == own_labels.RECOMPUTED
    assert event.data["due"] == pausing.the_limit(reaching).due_at.isoformat()
    pausing.check_chain(reaching)


def test_recomputing_again_finds_nothing_left(reaching):
    holidays(NEXT)
    moved = [calendar_moves.recompute(provisional=False) for _again in range(2)]
    assert moved == [1, 0]


def test_a_preview_says_how_many_would_move(reaching, site):
    before = calendar_moves.preview()
    holidays(NEXT)
    after = calendar_moves.preview()
    assert (before["moved"], after["moved"], after["provisional"]) == (0, 1, 1)


def test_the_job_is_asked_for_once_the_calendar_changes(reaching, monkeypatch):
    asked = []
    monkeypatch.setattr(
        calendar_moves, "recompute_soon", lambda *, provisional: asked.append(1)
    )
    calendar_changing.set_day(date(2026, 12, 24), "off")
    assert asked


def test_who_keeps_the_system_is_told_once_of_a_year_without_a_table(reaching, people):
    for _limit in range(2):
        calendar_years.tell_if_unknown(pausing.the_limit(reaching))
    told = Notice.objects.filter(what=calendar_years.MISSING)
    assert [notice.person for notice in told] == [people["system"]]


@pytest.mark.parametrize(("day", "told"), [((10, 1), 0), ((12, 1), 1)])
def test_the_year_ahead_is_told_of_in_its_last_weeks(site, day, told):
    calendar_years.tell_ahead(date(2026, *day))
    assert Notice.objects.filter(what=calendar_years.MISSING).count() == told


def test_a_file_that_is_no_calendar_is_refused(tmp_path: Path, db):
    (tmp_path / "calendar.json").write_text('{"holidays": {}}')
    with pytest.raises(BadInput, match="slots"):
        calendar_loading.load(tmp_path / "calendar.json")
