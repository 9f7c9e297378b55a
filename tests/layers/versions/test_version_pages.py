"""The pages of a version: what they show to whom, and the moves that they take."""

import csv
import json
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from govmap.lib.errors import NotFound
from layers.models import ImportRun, Layer, PendingAct, Version
from layers.versions import acts
from tests.layers import files
from tests.layers.living import drafted, imported, published, submitted
from workflow import export_files, exporting
from workflow.models import Export

SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def layer(db: None) -> Layer:
    return files.a_layer(
        schema=[*files.FIELDS[:2], {**files.FIELDS[2], "sensitivity": "sensitive"}]
    )


@pytest.fixture
def draft(layer: Layer, people: Any) -> Version:
    """One row changed, one gone, one new."""
    published(layer, files.rows(3), people)
    rows = files.rows(5)[1:4]
    rows[0]["用途"] = "=商业"
    return drafted(layer, rows, people["steward"])


def at(name: str, version: Version) -> str:
    return reverse(f"layers:{name}", args=[version.layer.code, version.uuid])


def sent(version: Version, verb: str, **more: Any) -> dict[str, Any]:
    return {
        "verb": verb,
        "act_id": str(uuid4()),
        "after_event": version.events_count,
        **more,
    }


@pytest.fixture
def steward(people: Any, signed_in: Any) -> Any:
    return signed_in(people["steward"])


@pytest.fixture
def officer(people: Any, signed_in: Any) -> Any:
    return signed_in(people["chief_data_officer"])


def test_the_page_shows_the_differences(draft, steward):
    page = steward.get(at("version", draft)).content.decode()
    assert "<del>住宅</del> → <ins>=商业</ins>" in page
    assert all(f'data-key="F{number}"' in page for number in (1, 2, 4))
    assert 'data-key="F3"' not in page


def test_a_draft_is_for_who_may_write_the_layer(draft, people, signed_in):
    desk = signed_in(people["desk"])
    for name in ("version", "version_rows", "version_places"):
        assert desk.get(at(name, draft)).status_code == 404


