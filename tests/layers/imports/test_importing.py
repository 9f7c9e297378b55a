"""A file becomes a version, with a report; what cannot be read changes nothing."""

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from govmap.lib.errors import Conflict, NotFound
from layers import loading
from layers.imports import carrying, intake, job
from layers.models import Feature, ImportRun, Layer
from layers.reading.process import Limits
from layers.versions import publishing
from tests.layers import files

DONE, FAILED = ImportRun.Status.DONE, ImportRun.Status.FAILED


@pytest.fixture
def layer(db: None) -> Layer:
    return files.a_layer()


@pytest.fixture
def send(layer: Layer, tmp_path: Any) -> Any:
    """Imports rows as a GeoJSON file."""

    def send_(rows: list[files.Row], **options: Any) -> ImportRun:
        path = files.geojson(tmp_path / f"{uuid4()}.geojson", rows)
        return files.bring_in(layer, path, **options)

    return send_


def counts(run: ImportRun) -> dict[str, int]:
    names = ("added", "changed", "closed", "unchanged", "refused", "kept")
    return {name: run.report[name] for name in names if run.report[name]}


def test_the_first_file_becomes_version_1(send, layer):
    run = send(files.rows(3))
    layer.refresh_from_db()
    assert (run.status, counts(run)) == (DONE, {"added": 3})
    assert (layer.published.number, layer.published.rows) == (1, 3)


def test_a_feature_has_both_geometries_and_its_cell(send):
    send(files.rows(1))
    feature = Feature.objects.get(layer__code="buildings")
    drawn = feature.geometry.transform(3857, clone=True)
    assert feature.cell == "110109001002003"
    assert feature.mercator.equals_exact(drawn, 0.01)
    assert feature.properties == {"编号": "F1", "用途": "住宅", "层数": 1}


def test_the_same_file_again_is_no_new_version(send, layer):
    send(files.rows(3))
    again = send(files.rows(3))
    assert counts(again) == {"unchanged": 3}
    assert again.version.number == 1
    assert layer.versions.count() == 1


def test_a_changed_file_is_written_as_its_difference(send):
    send(files.rows(4))
    before = set(Feature.objects.current().values_list("pk", flat=True))
    rows = files.rows(5)[1:]
    rows[0]["用途"] = "商业"
    run = send(rows)
    assert counts(run) == {"added": 1, "changed": 1, "closed": 1, "unchanged": 2}
    assert (
        len(before & set(Feature.objects.current().values_list("pk", flat=True))) >= 2
    )


def test_an_empty_file_closes_nothing(send, layer):
    send(files.rows(2))
    run = send([])
    assert run.status == FAILED
    assert Feature.objects.current().filter(layer=layer).count() == 2


def test_a_refused_row_keeps_its_published_form(send, layer):
    send(files.rows(3))
    rows = files.rows(3)
    rows[1]["geometry"] = None
    run = send(rows)
    assert counts(run) == {"unchanged": 2, "refused": 1, "kept": 1}
    assert Feature.objects.current().filter(layer=layer).count() == 3


def test_of_rows_with_one_key_the_first_stays(send, layer):
    rows = [*files.rows(2), files.rows(1)[0] | {"用途": "商业"}]
    run = send(rows)
    assert run.report["refusals"] == [
        {"row": 3, "key": "F1", "code": "twin_key", "first": 1}
    ]
    first = Feature.objects.get(layer=layer, key="F1")
    assert first.properties["用途"] == "住宅"


def test_a_file_of_refused_rows_only_changes_nothing(send, layer):
    rows = [row | {"geometry": None} for row in files.rows(2)]
    run = send(rows)
    assert (run.status, run.report["trouble"]["code"]) == (FAILED, "no_good_rows")
    assert len(run.report["refusals"]) == 2


def test_text_that_copy_could_misread_comes_in_whole(send, layer):
    odd = 'tab\t back\\slash \\N "quote" \n line \\. 中文'
    send([files.rows(1)[0] | {"编号": "k\t\\N", "用途": odd}])
    feature = Feature.objects.get(layer=layer)
    assert (feature.key, feature.properties["用途"]) == ("k\t\\N", odd)


