"""The relations of the overlay rules, against squares reckoned in the head."""

from itertools import combinations
from typing import Any

import pytest
import shapely
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.layers import overlays
from tests.layers.overlays import a_rule, box, found, layer_of, square_metres

pytestmark = pytest.mark.django_db
SOME = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SIDES = st.tuples(*[st.integers(1, 12)] * 2)
PLACES = st.tuples(*[st.integers(0, 50)] * 2)
SQUARES = st.lists(st.tuples(PLACES, SIDES), min_size=1, max_size=6)
PLOT = 20  # steps across; plots lie side by side


class Undo(Exception):
    """Ends an example of a property."""


def undone(work: Any) -> Any:
    """What ``work`` answers, and the database as it was."""
    answers = []
    try:
        with transaction.atomic():
            answers.append(work())
            raise Undo
    except Undo:
        return answers[0]


def named(squares: Any) -> dict[str, Any]:
    return {f"H{n}": box(*at, *size) for n, (at, size) in enumerate(squares)}


def plots() -> dict[str, Any]:
    """2 x 2 plots; what lies beyond 40 steps lies on none."""
    return {
        f"P{column}{row}": box(column * PLOT, row * PLOT, PLOT, PLOT)
        for column in (0, 1)
        for row in (0, 1)
    }


def shared(square: Any, other: Any) -> int:
    """Steps square that two boxes share."""
    (x, y), (width, height) = square
    (left, low), (wide, high) = other
    across = min(x + width, left + wide) - max(x, left)
    upwards = min(y + height, low + high) - max(y, low)
    return max(0, across) * max(0, upwards)


def outside_own(square: Any) -> int:
    """What lies outside the plot that holds most of it."""
    size = square[1][0] * square[1][1]
    held = [
        shared(square, ((column * PLOT, row * PLOT), (PLOT, PLOT)))
        for column in (0, 1)
        for row in (0, 1)
    ]
    return size - max(held)


@SOME
@given(SQUARES, st.sampled_from([0, 10, 30]))
def test_what_lies_outside_its_plot_is_found_with_its_area(squares, tolerated):
    def ask():
        rule = a_rule(
            "outside",
            layer_of("houses", named(squares)),
            layer_of("plots", plots()),
            tolerance={"area": square_metres(tolerated)},
        )
        return {left: measure for (left, _right), measure in found(rule).items()}

    wanted = {
        f"H{n}": square_metres(outside_own(square))
        for n, square in enumerate(squares)
        if outside_own(square) > tolerated
    }
    assert undone(ask) == pytest.approx(wanted, rel=1e-3)


@SOME
@given(SQUARES, SQUARES)
def test_what_lies_inside_is_found_pair_by_pair(squares, lines):
    def ask():
        rule = a_rule(
            "inside",
            layer_of("houses", named(squares)),
            layer_of("heritage", named(lines)),
        )
        return found(rule)

    wanted = {
        (f"H{n}", f"H{m}"): square_metres(shared(square, line))
        for n, square in enumerate(squares)
        for m, line in enumerate(lines)
        if shared(square, line)
    }
    assert undone(ask) == pytest.approx(wanted, rel=1e-3)


@SOME
@given(SQUARES, st.sampled_from([0.0, 0.3]))
def test_overlaps_of_one_layer_are_found_once(squares, share):
    def ask():
        plots = layer_of("plots", named(squares))
        return found(a_rule("overlaps", plots, plots, tolerance={"share": share}))

    wanted = {}
    for (n, one), (m, other) in combinations(enumerate(squares), 2):
        least = min(one[1][0] * one[1][1], other[1][0] * other[1][1])
        both = shared(one, other)
        if both and both / least > share + 1e-9:
            wanted[f"H{n}", f"H{m}"] = square_metres(both)
    assert undone(ask) == pytest.approx(wanted, rel=1e-3)


@SOME
@given(SQUARES, st.sampled_from([0.1, 0.45]))
def test_the_same_thing_twice_is_what_shares_most_of_both(squares, share):
    def ask():
        houses = layer_of("houses", named(squares))
        rule = a_rule("twice", houses, houses, tolerance={"share": share})
        return set(found(rule))

    wanted = set()
    for (n, one), (m, other) in combinations(enumerate(squares), 2):
        both = shared(one, other)
        either = one[1][0] * one[1][1] + other[1][0] * other[1][1] - both
        if both >= (1 - share) * either:
            wanted.add((f"H{n}", f"H{m}"))
    assert undone(ask) == wanted


HEIGHTS = st.lists(st.integers(1, 30) | st.none(), min_size=1, max_size=5)


@SOME
@given(HEIGHTS, st.integers(1, 30), st.integers(0, 5))
def test_a_height_above_what_the_plot_allows_is_found_with_the_excess(
    heights, limit, slack
):
    def ask():
        houses = {f"H{n}": box(3 * n, 2, 2, 2) for n in range(len(heights))}
        rule = a_rule(
            "compare",
            layer_of(
                "houses",
                houses,
                高度={f"H{n}": height for n, height in enumerate(heights)},
            ),
            layer_of("plots", plots(), 高度={"P00": limit}),
            compare={"left": "高度", "op": "at_most", "right": "高度", "slack": slack},
        )
        return {left: measure for (left, _right), measure in found(rule).items()}

    wanted = {
        f"H{n}": height - limit
        for n, height in enumerate(heights)
        if height is not None and height > limit + slack
    }
    assert undone(ask) == pytest.approx(wanted)


def test_storeys_are_turned_into_metres_by_a_factor():
    houses = layer_of("houses", {"H": box(2, 2, 5, 5)}, 高度={"H": 7})
    ground = layer_of("plots", plots(), 高度={"P00": 18})
    compare = {"left": "高度", "op": "at_most", "right": "高度", "factor": 3}
    rule = a_rule("compare", houses, ground, compare=compare)
    assert found(rule) == {("H", "P00"): 3.0}