def test_the_page_asks_few_questions(draft, officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        assert officer.get(at("version", draft)).status_code == 200


def test_the_catalogue_asks_few_questions(
    draft, officer, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        assert officer.get(reverse("layers:data")).status_code == 200


def test_who_uploads_sees_no_button_to_publish(draft, people, steward, officer):
    submitted(draft, people["steward"])
    button = 'data-verb="publish"'
    assert button not in steward.get(at("version", draft)).content.decode()
    assert button in officer.get(at("version", draft)).content.decode()


def test_who_uploads_is_refused_however_he_asks(draft, people, steward):
    submitted(draft, people["steward"])
    answer = steward.post(at("version_act", draft), sent(draft, "publish"))
    assert answer.status_code == 403
    draft.refresh_from_db()
    assert draft.number is None


def test_it_is_published_by_another(draft, people, officer):
    submitted(draft, people["steward"])
    answer = officer.post(at("version_act", draft), sent(draft, "publish"))
    draft.refresh_from_db()
    assert (answer.status_code, draft.number) == (302, 2)


def test_a_script_gets_the_head_as_it_now_is(draft, people, officer):
    submitted(draft, people["steward"])
    answer = officer.post(
        at("version_act", draft), sent(draft, "publish"), headers=SCRIPT
    )
    head = answer.content.decode()
    assert "<html" not in head
    assert "当前发布" in head


def test_without_a_reason_nothing_is_withdrawn(draft, layer, officer):
    layer.refresh_from_db()
    now = layer.published
    answer = officer.post(at("version_act", now), sent(now, "withdraw"))
    assert answer.status_code == 400
    again = officer.post(
        at("version_act", now), sent(now, "withdraw", reason="wrong_data")
    )
    layer.refresh_from_db()
    assert (again.status_code, layer.published.number) == (302, 2)


def test_who_comes_too_late_is_told(draft, people, officer):
    late = sent(draft, "publish", note="看过了")
    submitted(draft, people["steward"])
    answer = officer.post(at("version_act", draft), late, headers=SCRIPT)
    assert answer.status_code == 409
    assert "看过了" in answer.content.decode()


def test_much_is_published_by_a_worker(draft, people, officer, monkeypatch):
    monkeypatch.setattr(acts, "LONG", 1)
    submitted(draft, people["steward"])
    form = sent(draft, "publish")
    answer = officer.post(at("version_act", draft), form, headers=SCRIPT)
    assert "正在发布" in answer.content.decode()
    assert ProcrastinateJob.objects.filter(task_name=acts.TASK).count() == 1
    acts.carry_out(PendingAct.objects.get())
    assert "正在发布" not in officer.get(at("version", draft)).content.decode()


def test_what_a_worker_was_refused_is_shown(draft, layer, people, officer, monkeypatch):
    submitted(draft, people["steward"])
    monkeypatch.setattr(acts, "LONG", 1)
    officer.post(at("version_act", draft), sent(draft, "publish"))
    monkeypatch.undo()
    published(layer, files.rows(9), people)
    acts.carry_out(PendingAct.objects.get())
    assert "重新比对" in officer.get(at("version", draft)).content.decode()


def test_an_overtaken_draft_offers_to_compare_anew(layer, tmp_path, people, steward):
    draft = imported(layer, tmp_path, files.rows(2), people["steward"])
    published(layer, files.rows(1), people)
    assert (
        at("version_again", draft) in steward.get(at("version", draft)).content.decode()
    )
    answer = steward.post(at("version_again", draft), {"act_id": str(uuid4())})
    run = ImportRun.objects.order_by("pk").last()
    assert answer.url == reverse("layers:run", args=[layer.code, run.uuid])


def test_an_older_version_is_restored_from_the_timeline(draft, layer, people, steward):
    published(layer, files.rows(1), people)
    first = layer.versions.get(number=1)
    page = steward.get(reverse("layers:layer", args=[layer.code])).content.decode()
    assert at("version_restore", first) in page
    answer = steward.post(at("version_restore", first), {"act_id": str(uuid4())})
    made = layer.versions.order_by("pk").last()
    assert answer.url == at("version", made)
    assert (made.number, made.added) == (None, 2)


def test_what_waits_for_whom_stands_on_the_catalogue(draft, people, steward, officer):
    data = reverse("layers:data")
    assert "我的草稿" in steward.get(data).content.decode()
    assert "待我审核" not in officer.get(data).content.decode()
    submitted(draft, people["steward"])
    assert "待我审核" in officer.get(data).content.decode()
    assert "待我审核" not in steward.get(data).content.decode()


def exported(user, version, form, query="") -> bytes:
    """The file of what the version changes, as its job makes it."""
    row = exporting.ask(
        user,
        exporting.register_of("differences"),
        query=f"version={version.uuid}{query}",
        columns=(),
        purpose="核对变化",
        form=form,
    )
    export_files.make(row)
    return export_files.path_of(row).read_bytes()


def test_the_table_comes_as_csv_that_a_spreadsheet_reads(draft, people):
    text = exported(people["steward"], draft, "csv").decode()
    assert text.startswith("\ufeff")
    lines = text.removeprefix("\ufeff").splitlines()
    assert lines[0] == lines[-1] and "核对变化" in lines[0]
    rows = list(csv.DictReader(lines[1:-1]))
    assert {row["编号"]: row["变化"] for row in rows} == {
        "F2": "修改",
        "F1": "已消失",
        "F4": "新增",
    }
    assert rows[0]["用途 （新）"] == "'=商业"


def test_the_shapes_come_as_geojson(draft, people):
    found = json.loads(exported(people["steward"], draft, "geojson"))
    assert len(found["features"]) == 3
    changed = next(row for row in found["features"] if row["id"] == "F2")
    assert changed["geometry"]["type"] == "Polygon"
    assert changed["properties"]["before"] == {"用途": "住宅"}


@pytest.mark.parametrize(("query", "rows"), [("&kind=new", 1), ("&q=F", 3)])
def test_the_file_has_the_rows_that_are_asked_for(draft, people, query, rows):
    found = json.loads(exported(people["steward"], draft, "geojson", query))
    assert len(found["features"]) == rows == Export.objects.get().expected
    assert exporting.register_of("differences").page(Export.objects.get().query)


def test_a_file_holds_only_what_the_reader_may_see(draft, layer, people):
    layer.refresh_from_db()
    for form in ("csv", "geojson"):
        assert "层数" not in exported(people["desk"], layer.published, form).decode()


def test_who_does_not_see_a_draft_gets_no_file_of_it(draft, people):
    with pytest.raises(NotFound):
        exported(people["desk"], draft, "csv")
    with pytest.raises(exporting.MayNotExport):
        exported(people["handler"], draft, "csv")


def test_the_page_leads_to_the_export_of_its_rows(draft, steward):
    page = steward.get(at("version", draft) + "?kind=new").content.decode()
    address = f"/exports/new/?register=differences&version={draft.uuid}&kind=new"
    assert address.replace("&", "&amp;") in page
    assert "1</strong>" in steward.get(address).content.decode()


def test_who_only_reads_sees_no_history(draft, layer, people, signed_in):
    layer.refresh_from_db()
    page = signed_in(people["desk"]).get(at("version", layer.published))
    assert page.status_code == 200
    assert "演示steward · " not in page.content.decode()


@pytest.mark.parametrize("query", ["?bbox=a", "?bbox=1,2,3", "?after=x"])
def test_what_makes_no_sense_is_refused(draft, steward, query):
    for name in ("version", "version_rows"):
        assert steward.get(at(name, draft) + query).status_code == 400


def test_the_page_speaks_english_too(draft, steward):
    steward.cookies["django_language"] = "en"
    page = steward.get(at("version", draft)).content.decode()
    assert "Differences" in page
    assert "差异" not in page
