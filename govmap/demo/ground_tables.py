"""Rows of the layers of the ground: regions, cells and the base map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from .city import Ground
from .curves import Array
from .facts import Unit
from .land import Land
from .mesh import GRID

SINCE = "2024-01-01"  # when the invented cells were drawn
KIND_ORDER = ("district", "street", "community")


@dataclass(frozen=True)
class Table:
    """A layer's geometry in local metres and its columns."""

    shapes: Array
    columns: dict[str, Array]


def regions(ground: Ground, units: Sequence[Unit]) -> Table:
    """District, streets and communities with code, name, kind and parent."""
    shapes = {"110102": ground.district, **ground.streets, **ground.communities}
    chosen = [unit for unit in units if unit.code in shapes]
    return Table(
        np.array([shapes[unit.code] for unit in chosen]),
        {
            "code": np.array([unit.code for unit in chosen]),
            "name": np.array([unit.name.removesuffix("居委会") for unit in chosen]),
            "kind": np.array([unit.kind for unit in chosen]),
            "parent": np.array([unit.parent for unit in chosen]),
        },
    )


def grid(ground: Ground, units: Sequence[Unit]) -> Table:
    """Unit grid cells with the attributes of DB11/T 2157-2023."""
    names = {unit.code: short(unit.name) for unit in units}
    streets = {unit.code: unit.name for unit in units if unit.kind == "street"}
    codes = ground.cell_codes.tolist()
    return Table(
        ground.cells,
        {
            "标识码": ground.cell_codes,
            "名称": np.array(
                [f"{names[code[:12]]}{int(code[12:]):03d}单元网格" for code in codes]
            ),
            "责任主体": np.array([f"{streets[code[:9]]}办事处" for code in codes]),
            "面积": np.round(shapely.area(ground.cells), 1),
            "周长": np.round(shapely.length(ground.cells), 1),
            "初始时间": np.full(len(codes), SINCE),
            "终止日期": np.full(len(codes), None, dtype=object),
        },
    )


def short(name: str) -> str:
    """A community's name as people say it."""
    return name.removesuffix("居委会").removesuffix("社区") + "社区"


def base_land(land: Land) -> Table:
    """Blocks between the road surfaces."""
    codes = np.array([f"B{number:05d}" for number in range(1, len(land.blocks) + 1)])
    return Table(
        land.blocks, {"code": codes, "area": np.round(shapely.area(land.blocks), 1)}
    )


def base_water(land: Land) -> Table:
    """Lakes and the moat."""
    names = list(land.water)
    kinds = ["river" if name == "护城河" else "lake" for name in names]
    return Table(
        np.array(list(land.water.values())),
        {
            "code": np.array([f"W{number:03d}" for number in range(1, len(names) + 1)]),
            "name": np.array(names),
            "class": np.array(kinds),
        },
    )


def base_green(ground: Ground, land: Land) -> Table:
    """Parks, small greens and the banks of the moat."""
    chosen = np.isin(land.plot_use, ["G1", "G2"])
    water = shapely.union_all(list(land.water.values()))
    park = ground.face_green[land.plot_face[chosen]]
    shapes = shapely.difference(land.plots[chosen], water)
    names = [ground.plan.greens[index].name if index >= 0 else "" for index in park]
    classes = ["park" if index >= 0 else "green" for index in park]
    kept = ~shapely.is_empty(shapes) & (shapely.area(shapes) > 20)
    banks = shapely.get_parts([land.banks])
    banks = banks[shapely.area(banks) > 20]
    shapes = shapely.set_precision(np.concatenate([shapes[kept], banks]), GRID)
    names = [name for name, keep in zip(names, kept, strict=True) if keep]
    classes = [name for name, keep in zip(classes, kept, strict=True) if keep]
    return Table(
        shapes,
        {
            "code": np.array(
                [f"G{number:04d}" for number in range(1, len(shapes) + 1)]
            ),
            "name": np.array([*names, *[""] * len(banks)]),
            "class": np.array([*classes, *["bank"] * len(banks)]),
        },
    )


def base_roads(
    ground: Ground, land: Land, names: Sequence[str], widths: dict[str, float]
) -> Table:
    """Centre lines with class, name and width; great roads run on beyond the border."""
    water = (
        shapely.union_all(list(land.water.values()))
        if land.water
        else shapely.Polygon()
    )
    rows = [
        (
            road.line if road.kind != "path" else road.line.difference(water),
            road.kind,
            name,
        )
        for road, name in zip(ground.roads, names, strict=True)
        if road.kind != "wall"
    ]
    if land.rail is not None:
        rows.append((land.rail, "rail", "演示铁路"))
    parts, owner = shapely.get_parts([row[0] for row in rows], return_index=True)
    keep = shapely.length(parts) > 1
    parts, owner = parts[keep], owner[keep]
    return Table(
        parts,
        {
            "code": np.array([f"R{number:05d}" for number in range(1, len(parts) + 1)]),
            "name": np.array([rows[index][2] for index in owner]),
            "class": np.array([rows[index][1] for index in owner]),
            "width": np.array([widths.get(rows[index][1], 4.0) for index in owner]),
        },
    )
