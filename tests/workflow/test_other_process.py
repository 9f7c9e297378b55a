"""A site with other states and other verbs runs with no Python changed."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.sites import package
from tests.workflow.walking import begin_case, case_at, load_loop, path_to, step
from workflow.models import Phase, Process

OTHER = Path(__file__).parent.parent / "sites" / "other_process.json"


@pytest.fixture
def other_site(db, tmp_path):
    folder = package.write(tmp_path, process=OTHER)
    call_command("load_site", str(folder), stdout=io.StringIO())
    return Process.objects.current("case")


def test_it_becomes_the_process_of_new_cases(other_site):
    assert other_site.code == "neighbours"


def test_a_case_runs_from_report_to_close(other_site, people):
    case = case_at("shut", people)
    assert case.state.phase == Phase.DONE
    verbs = [event.verb for event in case.events()]
    assert verbs == ["tell", "entrust", "mend", "shut"]


def test_a_case_keeps_the_process_it_began_with(make_case, people, tmp_path):
    load_loop(tmp_path)
    case = make_case()
    folder = package.write(tmp_path / "site", process=OTHER)
    call_command("load_site", str(folder), stdout=io.StringIO())
    for move in path_to(case.process, "closed"):
        step(case, move, people)
    assert {event.process_id for event in case.events()} == {case.process_id}
    assert begin_case(people).process_id != case.process_id
