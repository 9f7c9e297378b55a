"""What a version changes: whatever the rows, the differences are exactly that."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govmap.lib.geojson import read_bbox
from layers.models import Layer
from layers.versions.differences import Asked, BadCursor, Differences, Field
from tests.layers import files
from tests.layers.living import drafted, move, published, rows_of, submitted
from tests.layers.living import withdrawn as undone

DAYS = st.dates(date(2020, 1, 1), date(2024, 1, 1))
ROWS = st.dictionaries(
    st.sampled_from([f"F{number}" for number in range(6)]),
    st.tuples(st.sampled_from(["住宅", "商业"]), st.integers(1, 3)),
)
SOME = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def as_rows(given_rows: dict[str, tuple[str, int]]) -> list[files.Row]:
    return [
        {"编号": key, "用途": use, "geometry": files.square(at)}
        for key, (use, at) in given_rows.items()
    ]


def listed(version: Any, reader: Any, **asked: Any) -> list[Any]:
    return list(Differences(version, reader).all(Asked(**asked)))


def applied(before: dict[str, Any], version: Any, reader: Any) -> dict[str, Any]:
    """What the rows that differ make of what there was: properties by key."""
    now = {key: said for key, (said, _shape) in before.items()}
    for row in listed(version, reader):
        if row.change == "gone":
            del now[row.key]
        else:
            now[row.key] = {**now.get(row.key, {}), **row.after}
    return now


def overlapping(layer: Layer) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM layers_feature a JOIN layers_feature b"
            " ON a.layer_id = b.layer_id AND a.key = b.key AND a.id < b.id"
            " AND a.valid && b.valid WHERE a.layer_id = %s",
            [layer.pk],
        )
        return int(cursor.fetchone()[0])


@SOME
@given(old=ROWS, new=ROWS, days=st.tuples(DAYS, DAYS))
def test_the_differences_lead_from_old_to_new_and_back(people, old, new, days):
    officer = people["chief_data_officer"]
    with transaction.atomic():
        layer = files.a_layer()
        published(layer, as_rows(old), people, days[0])
        before = rows_of(layer)
        draft = drafted(layer, as_rows(new), people["steward"], days[1])
        if draft.number is None:
            check_one(layer, draft, old, new, people)
            undone(draft, officer)
        assert rows_of(layer) == before
        assert overlapping(layer) == 0
        transaction.set_rollback(True)


def check_one(layer, draft, old, new, people):
    """Of the draft and of what it becomes: the same rows, that add up."""
    officer, before = people["chief_data_officer"], rows_of(layer)
    said = listed(draft, officer)
    assert applied(before, draft, officer).keys() == new.keys()
    kept = sum(old.get(key) == new[key] for key in new)
    counts = (draft.added, draft.changed, draft.closed)
    assert kept + draft.added + draft.changed == len(new)
    assert kept + draft.changed + draft.closed == len(old)
    assert sum(counts) == len(said)
    move(submitted(draft, people["steward"]), "publish_version", officer)
    assert facts(listed(draft, officer)) == facts(said)
    now = rows_of(layer)
    assert {key: said for key, (said, _shape) in now.items()} == {
        key: {"编号": key, "用途": use} for key, (use, _at) in new.items()
    }
    assert overlapping(layer) == 0


def facts(rows: list[Any]) -> set[Any]:
    return {
        (row.change, row.key, round(row.moved or 0, 3), str(row.before), row.geometry)
        for row in rows
    }


@pytest.fixture
def layer(db: None) -> Layer:
    return files.a_layer(
        schema=[*files.FIELDS[:2], {**files.FIELDS[2], "sensitivity": "sensitive"}]
    )


@pytest.fixture
def version(layer: Layer, people: Any) -> Any:
    """One row kept, one moved, one with two other fields, one gone, one new."""
    old = files.rows(4)
    published(layer, old, people)
    new = [dict(row) for row in old[:3]]
    new[1]["geometry"] = files.square(20)
    new[2] |= {"用途": "商业", "层数": 9}
    return drafted(layer, [*new, *files.rows(7)[6:]], people["steward"])


def test_a_field_says_what_it_was_and_what_it_is(version, people):
    rows = {row.key: row for row in listed(version, people["steward"])}
    values = [(value.field.name, value.old, value.new) for value in rows["F3"].values]
    assert values == [("用途", "住宅", "商业"), ("层数", "3", "9")]
    assert rows["F2"].values == []
    assert 300 < rows["F2"].moved < 600
    assert rows["F3"].moved is None


def test_what_is_sensitive_stays_hidden(version, people):
    rows = {row.key: row for row in listed(version, people["desk"])}
    assert [value.field.name for value in rows["F3"].values] == ["用途"]
    assert rows["F3"].hides
    assert not rows["F2"].hides
    assert "层数" not in rows["F7"].after


def test_rows_are_found_by_kind_key_and_place(version, people):
    reader = people["steward"]

    def keys(**asked):
        return [row.key for row in listed(version, reader, **asked)]

    assert keys() == ["F2", "F3", "F4", "F7"] or keys() == ["F3", "F2", "F4", "F7"]
    assert keys(kind="moved") == ["F2"]
    assert (keys(kind="gone"), keys(kind="new")) == (["F4"], ["F7"])
    assert keys(query="f7") == ["F7"]
    assert keys(query="%") == []
    assert keys(box=read_bbox(",".join(map(str, files.square(7).bounds)))) == ["F7"]


def test_pages_follow_each_other(version, people):
    differences = Differences(version, people["steward"])
    seen, after = [], ""
    while True:
        page = differences.page(Asked(), after=after, limit=1)
        seen += [row.key for row in page.rows]
        if not (after := page.following):
            break
    assert sorted(seen) == ["F2", "F3", "F4", "F7"]


@pytest.mark.parametrize("after", ["x", "new", "new.x", "new.-1", "other.1", "new.9e9"])
def test_a_made_up_cursor_is_refused(version, people, after):
    with pytest.raises(BadCursor):
        Differences(version, people["steward"]).page(Asked(), after=after)


def test_the_map_shows_old_and_new_place_of_what_moved(version, people):
    features, complete = Differences(version, people["steward"]).features(Asked())
    text = "".join(features)
    assert complete
    assert len(features) == 4 + 2
    assert text.count('"role": "was"') == text.count('"role": "move"') == 1


def test_an_overtaken_draft_still_shows_what_it_was_compared_with(
    version, layer, people
):
    said = facts(listed(version, people["steward"]))
    published(layer, files.rows(9)[5:], people)
    version.refresh_from_db()
    assert facts(listed(version, people["steward"])) == said


def test_a_page_is_one_question_a_kind(version, people, django_assert_num_queries):
    differences = Differences(version, people["steward"])
    assert differences.fields
    with django_assert_num_queries(3):
        differences.page(Asked())


def test_a_code_that_is_its_own_word_is_said_once():
    use = Field("用途", "用途", {"住宅": {"zh-hans": "住宅"}, "R2": "二类居住用地"})
    assert use.text("住宅") == "住宅"
    assert use.text("R2") == "R2 二类居住用地"
