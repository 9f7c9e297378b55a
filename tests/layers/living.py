"""Versions for tests: drafted from rows, driven through their life by people."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import shapely
from django.db import connection, transaction

from accounts.models import User
from layers.imports import carrying
from layers.models import Feature, Layer, Version
from layers.versions import publishing
from layers.versions.staging import TABLE, Staging
from tests.layers import files
from workflow.engine import act, verb_with

ByKey = dict[str, Any]


def imported(layer: Layer, folder: Path, rows: list[files.Row], by: User) -> Version:
    """The draft that a file with these rows makes, with its import."""
    path = files.geojson(folder / f"{uuid4()}.geojson", rows)
    run = carrying.carry_out(files.run_of(layer, path, by=by))
    assert run.version, run.message
    return run.version


def drafted(
    layer: Layer, rows: list[files.Row], by: User, as_of: date | None = None
) -> Version:
    """The draft that these rows make, without a file."""
    layer.refresh_from_db()
    with transaction.atomic(), Staging.of(layer) as staging:
        stage(layer, rows)
        staging.index()
        source = publishing.Source("更新.geojson", str(uuid4()), as_of)
        made = publishing.draft(
            staging, source, by=by, act_id=uuid4(), may_be_empty=True
        )
    return made.version


def stage(layer: Layer, rows: list[files.Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE} SELECT %s, %s, shape, ST_Transform(shape, 3857), %s"
            " FROM ST_SetSRID(ST_GeomFromText(%s), 4490) shape",
            [
                (
                    number,
                    row[layer.key],
                    json.dumps(_said(row)),
                    shapely.to_wkt(row["geometry"], rounding_precision=9),
                )
                for number, row in enumerate(rows, start=1)
            ],
        )


def _said(row: files.Row) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != "geometry" and v is not None}


def move(version: Version, effect: str, by: User, **evidence: Any) -> Version:
    """Does the move with this effect."""
    verb = verb_with(version.process, effect)
    act(version, verb, by=by, act_id=uuid4(), evidence=evidence)
    version.refresh_from_db()
    return version


def submitted(version: Version, by: User) -> Version:
    """Waiting for whoever publishes."""
    (verb,) = {
        step.verb
        for step in version.moves_from_here()
        if step.to_state_id != version.state_id and step.primary
    }
    act(version, verb, by=by, act_id=uuid4())
    version.refresh_from_db()
    return version


def published(
    layer: Layer,
    rows: list[files.Row],
    people: dict[str, User],
    as_of: date | None = None,
) -> Version:
    """The steward uploads and submits, the officer publishes."""
    version = drafted(layer, rows, people["steward"], as_of)
    submitted(version, people["steward"])
    return move(version, "publish_version", people["chief_data_officer"])


def withdrawn(version: Version, by: User) -> Version:
    """The version that came in its place."""
    return publishing.withdraw(
        version, by=by, act_id=uuid4(), evidence={"reason": "wrong_data"}
    )


def rows_of(layer: Layer, number: int | None = None) -> ByKey:
    """Properties and geometry by key, of a version or of today."""
    rows = Feature.objects.filter(layer=layer)
    chosen = rows.current() if number is None else rows.of_version(number)
    return {row.key: (row.properties, bytes(row.geometry.wkb)) for row in chosen}
