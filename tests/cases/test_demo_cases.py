"""The demonstration's invented cases, made on the test site by any process."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import Site
from cases.models import Case
from tests.sites import package
from workflow.attachments import path_of
from workflow.models import Attachment, Deadline, Event, Phase
from workflow.record import canonical_text, digest_of

COUNT = 16  # the fewest that reach every phase and one way astray
OTHER = Path(__file__).parent.parent / "sites" / "other_process.json"


def make(count: int) -> str:
    out = io.StringIO()
    call_command("make_demo_cases", count=count, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """Made once for all tests here; each undoes only what it did itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        make(COUNT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def cases(made, db):
    return list(Case.objects.select_related("state"))


def test_every_phase_has_cases(cases):
    assert {case.state.phase for case in cases} == set(Phase)


def test_they_are_spread_over_the_last_days(cases):
    days = {case.reported_at.date() for case in cases}
    assert len(days) >= 5


def test_their_places_lie_in_cells(cases):
    assert {case.edge for case in cases} <= {Case.Edge.INSIDE, Case.Edge.NEAR}


def test_their_acts_follow_one_another(cases):
    for case in cases:
        moments = [event.happened_at for event in case.events()]
        assert moments == sorted(moments)
        assert len(moments) == case.events_count


def test_their_chains_hold(cases):
    for case in cases:
        previous = ""
        for event in case.events().select_related("remark"):
            digest = digest_of(getattr(event, "remark", None))
            assert event.previous_hash == previous
            assert event.canonical == canonical_text(event, digest)
            previous = event.hash


def test_limits_run_from_the_past(cases):
    started = Deadline.objects.values_list("started_at", flat=True)
    assert min(started) < min(event.recorded_at for event in Event.objects.all())


def test_what_was_disposed_of_shows_two_different_pictures(cases):
    closed = [case for case in cases if case.state.phase == Phase.DONE]
    shown = [
        Attachment.objects.filter(event__in=case.events()).order_by("pk")
        for case in closed
    ]
    # How many end without disposal, or by a telephone, changes with the hour.
    before, *_between, after = next(photos for photos in shown if len(photos) > 1)
    assert path_of(before.sha256).stat().st_size > 40_000
    assert before.sha256 != after.sha256
    assert before.taken_at and before.taken_at < after.taken_at


def test_a_second_run_adds_nothing(cases):
    before = (Case.objects.count(), Event.objects.count(), Attachment.objects.count())
    assert "0 invented cases made, 16 were there" in make(COUNT)
    assert before == (
        *(Case.objects.count(), Event.objects.count()),
        Attachment.objects.count(),
    )


def test_some_go_astray_and_come_back(cases):
    moves = cases[0].process.moves
    steps = {
        (move.from_state.code, move.to_state.code): move
        for move in moves
        if move.from_state
    }
    came_on = Event.objects.exclude(from_state="").values_list("from_state", "to_state")
    unusual = {steps[step] for step in came_on if not steps[step].primary}
    assert any(move.to_state.phase != Phase.DONE for move in unusual)


def test_a_real_site_is_refused(made, db):
    Site.objects.update(demonstration=False)
    with pytest.raises(CommandError, match="demonstration"):
        make(COUNT + 1)
    assert Case.objects.count() == COUNT


def test_another_process_is_walked_by_its_own_data(made, db, tmp_path):
    folder = package.write(tmp_path, process=OTHER)
    call_command("load_site", str(folder), stdout=io.StringIO())
    make(COUNT + 8)
    theirs = Case.objects.filter(process__code="neighbours").select_related("state")
    assert len({case.state.phase for case in theirs}) >= 3
