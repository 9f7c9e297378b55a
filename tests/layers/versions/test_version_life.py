"""The life of a version: who may do what, once, and what comes back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import shapely
from django.db import connection

from govmap.lib.errors import DomainError
from layers.imports import carrying, comparing
from layers.models import DraftRow, GridCell, ImportRun, Layer, PendingAct, Region
from layers.versions import acts, publishing
from layers.versions.publishing import NothingBefore, NotTheNewest, Outdated
from tests.layers import files
from tests.layers.living import (
    drafted,
    imported,
    move,
    published,
    rows_of,
    submitted,
    withdrawn,
)
from workflow.engine import act
from workflow.errors import Barred, IllegalMove


@pytest.fixture
def layer(db: None) -> Layer:
    return files.a_layer()


@pytest.fixture
def steward(people: Any) -> Any:
    return people["steward"]


@pytest.fixture
def officer(people: Any) -> Any:
    return people["chief_data_officer"]


@pytest.fixture
def three(layer: Layer, people: Any) -> list[Any]:
    """Versions of 1, 2 and 3 rows."""
    return [published(layer, files.rows(n), people) for n in (1, 2, 3)]


def test_who_uploads_does_not_approve(layer, steward):
    draft = submitted(drafted(layer, files.rows(), steward), steward)
    with pytest.raises(Barred):
        move(draft, "publish_version", steward)


def test_who_uploads_does_not_approve_what_another_submits(layer, steward, officer):
    draft = submitted(drafted(layer, files.rows(), officer), steward)
    for person in (steward, officer):
        with pytest.raises(Barred):
            move(draft, "publish_version", person)


def test_publishing_is_done_once(layer, steward, officer):
    draft = submitted(drafted(layer, files.rows(), steward), steward)
    act_id = uuid4()
    first, second = (
        acts.do(draft, "publish", by=officer, act_id=act_id) for _time in range(2)
    )
    layer.refresh_from_db()
    assert first == second
    assert (layer.published.number, layer.features.count()) == (1, 3)


def test_withdrawing_puts_back_what_was_there(three, layer, officer):
    before = rows_of(layer, 2)
    equal = withdrawn(three[2], officer)
    assert equal.number == 4
    assert rows_of(layer) == before


def test_withdrawn_again_it_goes_on_backwards(three, layer, officer):
    wanted = rows_of(layer, 1)
    withdrawn(withdrawn(three[2], officer), officer)
    assert rows_of(layer) == wanted


def test_a_withdrawn_version_is_never_put_back(three, layer, people):
    withdrawn(three[2], people["chief_data_officer"])
    newer = published(layer, files.rows(5), people)
    withdrawn(newer, people["chief_data_officer"])
    assert rows_of(layer) == rows_of(layer, 2)
    layer.refresh_from_db()
    withdrawn(layer.published, people["chief_data_officer"])
    assert rows_of(layer) == rows_of(layer, 1)


def test_the_first_version_leaves_nothing_behind(layer, people, officer):
    first = published(layer, files.rows(), people)
    empty = withdrawn(first, officer)
    assert rows_of(layer) == {}
    assert (empty.number, empty.rows, empty.closed) == (2, 0, 3)
    with pytest.raises(NothingBefore):
        withdrawn(empty, officer)


def test_after_nothing_a_file_begins_anew(layer, people, officer):
    withdrawn(published(layer, files.rows(), people), officer)
    again = published(layer, files.rows(2), people)
    assert (again.added, again.rows) == (2, 2)
    withdrawn(again, officer)
    assert rows_of(layer) == {}


def test_only_the_newest_is_withdrawn(three, officer):
    with pytest.raises(NotTheNewest):
        withdrawn(three[1], officer)


def test_withdrawn_twice_it_is_withdrawn_once(three, layer, officer):
    act_id, evidence = uuid4(), {"reason": "wrong_data"}
    made = [
        publishing.withdraw(three[2], by=officer, act_id=act_id, evidence=evidence)
        for _time in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(IllegalMove):
        withdrawn(three[2], officer)


def test_an_older_version_comes_back_as_a_draft(three, layer, steward, officer):
    restored = publishing.restore(three[0], by=steward, act_id=uuid4()).version
    assert (restored.closed, restored.rows, restored.number) == (2, 1, None)
    assert restored.quality == three[0].quality
    move(submitted(restored, steward), "publish_version", officer)
    assert rows_of(layer) == rows_of(layer, 1)


def test_restored_twice_by_one_form_it_is_one_draft(three, steward):
    act_id = uuid4()
    made = [
        publishing.restore(three[0], by=steward, act_id=act_id).version
        for _time in range(2)
    ]
    assert made[0] == made[1]


def test_what_is_published_is_not_restored(three, steward):
    assert not publishing.restore(three[2], by=steward, act_id=uuid4()).differs


def test_an_overtaken_draft_is_not_published(three, layer, people, officer):
    late = drafted(layer, files.rows(5), people["steward"])
    published(layer, files.rows(4), people)
    with pytest.raises(Outdated):
        move(submitted(late, people["steward"]), "publish_version", officer)


@pytest.fixture
def late(three: Any, layer: Layer, tmp_path: Any, people: Any) -> Any:
    """A draft that another version overtook."""
    made = imported(layer, tmp_path, files.rows(5), people["steward"])
    published(layer, files.rows(4), people)
    return made.__class__.objects.get(pk=made.pk)


def test_an_overtaken_draft_is_compared_anew(late, steward):
    uuid = uuid4()
    run, same = (comparing.again(late, by=steward, uuid=uuid) for _time in range(2))
    late.refresh_from_db()
    assert run == same
    assert late.state.code == "discarded"
    fresh = ImportRun.objects.get(pk=run.pk)
    carrying.carry_out(fresh)
    assert (fresh.version.added, fresh.version.base.number) == (1, 4)


def test_a_draft_that_is_not_overtaken_is_not_compared_anew(layer, steward):
    draft = drafted(layer, files.rows(), steward)
    with pytest.raises(comparing.NotOutdated):
        comparing.again(draft, by=steward, uuid=uuid4())


def test_the_night_forgets_what_is_over(three, layer, steward):
    draft = drafted(layer, files.rows(5), steward)
    assert publishing.sweep_drafts() > 0
    kept = set(DraftRow.objects.values_list("version", flat=True))
    assert kept == {draft.pk}


def test_cells_come_back_when_their_layer_is_withdrawn(people, officer):
    grid = Layer.objects.get(code="grid")
    before = set(GridCell.objects.filter(valid__endswith=None).values_list("code"))
    key = sorted(rows_of(grid))[0]
    fewer = [row for row in _file_rows(grid) if row["标识码"] != key]
    version = published(grid, fewer, people)
    assert not GridCell.objects.filter(code=key, valid__endswith=None).exists()
    withdrawn(version, officer)
    open_now = GridCell.objects.filter(valid__endswith=None).values_list("code")
    assert set(open_now) == before


def test_regions_come_back_when_their_layer_is_withdrawn(people, officer):
    regions = Layer.objects.get(code="regions")
    before = set(Region.objects.values_list("unit__code", flat=True))
    key = max(before)
    fewer = [row for row in _file_rows(regions) if row["code"] != key]
    withdrawn(published(regions, fewer, people), officer)
    assert set(Region.objects.values_list("unit__code", flat=True)) == before


def _file_rows(layer: Layer) -> list[files.Row]:
    return [
        {**row.properties, "geometry": shapely.from_geojson(row.geometry.json)}
        for row in layer.features.current()
    ]


class TestLong:
    """Publishing much is a worker's work."""

    @pytest.fixture
    def draft(self, layer, steward, monkeypatch):
        monkeypatch.setattr(acts, "LONG", 2)
        return submitted(drafted(layer, files.rows(), steward), steward)

    def test_it_is_queued_and_done_once(self, draft, layer, officer):
        act_id = uuid4()
        queued, same = (
            acts.do(draft, "publish", by=officer, act_id=act_id) for _time in range(2)
        )
        assert isinstance(queued, PendingAct)
        assert queued == same
        for _time in range(2):
            acts.carry_out(PendingAct.objects.get(pk=queued.pk))
        layer.refresh_from_db()
        assert layer.published.number == 1

    def test_who_may_not_is_not_queued(self, draft, steward):
        with pytest.raises(Barred):
            acts.do(draft, "publish", by=steward, act_id=uuid4())
        assert not PendingAct.objects.exists()

    def test_two_do_not_publish_at_once(self, draft, officer):
        acts.do(draft, "publish", by=officer, act_id=uuid4())
        with pytest.raises(acts.AtWork):
            acts.do(draft, "publish", by=officer, act_id=uuid4())

    def test_what_refuses_it_is_kept(self, draft, officer):
        queued = acts.do(
            draft, "publish", by=officer, act_id=uuid4(), evidence={"note": "好"}
        )
        act(draft, "discard", by=officer, act_id=uuid4())
        ended = acts.carry_out(PendingAct.objects.get(pk=queued.pk))
        assert ended.has_ended
        assert ended.trouble
        assert ended.evidence == {}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two people at the same moment: one wins, the other is told."""

    def attempt(self, calls):
        def run(call):
            try:
                return call()
            except DomainError as error:
                return type(error)
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(run, calls))

    def test_two_drafts_are_not_both_published(self, people):
        layer = files.a_layer()
        steward, officer = people["steward"], people["chief_data_officer"]
        made = [
            submitted(drafted(layer, files.rows(n), steward), steward) for n in (1, 2)
        ]
        ended = self.attempt(
            [
                lambda draft=draft: (
                    acts.do(draft, "publish", by=officer, act_id=uuid4()).verb
                )
                for draft in made
            ]
        )
        assert sorted(map(str, ended)) == sorted(["publish", str(Outdated)])

    def test_two_do_not_both_withdraw(self, people):
        layer = files.a_layer()
        version = published(layer, files.rows(1), people)
        version = published(layer, files.rows(2), people)
        calls = [
            lambda name=name: withdrawn(version, people[name]).number
            for name in ("steward", "chief_data_officer")
        ]
        ended = self.attempt(calls)
        assert set(ended) == {3, IllegalMove}
        assert len(rows_of(layer)) == 1