def test_fields_that_the_schema_does_not_name_stay_out(send, layer):
    run = send([files.rows(1)[0] | {"身份证号": "110102190001010000"}])
    assert "身份证号" not in Feature.objects.get(layer=layer).properties
    assert run.report["unused"] == ["身份证号"]


def test_a_reader_that_dies_leaves_a_message(layer, tmp_path):
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    run = carrying.carry_out(files.run_of(layer, path), limits=Limits(time=0.05))
    assert (run.status, run.report["trouble"]["code"]) == (FAILED, "too_slow")
    assert not Feature.objects.filter(layer=layer).exists()


def test_what_nobody_foresaw_ends_the_run_too(layer, tmp_path, monkeypatch):
    """The fault is planted: nothing known to us makes publishing fail so."""
    monkeypatch.setattr(publishing, "publish", lambda *args, **kwargs: 1 / 0)
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    run = files.bring_in(layer, path)
    assert (run.status, run.report["trouble"]["code"]) == (FAILED, "failed")


def test_progress_is_kept_on_the_run(send):
    run = send(files.rows(3))
    assert (run.rows_read, run.has_ended) == (3, True)


def test_a_run_that_has_ended_is_not_done_again(send, layer):
    run = send(files.rows(2))
    ended = run.ended_at
    assert carrying.carry_out(run).ended_at == ended
    assert layer.versions.count() == 1


def test_the_same_upload_twice_is_one_run(layer, tmp_path, people):
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    first = files.run_of(layer, path, uuid=(uuid := uuid4()), by=people["steward"])
    assert files.run_of(layer, path, uuid=uuid, by=people["steward"]) == first
    with pytest.raises(NotFound):
        files.run_of(layer, path, uuid=uuid, by=people["chief_data_officer"])
    with pytest.raises(Conflict):
        files.run_of(
            Layer.objects.get(code="grid"), path, uuid=uuid, by=people["steward"]
        )


def test_a_file_too_large_is_not_kept(layer, tmp_path, settings):
    settings.IMPORT_MAX_BYTES = 10
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    with pytest.raises(intake.TooLarge):
        files.run_of(layer, path)


def test_the_kept_file_goes_once_it_is_in(layer, tmp_path):
    path = files.geojson(tmp_path / "f.geojson", files.rows())
    run = files.run_of(layer, path)
    kept = intake.folder().parent / run.path
    assert kept.exists()
    carrying.carry_out(run)
    assert not kept.exists()


def test_a_site_without_region_goes_by_its_centre(layer):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM layers_region")
    west, south, east, north = job.ground()
    assert west < 116.3 < east and south < 39.9 < north


def test_the_command_imports_and_says_what_came_of_it(layer, tmp_path):
    path = files.geojson(tmp_path / "f.geojson", files.rows(2))
    out = io.StringIO()
    call_command("import_layer", "buildings", str(path), stdout=out)
    assert "2 read, 2 added" in out.getvalue()


def test_the_command_names_file_trouble_and_remedy(layer, tmp_path):
    path = tmp_path / "f.gpkg"
    path.write_text("no package")
    with pytest.raises(CommandError, match=r"f\.gpkg: .*GeoPackage"):
        call_command("import_layer", "buildings", str(path))


def test_the_command_knows_no_such_layer(db, tmp_path):
    with pytest.raises(CommandError, match="grid"):
        call_command("import_layer", "nothing", str(tmp_path))


def test_a_package_loaded_twice_reads_no_file_again(site_folder, db):
    lines: list[str] = []
    loading.load(site_folder, lines.append)
    read = [line for line in lines if line.startswith("layer ")]
    assert {line.rpartition(": ")[2] for line in read} == {"unchanged"}


def test_a_package_with_another_schema_is_read_anew(site_folder, tmp_path, db):
    entries = json.loads((site_folder / "layers.json").read_text())
    planning = next(entry for entry in entries if entry["code"] == "planning")
    planning["schema"] = planning["schema"][:1]
    (tmp_path / "layers").symlink_to(site_folder / "layers")
    (tmp_path / "layers.json").write_text(json.dumps([planning]))
    loading.load(tmp_path, print)
    features = Feature.objects.current().filter(layer__code="planning")
    assert all(list(feature.properties) == ["地块编号"] for feature in features)
