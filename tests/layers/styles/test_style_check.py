"""The one checker of styles: what site packages and the editor are told."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govmap.demo import catalogue as demo
from govmap.lib.errors import BadInput
from layers import loading
from layers.models import Layer
from layers.styles import palettes
from layers.styles.check import Ground, check, is_colour, problems
from layers.styles.vocabulary import ink_on
from tests.layers.styles.test_style import RATIO, USE

GROUND = Ground({"use": "string", "floors": "integer", "name": "string"})
SIMPLE = {"code": "plain", "type": "simple", "color": "#d0342c"}
VALUES = {
    "code": "use",
    "type": "categorical",
    "field": "use",
    "values": [{"value": "R2", "color": "#f6e27f"}],
}
STEPS = {
    "code": "floors",
    "type": "graduated",
    "field": "floors",
    "steps": [{"from": 0, "color": "#eeeeee"}],
}


def paths(*styles):
    return [problem.path for problem in problems(list(styles), GROUND)]


@pytest.mark.parametrize("style", [SIMPLE, VALUES, STEPS])
def test_what_keeps_to_the_vocabulary_is_sound(style):
    assert paths(style) == []


def test_the_demonstration_and_the_tests_are_sound():
    for entry in demo.layers():
        check(entry["styles"], entry["schema"], of=entry["code"])
    assert not list(problems([USE, RATIO], Ground({})))


@pytest.mark.parametrize(
    ("style", "path"),
    [
        ({**SIMPLE, "color": "red"}, (0, "color")),
        ({**SIMPLE, "color": "#12"}, (0, "color")),
        ({**SIMPLE, "color": "#12345g"}, (0, "color")),
        ({**SIMPLE, "outline": {"light": "#123456"}}, (0, "outline")),
        ({**SIMPLE, "opacity": 1.1}, (0, "opacity")),
        ({**SIMPLE, "opacity": "half"}, (0, "opacity")),
        ({**SIMPLE, "opacity": True}, (0, "opacity")),
        ({**SIMPLE, "width": -1}, (0, "width")),
        ({**SIMPLE, "width": float("nan")}, (0, "width")),
        ({**SIMPLE, "radius": 99}, (0, "radius")),
        ({**SIMPLE, "dash": [2]}, (0, "dash")),
        ({**SIMPLE, "dash": [2, 0]}, (0, "dash")),
        ({**SIMPLE, "sign": "三个字"}, (0, "sign")),
        ({**SIMPLE, "minzoom": 18, "maxzoom": 12}, (0, "maxzoom")),
        ({**SIMPLE, "minzoom": 40}, (0, "minzoom")),
        ({**SIMPLE, "type": "fancy"}, (0, "type")),
        ({**SIMPLE, "code": "Mit Leer"}, (0, "code")),
        ({**SIMPLE, "colour": "#123456"}, (0, "colour")),
        ({**SIMPLE, "title": {"en": "x" * 61}}, (0, "title")),
        ({**SIMPLE, "label": {"field": "gone"}}, (0, "label", 0, "field")),
        ({**SIMPLE, "label": {"field": "name", "size": 3}}, (0, "label", 0, "size")),
        (
            {**SIMPLE, "label": [{"field": "name", "along": 1}]},
            (0, "label", 0, "along"),
        ),
        ({**VALUES, "field": "gone"}, (0, "field")),
        ({**VALUES, "field": ""}, (0, "field")),
        ({**VALUES, "values": []}, (0, "values")),
        ({**VALUES, "values": [{"color": "#111111"}]}, (0, "values", 0, "value")),
        ({**VALUES, "other": {"color": "x"}}, (0, "other", "color")),
        ({**STEPS, "field": "use"}, (0, "field")),
        ({**STEPS, "steps": [{"from": "many"}]}, (0, "steps", 0, "from")),
        ({**STEPS, "steps": [{"from": 1}, {"from": 1}]}, (0, "steps", 1, "from")),
    ],
)
def test_each_value_that_is_wrong_is_named(style, path):
    assert path in paths(style)


def test_two_styles_have_two_codes():
    assert paths(SIMPLE, SIMPLE) == [(1, "code")]


@pytest.mark.parametrize("styles", [None, {}, "x", [None], [[]], [1] * 99])
def test_what_is_no_list_of_styles_is_refused(styles):
    assert list(problems(styles, GROUND))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["code", "type", "field", "values", "steps", "label", "color"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_is_said_is_answered(said):
    list(problems([said], GROUND))


@given(st.text(string.hexdigits, min_size=6, max_size=6))
def test_every_hex_colour_is_one_and_can_be_written_on(digits):
    assert is_colour(f"#{digits}")
    assert ink_on(f"#{digits}") in {"#1c2530", "#ffffff"}


@given(st.sampled_from(sorted(palettes.RAMPS)), st.integers(1, 12))
def test_a_ramp_has_as_many_sound_colours_as_asked(name, count):
    colours = palettes.ramp(name, count)
    assert len(colours) == count
    assert all(map(is_colour, colours))


@pytest.mark.parametrize(
    ("code", "colour"),
    [("R2", "#f6e27f"), ("R21", "#f6e27f"), ("a33", "#f4b6cf"), ("X9", "#cfcfcf")],
)
def test_land_use_wears_the_colour_of_its_class(code, colour):
    assert palettes.land_use(code) == colour


def test_a_package_with_a_wrong_colour_is_refused_by_name(db, site_folder):
    entry = next(
        entry
        for entry in loading.read_json(site_folder / "layers.json")
        if entry["code"] == "planning"
    )
    wrong = {**entry, "styles": [{**SIMPLE, "color": "reddish"}]}
    with pytest.raises(BadInput, match=r"planning: styles\.0\.color"):
        loading._catalogue(wrong)
    assert Layer.objects.get(code="planning").styles == []
