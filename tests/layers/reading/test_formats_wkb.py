"""COPY text is put together by column: it must say what each row alone would."""

import json
import math
from typing import Any

import numpy as np
import pyarrow
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.reading import attributes, copying, shapes, wkb

SQUARE = shapely.box(116, 39, 116.1, 39.1)
RING = shapely.Polygon(
    [(116, 39), (117, 39), (117, 40)], [[(116.5, 39.2), (116.6, 39.2), (116.6, 39.3)]]
)
LINE = shapely.LineString([(116, 39), (117, 39), (117, 40)])
POINT = shapely.Point(116, 39)
SHAPES = [
    *(SQUARE, RING, LINE, POINT),
    *(shapely.MultiPolygon([SQUARE]), shapely.MultiPolygon([RING])),
    shapely.MultiPolygon([SQUARE, shapely.box(118, 39, 119, 40)]),
    *(shapely.MultiLineString([LINE]), shapely.MultiLineString([LINE, LINE])),
    *(shapely.MultiPoint([POINT]), shapely.MultiPoint([(1, 2), (3, 4)])),
]


def joined(column: Any) -> list[str]:
    return [head.as_py() + tail.as_py() for head, tail in zip(*column, strict=True)]


def alone(geometry: Any, srid: int) -> list[str]:
    placed = shapely.set_srid(geometry, srid)
    return [
        text.lower() for text in shapely.to_wkb(placed, hex=True, include_srid=True)
    ]


@given(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=9))
def test_both_copies_are_what_geos_writes(chosen):
    geometry = np.array(chosen, dtype=object)
    stored, drawn = wkb.both(geometry)
    assert joined(stored) == alone(geometry, 4490)
    assert joined(drawn) == alone(shapes.mercator_of(geometry), 3857)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def unescaped(text: str) -> str:
    """As PostgreSQL's COPY reads a field."""
    marks = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\\\": "\\"}
    out, at = "", 0
    while at < len(text):
        pair = text[at : at + 2]
        out, at = out + marks.get(pair, text[at]), at + (2 if pair in marks else 1)
    return out


def written(column: Any, convert: Any) -> list[Any]:
    """What COPY and JSON make of a column's fragments again."""
    attribute = attributes.Attribute('na"me', "c", False, convert)
    texts, faults = copying.fragments(attribute, column)
    assert not faults
    objects = [
        json.loads("{" + unescaped(text)[2:] + "}") for text in texts.to_pylist()
    ]
    return [found.get('na"me') for found in objects]


@given(st.lists(st.none() | TEXTS, min_size=1))
def test_texts_come_through_json_and_copy(values):
    column = pyarrow.array(values, pyarrow.string())
    found = written(column, attributes.as_text)
    assert [text or None for text in found] == [
        (value.strip() or None) if value else None for value in values
    ]


@given(st.lists(st.none() | NUMBERS, min_size=1))
def test_numbers_come_through_without_loss(values):
    column = pyarrow.array(values, pyarrow.float64())
    for found, value in zip(written(column, attributes.as_number), values, strict=True):
        assert found == value or math.isclose(found, value)


@given(st.lists(st.none() | st.integers(-(2**60), 2**60), min_size=1))
def test_integers_come_through_as_they_are(values):
    column = pyarrow.array(values, pyarrow.int64())
    assert written(column, attributes.as_integer) == values


@given(st.lists(TEXTS, min_size=1))
def test_keys_by_column_are_those_by_row(values):
    def by_row(value: str) -> str:
        try:
            return attributes.key_of(value)
        except attributes.Refused:
            return ""

    names, faults = copying.keys(pyarrow.array(values, pyarrow.string()))
    assert names.to_pylist() == [by_row(value) for value in values]
    assert set(faults) == {i for i, value in enumerate(values) if not by_row(value)}


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_a_number_without_end_is_refused(value):
    attribute = attributes.Attribute("n", "c", False, attributes.as_number)
    _, faults = copying.fragments(attribute, pyarrow.array([1.0, value]))
    assert [fault.code for fault in faults.values()] == ["wrong_attribute"]
