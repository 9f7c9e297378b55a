"""Loading a site again keeps what was changed on the pages."""

import json

import pytest
from django.core.management import call_command

from accounts.models import User
from cases.models import Source
from cases.whistles.loading import load as load_whistles
from govmap.lib.history import recorded
from workflow import ladder_loading
from workflow.loading import load_processes
from workflow.models import LadderStep, Process, Standard
from workflow.package_rows import PackageRows
from workflow.process_taking import make_default

DUE = {"code": "due", "title": {"zh-hans": "到期"}, "kind": "case", "share": 100}
DUE |= {"who": [{"is": "reporter"}]}


@pytest.fixture
def system(people) -> User:
    return people["system"]


def load_ladder(*steps):
    return ladder_loading.load_package(list(steps), name="ladder.json", source="test")


def test_a_row_is_new_once_and_again_when_it_says_otherwise(db):
    def said(**rows):
        known = PackageRows("test")
        new = {key for key, row in rows.items() if known.is_new(key, row)}
        known.keep()
        return new, known.gone

    assert said(a=1, b=2) == ({"a", "b"}, set())
    assert said(a=1, b=3) == ({"b"}, set())
    assert said(a=1) == (set(), {"b"})
    assert said(b=3) == ({"b"}, {"a"})


def test_a_step_that_was_changed_on_the_page_stays(db):
    load_ladder(DUE)
    LadderStep.objects.filter(code="due").update(share=90)
    load_ladder(DUE)
    assert LadderStep.objects.get(code="due").share == 90
    load_ladder({**DUE, "share": 95})
    assert LadderStep.objects.get(code="due").share == 95


def test_a_step_of_ones_own_stays_and_one_that_is_named_no_more_goes(db):
    own = LadderStep.objects.create(code="own", titles={}, kind="case", share=50)
    load_ladder(DUE)
    load_ladder({**DUE, "code": "other"})
    own.refresh_from_db()
    assert own.in_use
    assert not LadderStep.objects.get(code="due").in_use


def test_whistle_steps_that_were_put_out_of_use_stay_so(db, site_folder):
    LadderStep.objects.filter(kind="whistle_call").update(in_use=False)
    load_whistles(site_folder, str)
    steps = LadderStep.objects.filter(kind="whistle_call")
    assert not steps.in_use().exists() and steps.count() == 4


def test_the_process_chosen_on_the_page_stays_usual(system, tmp_path, site_folder):
    data = json.loads((site_folder / "processes" / "case.json").read_text("utf-8"))
    other = data | {"code": "other", "default": False}
    (tmp_path / "other.json").write_text(json.dumps(other), "utf-8")
    (tmp_path / "case.json").write_text(json.dumps(data), "utf-8")
    list(load_processes(tmp_path))
    make_default(Process.objects.get(code="other"), by=system)
    list(load_processes(tmp_path))
    assert Process.objects.current("case").code == "other"


def test_a_new_version_of_the_usual_process_takes_over(db, tmp_path, site_folder):
    data = json.loads((site_folder / "processes" / "case.json").read_text("utf-8"))
    newer = data | {"version": data["version"] + 1}
    (tmp_path / "case.json").write_text(json.dumps(newer), "utf-8")
    list(load_processes(tmp_path))
    assert Process.objects.current("case").version == newer["version"]


def test_a_whole_site_loaded_again_keeps_what_was_changed(system, site_folder):
    with recorded(system):
        Source.objects.filter(code="phone").update(titles={"zh-hans": "市民来电"})
    Standard.objects.update(bare={"days": "work_days"})
    call_command("load_site", str(site_folder), verbosity=0)
    assert Source.objects.get(code="phone").titles == {"zh-hans": "市民来电"}
    assert Standard.objects.get().bare == {"days": "work_days"}