def test_planned_use_is_compared_with_actual_use_through_a_mapping():
    houses = {"A": box(1, 1, 3, 3), "B": box(5, 1, 3, 3), "C": box(9, 1, 3, 3)}
    rule = a_rule(
        "compare",
        layer_of("houses", houses, 用途={"A": "住宅", "B": "商业", "C": "没有的"}),
        layer_of("plots", plots(), 用途={"P00": "R2"}),
        compare={
            "left": "用途",
            "op": "equal",
            "right": "用途",
            "mapping": {"住宅": ["R1", "R2"], "商业": ["B1"]},
        },
    )
    assert found(rule) == {("B", "P00"): pytest.approx(square_metres(9), rel=1e-3)}
    row = rule.conflicts.get()
    assert (row.left_value, row.right_value) == ("商业", "R2")


def test_a_comparison_narrows_another_relation():
    houses = {"A": box(1, 1, 3, 3), "B": box(5, 1, 3, 3)}
    rule = a_rule(
        "inside",
        layer_of("houses", houses, 高度={"A": 6, "B": 12}),
        layer_of("heritage", plots()),
        compare={"left": "高度", "op": "at_most", "value": 9},
    )
    assert set(found(rule)) == {("B", "P00")}


def test_only_the_features_that_a_rule_names_are_looked_at():
    houses = {"A": box(1, 1, 3, 3), "B": box(25, 1, 3, 3)}
    rule = a_rule(
        "inside",
        layer_of("houses", houses),
        layer_of("plots", plots(), 用途={"P00": "A7", "P10": "R2"}),
        only={"right": {"用途": ["A7"]}},
    )
    assert set(found(rule)) == {("A", "P00")}


def test_a_building_over_the_border_by_less_than_the_metres_is_let_be():
    houses = {"near": box(15, 2, 6, 4), "far": box(15, 8, 9, 4)}
    ground = layer_of("plots", {"P": box(0, 0, 20, 20)})
    for metres, wanted in ((0, {"near", "far"}), (1.5, {"far"}), (5, set())):
        rule = undone_rule(houses, ground, metres)
        assert {left for left, _right in rule} == wanted


def undone_rule(houses: Any, ground: Any, metres: float) -> Any:
    def ask():
        left = layer_of("houses", houses)
        return found(a_rule("outside", left, ground, tolerance={"metres": metres}))

    return undone(ask)


def test_a_building_on_no_plot_is_outside_with_no_right_one():
    rule = a_rule(
        "outside",
        layer_of("houses", {"H": box(60, 60, 10, 10)}),
        layer_of("plots", plots()),
    )
    assert found(rule) == {("H", ""): pytest.approx(square_metres(100), rel=1e-3)}


def test_where_plots_overlap_the_one_that_holds_most_is_the_own():
    """The first of them holds the building's middle, and less of it than the second."""
    ground = {
        "A": box(0, 0, 6, 10),
        "B": shapely.union(box(3, 0, 7, 10), box(0, 0, 9, 2)),
    }
    rule = a_rule("outside", layer_of("houses", {"H": box(0, 0, 10, 10)}),
                  layer_of("plots", ground))  # fmt: skip
    assert list(found(rule)) == [("H", "B")]


def test_points_and_lines_lie_in_and_out_too():
    ground = layer_of("plots", plots())
    spots = overlays.a_layer("doors", geometry="point")
    at = {"in": box(5, 5, 1, 1).centroid, "out": box(70, 5, 1, 1).centroid}
    overlays.publish(spots, at)
    pipes = overlays.a_layer("pipes", geometry="line")
    middle = box(30, 10, 20, 0.0001).centroid.y
    (west, _, east, _) = box(30, 10, 20, 1).bounds
    line = shapely.LineString([(west, middle), (east, middle)])
    overlays.publish(pipes, {"pipe": line})
    assert set(found(a_rule("outside", spots, ground, code="doors"))) == {("out", "")}
    measures = found(a_rule("outside", pipes, ground, code="pipes"))
    wanted = overlays.GEOD.line_length([west, (west + east) / 2], [middle, middle])
    assert measures == {("pipe", "P10"): pytest.approx(wanted, rel=1e-3)}


def test_the_same_door_twice_is_found_by_metres():
    doors = overlays.a_layer("doors", geometry="point")
    overlays.publish(
        doors,
        {key: box(x, 5, 1, 1).centroid for key, x in (("a", 0), ("b", 1), ("c", 9))},
    )
    pairs = found(a_rule("twice", doors, doors, tolerance={"metres": 2}))
    wanted = overlays.GEOD.line_length([116.3, 116.3 + overlays.STEP], [39.9, 39.9])
    assert pairs == {("a", "b"): pytest.approx(wanted, rel=1e-3)}


def test_areas_are_those_of_the_ellipsoid(db):
    houses = {f"H{n}": box(n * 90, n * 60, 5 + n, 7) for n in range(4)}
    rule = a_rule("outside", layer_of("houses", houses), layer_of("plots", {
        "P": box(-50, -50, 1, 1)}))  # fmt: skip
    found(rule)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(abs(measure / ST_Area(geometry::geography) - 1))"
            " FROM layers_conflict"
        )
        assert cursor.fetchone()[0] < 1e-4


def test_what_is_not_so_today_is_not_compared():
    houses = layer_of("houses", {"H": box(60, 60, 10, 10)})
    rule = a_rule("outside", houses, layer_of("plots", plots()))
    houses.features.update(valid=("2999-01-01", None))
    assert found(rule) == {}
