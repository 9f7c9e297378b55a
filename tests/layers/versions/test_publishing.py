"""Versions: whatever files came, each version reads back as its file was."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.models import Feature, Layer, Region, Version
from layers.reading import reader
from layers.versions import publishing
from layers.versions.staging import Staging
from tests.layers import files

KEYS = st.sampled_from([f"F{number}" for number in range(6)])
ROWS = st.dictionaries(
    KEYS,
    st.fixed_dictionaries(
        {
            "用途": st.sampled_from(["住宅", "商业", 'a"\\\tb', None]),
            "层数": st.one_of(st.none(), st.integers(0, 3)),
            "geometry": st.integers(1, 3).map(files.square),
        }
    ),
    min_size=1,
)


class Ear(reader.Channel):
    """Hears a reader in this process, without starting one."""

    def __init__(self, staging: Staging) -> None:
        self.staging = staging

    def rows(self, payload: bytes) -> None:
        self.staging.copy(payload)

    def message(self, kind: str, **content: Any) -> None:
        assert kind != "refused"


def publish(layer: Layer, path: Path, folder: Path) -> Version:
    job = reader.Job(
        path=str(path),
        folder=str(folder),
        name=path.name,
        geometry="polygon",
        key=layer.key,
        schema=layer.schema,
        batch=2,
    )

    def stage(staging: Staging) -> None:
        reader.Reader(job, Ear(staging)).run()

    return publishing.install(layer, stage, publishing.Source("f", "")).version


def of_version(layer: Layer, number: int) -> dict[str, Any]:
    rows = Feature.objects.filter(layer=layer).of_version(number)
    return {
        row.key: (row.properties, shapely.from_wkb(bytes(row.geometry.wkb)))
        for row in rows
    }


def of_file(rows: dict[str, files.Row]) -> dict[str, Any]:
    return {
        key: (
            {"编号": key}
            | {name: row[name] for name in ("用途", "层数") if row[name] is not None},
            row["geometry"],
        )
        for key, row in rows.items()
    }


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(versions=st.lists(ROWS, min_size=1, max_size=5))
def test_each_version_reads_back_as_its_file(db, tmp_path_factory, versions):
    layer = Layer.objects.filter(code="buildings").first() or files.a_layer()
    Layer.objects.filter(pk=layer.pk).update(published=None)
    layer.features.all().delete()
    Version.objects.filter(layer=layer).update(base=None)
    Version.objects.filter(layer=layer).delete()
    numbers = []
    for rows in versions:
        folder = tmp_path_factory.mktemp("v")
        given_rows = [{"编号": key, **row} for key, row in rows.items()]
        path = files.geojson(folder / "f.geojson", given_rows)
        numbers.append(publish(layer, path, folder).number)
    for number, rows in zip(numbers, versions, strict=True):
        assert of_version(layer, number) == of_file(rows)


@pytest.fixture
def layer(db: None) -> Layer:
    return files.a_layer()


def test_undo_makes_a_version_equal_to_the_one_before(layer, tmp_path, people):
    for count in (3, 2):
        path = files.geojson(tmp_path / f"{count}.geojson", files.rows(count))
        files.bring_in(layer, path)
    second = layer.versions.get(number=2)
    undone = publishing.withdraw(
        second,
        by=people["chief_data_officer"],
        act_id=uuid4(),
        evidence={"reason": "wrong_file"},
    )
    second.refresh_from_db()
    assert (undone.number, second.state.code) == (3, "withdrawn")
    assert of_version(layer, 3) == of_version(layer, 1) != of_version(layer, 2)


def test_a_version_says_what_it_is_against_the_one_before(layer, tmp_path):
    for count in (3, 2):
        path = files.geojson(tmp_path / f"{count}.geojson", files.rows(count))
        files.bring_in(layer, path)
    version = layer.versions.get(number=2)
    assert (version.rows, version.added, version.changed, version.closed) == (
        2,
        0,
        0,
        1,
    )


def test_a_key_has_one_open_row(layer, tmp_path):
    files.bring_in(layer, files.geojson(tmp_path / "f.geojson", files.rows(2)))
    keys = Feature.objects.current().filter(layer=layer).values_list("key", flat=True)
    assert sorted(keys) == ["F1", "F2"]


def test_regions_lie_in_no_cell(db):
    assert not Feature.objects.filter(layer__code="regions").exclude(cell="").exists()
    assert Region.objects.count() == 7
