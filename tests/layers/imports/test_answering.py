"""What becomes of an import that somebody answers or cancels."""

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from layers.imports import answering, carrying
from layers.models import DraftRow, Feature, ImportRun, Layer, Version
from layers.reading import process
from tests.layers import files

Status = ImportRun.Status
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def layer() -> Layer:
    return files.a_layer()


@pytest.fixture
def waiting(layer: Layer, people: Any, tmp_path: Path) -> ImportRun:
    path = files.geojson(tmp_path / "f.geojson", files.rows(3))
    return files.run_of(layer, path, by=people["chief_data_officer"])


@pytest.fixture
def asking(layer: Layer, people: Any, tmp_path: Path) -> ImportRun:
    """The import of a shapefile that does not say its system."""
    path = files.zipped_shapefile(tmp_path / "s.zip", files.rows(), without=(".prj",))
    run = files.run_of(layer, path, by=people["chief_data_officer"])
    return carrying.carry_out(run)


def kept(run: ImportRun) -> bool:
    return (Path(settings.VAR) / run.path).exists()


def nothing_of(layer: Layer) -> bool:
    rows = Feature.objects.filter(layer=layer), Version.objects.filter(layer=layer)
    drafts = DraftRow.objects.filter(version__layer=layer)
    return not any(found.exists() for found in (*rows, drafts))


def test_a_file_that_leaves_a_question_waits_with_its_run(asking):
    assert asking.status == Status.ASKING
    assert kept(asking)


def test_an_answer_carries_on_with_the_same_file(asking):
    heard: list[ImportRun] = []
    run = answering.answer(asking, {"crs": "EPSG:4527"}, then=heard.append)
    assert [run.pk] == [asking.pk] == [item.pk for item in heard]
    carrying.carry_out(run)
    assert run.status == Status.DONE
    assert run.report["crs_from"] == "told"


def test_an_answer_sent_twice_goes_on_once(asking):
    heard: list[ImportRun] = []
    for _ in range(2):
        answering.answer(asking, {"crs": "EPSG:4527"}, then=heard.append)
    assert len(heard) == 1


def test_what_asks_nothing_takes_no_answer(waiting):
    carrying.carry_out(waiting)
    with pytest.raises(answering.NothingAsked):
        answering.answer(waiting, {}, then=print)


def test_an_answer_for_a_file_that_was_swept_says_so(asking):
    (Path(settings.VAR) / asking.path).unlink()
    with pytest.raises(answering.Gone):
        answering.answer(asking, {"crs": "EPSG:4527"}, then=print)


@pytest.mark.parametrize("name", ["waiting", "asking"])
def test_a_cancelled_import_leaves_nothing(request, name, layer):
    run = request.getfixturevalue(name)
    answering.cancel(run)
    answering.cancel(run)
    assert carrying.carry_out(run).status == Status.CANCELLED
    assert not kept(run)
    assert nothing_of(layer)


def test_a_running_import_stops_at_the_next_batch(waiting, layer):
    seen: list[int] = []

    def cancel_then(read: int, total: int | None) -> None:
        seen.append(read)
        answering.cancel(ImportRun.objects.get(pk=waiting.pk))

    carrying.carry_out(waiting, progress=cancel_then)
    assert (waiting.status, seen) == (Status.CANCELLED, [3])
    assert not kept(waiting)
    assert nothing_of(layer)


def test_a_draft_being_written_is_taken_back(waiting, layer, monkeypatch):
    whole = carrying.publishing.draft

    def cancelled_meanwhile(*given: Any, **more: Any) -> Any:
        drafted = whole(*given, **more)
        # As another connection would: this one is in the draft's transaction.
        _elsewhere(waiting)
        return drafted

    monkeypatch.setattr(carrying.publishing, "draft", cancelled_meanwhile)
    carrying.carry_out(waiting)
    assert waiting.status == Status.CANCELLED
    assert nothing_of(layer)


def _elsewhere(run: ImportRun) -> None:
    def work() -> None:
        answering.cancel(ImportRun.objects.get(pk=run.pk))
        connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_an_ended_import_is_not_cancelled(waiting):
    carrying.carry_out(waiting)
    with pytest.raises(answering.HasEnded):
        answering.cancel(waiting)
    assert waiting.status == Status.DONE


def test_a_reader_that_loses_its_file_to_a_cancel_says_nothing(waiting, monkeypatch):
    def read(*given: Any) -> Any:
        answering.cancel(ImportRun.objects.get(pk=waiting.pk))
        yield from ()
        raise process.Trouble("broken", said="gone")

    monkeypatch.setattr(carrying.process, "read", read)
    carrying.carry_out(waiting)
    assert (waiting.status, waiting.message) == (Status.CANCELLED, "")
