"""Time: what was so on which day, whatever versions came in which order."""

import itertools
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from govmap.lib.geo import SRID
from layers.models import Feature, Layer, Version
from layers.versions import publishing
from layers.versions.staging import Staging
from tests.layers import files

FIRST = date(2020, 1, 1)
OWN = {"valid_from": "起", "valid_to": "止"}
# So few days that they meet often; the last ones are still ahead of nobody.
DAYS = [FIRST + timedelta(days=number) for number in range(9)]
Rows = dict[str, dict[str, Any]]
Said = dict[str, dict[str, Any]]  # properties by key

quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
keys = st.sampled_from("ABC")
uses = st.fixed_dictionaries({"用途": st.sampled_from(["住宅", "商业"])})


@st.composite
def periods(draw: Callable[..., Any]) -> dict[str, Any]:
    """A row with days of its own: both, one or none."""
    first, last = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2)))
    row = draw(uses)
    if draw(st.booleans()):
        row["起"] = first.isoformat()
    if draw(st.booleans()) and last > first:
        row["止"] = last.isoformat()
    return row


plain = st.dictionaries(keys, uses, min_size=1)
dated = st.dictionaries(keys, periods(), min_size=1)


def layer_of(fields: dict[str, str]) -> Layer:
    return files.a_layer(code=f"t{uuid4().hex[:12]}", fields=fields)


def publish(layer: Layer, rows: Rows, as_of: date) -> publishing.Drafted:
    """A version with these attributes by key, true from that day."""

    def stage(staging: Staging) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO staged_feature (number, key, geometry, mercator,"
                " properties) SELECT %s, %s, box, ST_Transform(box, 3857), %s FROM"
                f" ST_MakeEnvelope(116.3, 39.9, 116.301, 39.901, {SRID}) box",
                [
                    (number, key, json.dumps(row, ensure_ascii=False))
                    for number, (key, row) in enumerate(rows.items(), 1)
                ],
            )

    source = publishing.Source("f", "", as_of)
    return publishing.install(Layer.objects.get(pk=layer.pk), stage, source)


def undo(version: Version) -> None:
    publishing.withdraw(
        version,
        by=User.objects.get(username="chief_data_officer"),
        act_id=uuid4(),
        evidence={"reason": "wrong_file"},
    )


def on(layer: Layer, day: date) -> Said:
    rows = list(Feature.objects.of_layers([layer.pk]).on_day(day))
    assert len({row.key for row in rows}) == len(rows)
    return {row.key: row.properties for row in rows}


def of_version(version: Version) -> Said:
    rows = publishing.features_of(version)
    return {row.key: row.properties for row in rows}


def every_day(layer: Layer) -> list[Said]:
    around = [FIRST - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1)]
    return [on(layer, day) for day in around]


@quick
@given(
    files_of_days=st.lists(
        st.tuples(dated, st.sampled_from(DAYS), st.booleans()), min_size=1, max_size=5
    )
)
def test_rows_of_one_key_never_overlap(db, files_of_days):
    """Files of any days in any order, some withdrawn again."""
    layer = layer_of(OWN)
    for rows, as_of, is_withdrawn in files_of_days:
        drafted = publish(layer, rows, as_of)
        if is_withdrawn and drafted.differs:
            undo(drafted.version)
    ranges: dict[str, list[Any]] = {}
    for row in Feature.objects.filter(layer=layer).order_by("pk"):
        if not row.valid.isempty:
            ranges.setdefault(row.key, []).append(row.valid)
    for of_key in ranges.values():
        for one, other in itertools.combinations(of_key, 2):
            assert not overlap(one, other), of_key


def overlap(one: Any, other: Any) -> bool:
    first = max(one.lower or date.min, other.lower or date.min)
    return first < min(one.upper or date.max, other.upper or date.max)


@quick
@given(
    versions=st.lists(st.tuples(dated, st.sampled_from(DAYS)), min_size=1, max_size=4)
)
def test_today_is_what_is_known_now_and_true_now(db, versions):
    layer = layer_of(OWN)
    for rows, as_of in versions:
        publish(layer, rows, as_of)
    today = DAYS[-1] + timedelta(days=1)
    current = Feature.objects.current().filter(layer=layer, valid__contains=today)
    assert on(layer, today) == {row.key: row.properties for row in current}


@quick
@given(versions=st.lists(plain, min_size=1, max_size=4), data=st.data())
def test_a_version_holds_until_the_day_of_the_next(db, versions, data):
    days = sorted(data.draw(st.sets(st.sampled_from(DAYS), min_size=4, max_size=4)))
    layer, said = layer_of({}), []
    for rows, day in zip(versions, days, strict=False):
        said.append((day, of_version(publish(layer, rows, day).version)))
    assert on(layer, days[0] - timedelta(days=1)) == {}
    for (day, rows), (following, _rows) in itertools.pairwise([*said, (date.max, {})]):
        assert on(layer, day) == rows
        assert on(layer, following - timedelta(days=1)) == rows


@quick
@given(first=dated, as_of=st.sampled_from(DAYS))
def test_features_come_and_go_on_their_own_days(db, first, as_of):
    layer = layer_of(OWN)
    publish(layer, first, as_of)
    for day in DAYS:
        assert set(on(layer, day)) == {
            key for key, row in first.items() if is_true(row, day, as_of)
        }


def is_true(row: dict[str, Any], day: date, as_of: date) -> bool:
    until = row.get("止", "9999")
    since = row.get("起") or (as_of.isoformat() if until > as_of.isoformat() else "")
    return bool(since <= day.isoformat() < until)


@quick
@given(versions=st.lists(plain, min_size=2, max_size=4), data=st.data())
def test_withdrawing_leaves_every_day_as_it_was(db, versions, data):
    days = sorted(data.draw(st.lists(st.sampled_from(DAYS), min_size=4, max_size=4)))
    layer = layer_of({})
    for rows, day in zip(versions[:-1], days, strict=False):
        publish(layer, rows, day)
    before = every_day(layer)
    drafted = publish(layer, versions[-1], days[-1])
    if drafted.differs:
        undo(drafted.version)
    assert every_day(layer) == before


def test_a_mistake_with_days_of_its_own_never_was(db):
    layer = layer_of(OWN)
    publish(layer, {"A": {"起": "2020-01-01"}}, DAYS[0])
    before = every_day(layer)
    wrong = {"A": {"起": "2020-01-01"}, "B": {"起": "2020-01-03"}}
    undo(publish(layer, wrong, DAYS[8]).version)
    assert every_day(layer) == before


@pytest.mark.parametrize("day", ["2019-12-31", "2020-01-01"])
def test_nothing_was_before_anything_is_known(db, day):
    layer = layer_of({})
    publish(layer, {"A": {}}, FIRST)
    assert bool(on(layer, date.fromisoformat(day))) is (day == "2020-01-01")
