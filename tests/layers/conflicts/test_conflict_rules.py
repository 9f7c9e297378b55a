"""Overlay rules as data: what is sound, and out and in as a file."""

import json

import pytest

from accounts.models import Unit
from govmap.demo import catalogue
from govmap.demo import rules as demonstration
from govmap.lib.errors import BadInput
from layers.conflicts.overlay import rules
from layers.conflicts.overlay.checking import troubles
from layers.models import Layer, OverlayRule
from tests.layers import overlays

SOUND = {
    "code": "height",
    "title": {"zh-hans": "超过限高", "en": "Too high"},
    "left": "houses",
    "right": "plots",
    "relation": "compare",
    "tolerance": {"share": 0.5},
    "compare": {"left": "高度", "op": "at_most", "right": "高度", "slack": 0.5},
    "only": {"right": {"用途": ["R2"]}},
}
USES = {"left": "用途", "op": "equal", "right": "用途"}


@pytest.fixture
def layers(db):
    made = [overlays.a_layer(code) for code in ("houses", "plots")]
    made.append(overlays.a_layer("doors", geometry="point"))
    return {layer.code: layer for layer in made}


def test_a_sound_rule_has_no_trouble(layers):
    assert troubles(SOUND, layers) == []


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"code": "Höhe"}, "code"),
        ({"code": "new"}, "code"),
        ({"title": {"en": "Too high"}}, "title"),
        ({"left": "nothing"}, "left"),
        ({"right": "houses"}, "right"),
        ({"right": "doors"}, "right"),
        ({"relation": "beside"}, "relation"),
        ({"relation": "overlaps", "left": "doors", "compare": {}}, "relation"),
        ({"relation": "twice", "left": "doors", "compare": {}}, "relation"),
        ({"relation": "twice", "tolerance": {}, "compare": {}}, "share"),
        ({"tolerance": {"share": 2}}, "share"),
        ({"tolerance": {"metres": 1}}, "metres"),
        ({"tolerance": {"area": -1}}, "area"),
        ({"tolerance": {"degrees": 1}}, "tolerance"),
        ({"tolerance": {"share": float("nan")}}, "share"),
        ({"compare": {}}, "compare"),
        ({"compare": {**USES, "op": "like"}}, "op"),
        ({"compare": {**USES, "left": "没有"}}, "compare_left"),
        ({"compare": {**USES, "right": "没有"}}, "compare_right"),
        ({"compare": {**USES, "value": "R2"}}, "compare_right"),
        ({"compare": {"left": "高度", "op": "at_most", "value": "R2"}}, "value"),
        ({"compare": {**USES, "mapping": {"住宅": "R2"}}}, "mapping"),
        ({"compare": {**USES, "op": "at_most", "mapping": {"a": ["b"]}}}, "mapping"),
        ({"compare": {**USES, "slack": -1}}, "slack"),
        ({"relation": "outside", "compare": USES}, "compare_right"),
        ({"only": {"left": {"没有": ["1"]}}}, "only_left"),
        ({"only": {"left": {"用途": []}}}, "only_left"),
        ({"active": "yes"}, "active"),
        ({"colour": "red"}, ""),
    ],
)
def test_an_unsound_rule_is_refused_with_a_sentence(layers, change, part):
    found = troubles({**SOUND, **change}, layers)
    assert part in [name for name, _sentence in found]
    assert all(sentence for _name, sentence in found)


@pytest.mark.parametrize("entry", [None, 1, [], "rule", {}])
def test_what_is_no_rule_at_all_is_refused(layers, entry):
    assert troubles(entry, layers)


def test_a_value_that_the_code_list_does_not_know_is_refused(layers):
    plots = layers["plots"]
    plots.schema = [{"name": "用途", "type": "string", "codes": {"R2": "居住"}}]
    compare = {**USES, "mapping": {"住宅": ["R9"]}}
    found = troubles({**SOUND, "compare": compare, "only": {}}, layers)
    assert [name for name, _sentence in found] == ["mapping"]


def test_rules_go_out_as_they_came_in(layers):
    rules.take([SOUND], layers.values(), by=None)
    out = rules.entry_of(OverlayRule.objects.get(code="height"))
    assert out == {**SOUND, "active": True}
    assert rules.take([json.loads(json.dumps(out))], layers.values(), by=None) == []


def test_a_file_with_one_unsound_rule_changes_nothing(layers):
    with pytest.raises(BadInput) as caught:
        rules.take(
            [SOUND, {**SOUND, "code": "x", "left": "?"}], layers.values(), by=None
        )
    assert "x:" in caught.value.text
    assert not OverlayRule.objects.filter(code="height").exists()


def test_a_site_package_may_bring_rules_and_may_not(layers, tmp_path):
    said: list[str] = []
    rules.load(tmp_path, said.append)
    (tmp_path / "rules.json").write_text(json.dumps([SOUND]), "utf-8")
    for _again in range(2):
        rules.load(tmp_path, said.append)
    assert said == [f"overlay rules: {count} new or changed" for count in (1, 0)]


def test_the_test_site_has_a_rule_that_is_loaded(db):
    rule = OverlayRule.objects.get(code="planned-use")
    assert Layer.objects.get(code="planning") in (rule.left, rule.right)


def test_the_rules_of_the_demonstration_are_sound(db):
    provider = Unit.objects.earliest("pk")
    layers = {
        entry["code"]: Layer(
            code=entry["code"],
            titles=entry["title"],
            geometry=entry["geometry"],
            schema=entry["schema"],
            provider=provider,
            pk=number,
        )
        for number, entry in enumerate(catalogue.layers(), start=1)
    }
    found = [troubles(entry, layers) for entry in demonstration.rules()]
    assert len(found) >= 7 and not any(found)
