"""Cells, communities and streets tile; what stands on the ground stays in its cell."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame

from .conftest import Package


def rectangles(shapes: np.ndarray) -> float:
    """Share of shapes that fill their best box."""
    box = shapely.area(shapely.oriented_envelope(shapes))
    return float((shapely.area(shapes) / box > 0.99).mean())


def of_kind(regions: GeoDataFrame, kind: str) -> GeoDataFrame:
    return regions[regions["kind"] == kind]


def test_cells_share_every_vertex_of_their_borders(cells):
    assert shapely.coverage_is_valid(cells.geometry.values)


def test_cells_tile_each_community(cells, regions):
    communities = of_kind(regions, "community").set_index("code").geometry
    for code, members in cells.groupby(cells["标识码"].str[:12]):
        union = shapely.coverage_union_all(members.geometry.values)
        assert shapely.symmetric_difference(union, communities[code]).area < 0.01


def test_every_community_has_cells(cells, regions):
    assert set(cells["标识码"].str[:12]) == set(of_kind(regions, "community")["code"])


@pytest.mark.parametrize(("kind", "parent"), [("community", 9), ("street", 6)])
def test_regions_tile_the_region_above(regions, kind, parent):
    outer = regions.set_index("code").geometry
    rows = of_kind(regions, kind)
    for code, members in rows.groupby(rows["code"].str[:parent]):
        union = shapely.coverage_union_all(members.geometry.values)
        assert shapely.symmetric_difference(union, outer[code]).area < 0.01


@pytest.mark.parametrize("layer", ["grid", "regions"])
def test_a_cell_and_a_region_are_one_piece(package: Package, layer):
    assert set(package.layer(layer).geom_type) == {"Polygon"}


def test_cell_numbers_run_from_one_without_a_gap(cells):
    for _, codes in cells["标识码"].groupby(cells["标识码"].str[:12]):
        assert sorted(int(code[12:]) for code in codes) == list(
            range(1, len(codes) + 1)
        )


def test_cell_numbers_run_from_north_to_south(cells):
    north = cells.geometry.centroid.y
    for _, rows in cells.groupby(cells["标识码"].str[:12]):
        first, last = rows["标识码"].idxmin(), rows["标识码"].idxmax()
        # A row of cells is about 130 m high.
        assert north[first] > north[last] - 130


def test_most_cells_have_one_to_three_hectares(cells):
    hectares = cells.area / 1e4
    assert hectares.between(1, 3).mean() > 0.85


@pytest.mark.parametrize(
    ("layer", "column"), [("housing", "单元网格"), ("courtyards", "单元网格")]
)
def test_what_is_built_lies_in_the_cell_it_names(
    package: Package, cells, layer, column
):
    rows = package.layer(layer)
    cell = cells.set_index("标识码").geometry[rows[column]].values
    # 2 mm: an edge that is straight in degrees is a little bent in metres.
    assert shapely.covers(shapely.buffer(cell, 0.002), rows.geometry.values).all()


@pytest.mark.parametrize(
    ("layer", "column"), [("parts", "SZDYWGBSM"), ("addresses", "单元网格")]
)
def test_a_point_lies_in_exactly_one_cell(package: Package, cells, layer, column):
    rows = package.layer(layer)
    point, cell = shapely.STRtree(cells.geometry.values).query(
        rows.geometry.values, predicate="intersects"
    )
    assert len(point) == len(rows)
    assert (cells["标识码"].values[cell] == rows[column].values[point]).all()


def test_no_building_crosses_a_cell_border(package: Package, cells):
    shapes = package.layer("housing").geometry.values
    house, _ = shapely.STRtree(cells.geometry.values).query(
        shapes, predicate="intersects"
    )
    assert len(house) == len(shapes)


@pytest.mark.parametrize("layer", ["housing", "courtyards", "planning"])
def test_neighbours_do_not_overlap(package: Package, layer):
    shapes = package.layer(layer).geometry.values
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    overlap = shapely.area(
        shapely.intersection(shapes[one[pairs]], shapes[other[pairs]])
    )
    assert overlap.max(initial=0) < 0.05


def test_buildings_stand_beside_the_roads(package: Package):
    roads = package.layer("base_roads")
    roads = roads[~roads["class"].isin(["path", "rail"])]
    surface = shapely.buffer(roads.geometry.values, roads["width"].values / 2 - 0.3)
    houses = package.layer("housing").geometry.values
    assert not len(shapely.STRtree(houses).query(surface, predicate="intersects")[0])


def test_no_building_stands_in_water(package: Package):
    water = package.layer("base_water").geometry.values
    houses = package.layer("housing").geometry.values
    assert not len(shapely.STRtree(houses).query(water, predicate="intersects")[0])


@pytest.mark.parametrize(
    "layer", ["grid", "base_land", "planning", "courtyards", "housing"]
)
def test_fewer_than_one_shape_in_ten_is_a_rectangle(package: Package, layer):
    assert rectangles(package.layer(layer).geometry.values) < 0.1


@pytest.mark.parametrize(
    "layer",
    ["grid", "regions", "base_land", "base_green", "planning", "courtyards", "housing"],
)
def test_shapes_are_valid(package: Package, layer):
    assert package.layer(layer).geometry.is_valid.all()
