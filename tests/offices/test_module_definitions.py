"""What is refused of a definition, published as versions, carried on, given out."""

import copy
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from offices.models import Record
from offices.modules import loading
from offices.modules.keeping import values_of
from offices.modules.loading import BadDefinition, publish
from offices.modules.making import make
from offices.modules.soundness import problems
from offices.modules.versions import attempt, carry_all
from tests.offices.modules import definition, load
from tests.sites import package

SITE = {"name": "演示工程", "kind": "small", "spot": list(package.inside(1, 1, 1))}


@pytest.fixture
def told(db: None) -> dict[str, Any]:
    """A sound definition, its procedure loaded."""
    load("construction")
    return definition("construction")


def with_field(told: dict[str, Any], name: str, **spec: Any) -> dict[str, Any]:
    told["schema"]["properties"][name] = {"title": {"zh-hans": "新字段"}, **spec}
    return told


def test_the_definitions_of_tests_are_sound(told):
    assert problems(told) == []


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"type": "string"}, "x-sensitivity"),
        ({"type": "string", "x-sensitivity": "S4"}, "S4"),
        ({"x-sensitivity": "S1", "x-codes": "no_such_list"}, "no_such_list"),
        ({"x-sensitivity": "S1", "x-ref": "record:nowhere"}, "nowhere"),
        ({"x-sensitivity": "S1", "enum": ["a"], "type": "string"}, "x-labels"),
        ({"x-sensitivity": "S1", "x-computed": "workers +"}, "无法识别"),
        ({"x-sensitivity": "S1", "x-computed": "workers + gone"}, "gone"),
        ({"x-sensitivity": "S1", "x-computed": "new_one + 1"}, "循环"),
        (
            {
                **{"x-sensitivity": "S1", "type": "string"},
                "x-when": {"field": "gone", "is": 1},
            },
            "gone",
        ),
    ],
)
def test_a_field_that_cannot_be_is_named(told, spec, said):
    found = problems(with_field(told, "new_one", **spec))
    assert any(said in sentence for sentence in found), found


@pytest.mark.parametrize("place", ["list", "filters"])
def test_what_is_sensitive_stands_in_no_list(told, place):
    with_field(told, "secret", type="string", **{"x-sensitivity": "S3"})
    told[place].append("secret")
    told["rights"]["sensitive"]["S3"] = told["rights"]["write"]
    assert any("敏感" in sentence for sentence in problems(told))


def test_religion_is_never_sorted_by(told):
    told["schema"]["properties"]["kind"]["title"] = {"zh-hans": "宗教"}
    assert any("民族、宗教" in sentence for sentence in problems(told))


def test_a_broken_definition_is_not_published(told):
    with pytest.raises(BadDefinition):
        publish(with_field(told, "new_one", type="string"))


def test_the_same_definition_is_the_same_version(told):
    assert publish(told).pk == publish(copy.deepcopy(told)).pk


def test_a_published_version_never_changes(told):
    version = publish(told)
    version.definition = {}
    with pytest.raises(DatabaseError), transaction.atomic():
        version.save()


def test_fields_keep_the_order_of_their_file(told):
    text = loading.as_text(publish(told).definition)
    names = list(told["schema"]["properties"])
    assert list(json.loads(text)["schema"]["properties"]) == names


def test_old_records_are_carried_on_by_hand(told, people):
    by = people["grid_worker"]
    module = load("construction")
    fields = {**SITE, "workers": 12}
    record, _event = make(module, by=by, uuid=uuid4(), fields=fields)
    newer = copy.deepcopy(told)
    for key in ("groups", "steps"):
        newer.pop(key)
    del newer["schema"]["properties"]["workers"]
    newer["list"] = ["name"]
    publish(newer)
    module.refresh_from_db()
    trial = attempt(module, by)
    assert [row.lost for row in trial.troubled] == [["工人数"]]
    assert Record.objects.get().version.number == 1
    carry_all(module, by)
    record = Record.objects.get()
    assert record.version.number == 2
    assert "workers" not in values_of(record)
    assert record.changes.get().data["workers"] == [12, None]
