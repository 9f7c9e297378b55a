"""`manage.py load_site`: in order, twice, and with its faults said plainly."""

import io
import json
import re
import shutil
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import Site, Unit, User
from govmap.lib.errors import BadInput
from tests.sites import package

BELOW_LAYERS = ["accounts.loading.load", "workflow.loading.load"]


def load(folder: Path, **options: object) -> str:
    out = io.StringIO()
    call_command("load_site", str(folder), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def folder(site_folder: Path, tmp_path: Path, db: None, settings) -> Path:
    """A copy of the test site that one may spoil; its layers stay out of it."""
    settings.SITE_LOADERS = BELOW_LAYERS
    return shutil.copytree(site_folder, tmp_path / "site")


def counted(*names: str) -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for name in names or ("accounts", "workflow")
        for model in apps.get_app_config(name).get_models()
    }


def test_twice_is_once(folder):
    before = counted()
    load(folder)
    assert counted() == before


def test_the_whole_package_twice_is_once(site_folder, db):
    names = ("accounts", "workflow", "layers")
    before = counted(*names)
    load(site_folder)
    assert counted(*names) == before


def test_each_step_says_its_line_and_its_seconds(folder):
    lines = load(folder).splitlines()
    assert any(line.endswith("s  calendar: 2 days, unchanged") for line in lines)
    assert any(
        re.search(r"process street version \d+: unchanged", line) for line in lines
    )
    assert lines[-1].endswith("s  site loaded")


def test_a_corrected_name_comes_in(folder):
    units = folder / "units.csv"
    units.write_text(units.read_text("utf-8").replace("环卫中心", "环境卫生中心"))
    load(folder)
    assert Unit.objects.get(code="sanitation").name == "环境卫生中心"


def test_loaders_run_in_the_order_of_the_settings(folder, settings, monkeypatch):
    called: list[str] = []
    for name in ("accounts", "workflow"):
        monkeypatch.setattr(
            f"{name}.loading.load", lambda *_, name=name: called.append(name)
        )
    load(folder)
    assert called == ["accounts", "workflow"]


def test_if_empty_does_nothing_where_a_site_is(tmp_path, db):
    assert load(tmp_path / "no such folder", if_empty=True) == (
        "A site is loaded already.\n"
    )


def test_if_empty_loads_again_what_broke_off(folder, monkeypatch):
    def fail(*_: object) -> None:
        raise BadInput("conditions.csv, line 7: of no use")

    Site.objects.update(loaded_at=None)
    monkeypatch.setattr("workflow.loading.load", fail)
    with pytest.raises(CommandError):
        load(folder, if_empty=True)
    monkeypatch.undo()
    assert "site loaded" in load(folder, if_empty=True)
    assert Site.objects.get().loaded_at


def test_a_folder_that_is_no_package_is_refused(tmp_path, db):
    with pytest.raises(CommandError, match=r"holds no site\.json.*make_demo_site"):
        load(tmp_path)


def test_a_fault_names_folder_file_and_line(folder):
    path = folder / "classification" / "conditions.csv"
    path.write_text(path.read_text("utf-8").replace("urgent_hours", "moons"))
    with pytest.raises(CommandError) as refused:
        load(folder)
    said = str(refused.value)
    assert str(folder) in said
    assert "conditions.csv, line 2:" in said and "moons" in said


def test_a_fault_leaves_the_engine_as_it_was(folder):
    before = counted()
    (folder / "calendar.json").write_text(json.dumps({"slots": []}))
    (folder / "processes" / "case.json").write_text("{}")
    with pytest.raises(CommandError):
        load(folder)
    assert counted() == before


def test_a_fault_in_the_accounts_is_a_sentence_too(folder):
    units = folder / "units.csv"
    units.write_text(units.read_text("utf-8").replace(",department,", ",party,"))
    with pytest.raises(CommandError, match=r"units\.csv, line \d+"):
        load(folder)


# The demonstration's accounts


def accounts() -> str:
    out = io.StringIO()
    call_command("demo_accounts", stdout=out)
    return out.getvalue()


def test_the_demonstration_tells_its_accounts(folder):
    load(folder)
    lines = accounts().splitlines()
    assert (
        len(lines)
        == 1 + User.objects.filter(is_active=True).exclude(memberships=None).count()
    )
    desk = next(line for line in lines if line.startswith("desk "))
    assert package.PASSWORD in desk
    assert desk.endswith("acceptor filer dispatcher")


def test_a_real_site_tells_none(db):
    Site.objects.update(demonstration=False)
    assert accounts() == ""
