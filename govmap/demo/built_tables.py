"""Rows of the layers of what is built and planned."""

from dataclasses import dataclass

import numpy as np
import shapely

from .addresses import Doors, house_numbers
from .city import Ground
from .curves import Array
from .ground_tables import SINCE, Table
from .houses import Houses
from .land import Land
from .mesh import GRID
from .names import house_names
from .offices import department_name, disposer
from .parts import Parts

# GB 50137-2011 code: (name, plot ratio from, to, height limit from, to in metres)
USES: dict[str, tuple[str, float, float, int, int]] = {
    "R1": ("一类居住用地", 0.5, 0.8, 9, 12), "R2": ("二类居住用地", 1.4, 2.8, 18, 60),
    "A1": ("行政办公用地", 1.2, 2.5, 18, 45), "A2": ("文化设施用地", 0.8, 1.8, 12, 30),
    "A33": ("中小学用地", 0.6, 0.9, 12, 24), "A35": ("科研用地", 1.2, 2.4, 24, 45),
    "A4": ("体育用地", 0.4, 1.0, 12, 24), "A5": ("医疗卫生用地", 1.2, 2.2, 24, 60),
    "A6": ("社会福利用地", 0.8, 1.4, 12, 24), "A7": ("文物古迹用地", 0.3, 0.6, 6, 9),
    "B1": ("商业用地", 1.5, 3.0, 18, 45), "B2": ("商务用地", 2.5, 5.0, 45, 120),
    "B3": ("娱乐康体用地", 0.8, 1.8, 12, 30), "M1": ("一类工业用地", 0.8, 1.4, 12, 24),
    "W1": ("一类物流仓储用地", 0.6, 1.2, 9, 18),
    "U1": ("供应设施用地", 0.3, 0.8, 9, 18),
    "U2": ("环境设施用地", 0.3, 0.8, 9, 12), "S4": ("交通场站用地", 0.1, 0.5, 6, 12),
    "G1": ("公园绿地", 0.0, 0.1, 3, 9), "G2": ("防护绿地", 0.0, 0.0, 0, 0),
    "S1": ("城市道路用地", 0.0, 0.0, 0, 0),
}  # fmt: skip
USE_OF = {
    "R": "住宅", "A1": "办公", "A2": "文化", "A33": "教育", "A35": "办公", "A4": "体育",
    "A5": "医疗", "A6": "养老", "A7": "文物", "B1": "商业", "B2": "办公", "B3": "商业",
    "M": "仓储", "W": "仓储", "U": "市政", "S": "市政", "G": "市政",
}  # fmt: skip
NAMED = {
    "B2": "大厦",
    "B1": "商场",
    "A5": "医院",
    "A1": "办公楼",
    "A2": "文化馆",
    "A7": "寺",
}
COURT_HOUSES = ("正房", "东厢房", "西厢房", "倒座房", "自建房")


@dataclass(frozen=True)
class Town:
    """What the tables are made of."""

    ground: Ground
    land: Land
    houses: Houses
    doors: Doors
    streets: dict[str, str]  # code -> name
    communities: dict[str, str]  # code -> name


def planning(town: Town, rng: np.random.Generator) -> Table:
    """Plots of the detailed plan, and the road land of each community as S1."""
    land, ground = town.land, town.ground
    cells = ground.cell_codes[ground.face_cell[land.plot_face]]
    home = np.array([code[:12] for code in cells])
    roads = _road_land(town, home)
    shapes = np.concatenate([land.plots, np.array(list(roads.values()))])
    # Corners a centimetre apart survive the rounding of the file.
    shapes = shapely.set_precision(shapes, GRID)
    uses = np.concatenate(
        [land.plot_use, np.full(len(roads), "S1", dtype=object)]
    ).astype(str)
    homes = np.concatenate([home, np.array(list(roads))])
    quarter = ground.face_quarter[land.plot_face]
    old = np.concatenate([quarter == "hutong", np.zeros(len(roads), bool)])
    figures = _figures(uses, old, rng)
    return Table(
        shapes,
        {
            "地块编号": _plot_numbers(homes),
            "用地代码": uses,
            "用地性质": np.array([USES[use][0] for use in uses]),
            **figures,
            "面积": np.round(shapely.area(shapes), 1),
            "所属街道": np.array([town.streets[code[:9]] for code in homes]),
            "批准日期": np.full(len(uses), "2021-06-30"),
        },
    )


def _figures(uses: Array, old: Array, rng: np.random.Generator) -> dict[str, Array]:
    """What the plan allows on each plot; old quarters stay low."""
    low, high, floor, ceiling = np.array([USES[use][1:] for use in uses], dtype=float).T
    low_town = old & (floor > 0)
    limit = np.where(low_town, 9, np.round(rng.uniform(floor, ceiling) / 3) * 3)
    ratio = np.where(low_town, np.minimum(high, 0.8) * 0.9, rng.uniform(low, high))
    green, road = np.char.startswith(uses, "G"), uses == "S1"
    cover, plants = rng.uniform(22, 48, len(uses)), rng.uniform(18, 38, len(uses))
    return {
        "容积率": np.round(ratio, 2),
        "限高": limit.astype(int),
        "建筑密度": np.where(green | road, 2 * (ratio > 0), cover).astype(int),
        "绿地率": np.where(road, 0, np.where(green, plants + 50, plants)).astype(int),
    }


def _road_land(town: Town, home: Array) -> dict[str, shapely.Geometry]:
    made: dict[str, shapely.Geometry] = {}
    for code, shape in town.ground.communities.items():
        plots = shapely.union_all(town.land.plots[home == code])
        rest = shapely.buffer(shapely.difference(shape, plots), 0)
        if rest.area > 100:
            made[code] = rest
    return made


def _plot_numbers(homes: Array) -> Array:
    """XC, street, community and a number within the community."""
    count: dict[str, int] = {}
    numbers = []
    for code in homes.tolist():
        count[code] = count.get(code, 0) + 1
        numbers.append(f"XC{code[6:9]}-{code[9:]}-{count[code]:03d}")
    return np.array(numbers)


def housing(town: Town, rng: np.random.Generator) -> Table:
    """Buildings with floors, year, use, ownership and structure."""
    houses, land, ground = town.houses, town.land, town.ground
    plot = houses.parcels.plot[houses.parcel]
    fabric = houses.parcels.fabric[houses.parcel]
    use_code = land.plot_use[plot].astype(str)
    cells = ground.cell_codes[ground.face_cell[land.plot_face[plot]]]
    floors, year = _floors(fabric, use_code, rng), _years(fabric, rng)
    height = np.round(floors * rng.uniform(2.8, 3.3, len(plot)) + 0.6, 1)
    own = np.isin(fabric, ("courtyard", "temple", "shops"))
    old = own & (floors == 1)
    area = shapely.area(houses.shapes) * floors * 0.92
    home = np.char.startswith(use_code, "R")
    numbers = house_numbers(houses, town.doors.own)
    uses = np.array(
        [USE_OF.get(code, USE_OF.get(code[0], "其他")) for code in use_code]
    )
    trade = own & home & (rng.random(len(plot)) < 0.07)
    uses = np.where(trade, "商业", uses)
    return Table(
        houses.shapes,
        {
            "房屋编号": _house_codes(cells),
            "楼号": _house_labels(houses, numbers, fabric),
            "名称": _names(use_code, numbers, town, rng),
            "层数": floors,
            "高度": height,
            "建成年代": year,
            "用途": uses,
            "产权": _owners(old, home, year, rng),
            "结构": np.where(old, "砖木", np.where(floors <= 6, "砖混", "钢混")),
            "建筑面积": np.round(area, 1),
            "户数": np.where(
                home, np.maximum(1, area / np.where(old, 45, 72)), 0
            ).astype(int),
            "门牌": _doors(town, numbers),
            "单元网格": cells,
        },
    )


def _floors(fabric: Array, use: Array, rng: np.random.Generator) -> Array:
    count = len(fabric)
    floors = np.ones(count, dtype=int)
    floors[fabric == "courtyard"] = np.where(
        rng.random((fabric == "courtyard").sum()) < 0.06, 2, 1
    )
    ranges = {
        "slab": (4, 8),
        "tower": (14, 31),
        "hall": (3, 10),
        "school": (3, 6),
        "shops": (1, 4),
    }
    for name, (low, high) in ranges.items():
        floors[fabric == name] = rng.integers(low, high, int((fabric == name).sum()))
    tall = (use == "B2") & (fabric == "hall")
    floors[tall] = rng.integers(9, 32, int(tall.sum()))
    high_slab = (fabric == "slab") & (rng.random(count) < 0.12)
    floors[high_slab] = rng.integers(10, 19, int(high_slab.sum()))
    return floors


def _years(fabric: Array, rng: np.random.Generator) -> Array:
    centre = {"courtyard": 1935, "temple": 1790, "slab": 1984, "tower": 2001,
              "hall": 1997,
              "school": 1993, "shops": 1986, "pavilion": 1995,
              "shed": 1990}  # fmt: skip
    width = {"courtyard": 24, "temple": 60}
    mean = np.array([centre[name] for name in fabric])
    spread = np.array([width.get(name, 9) for name in fabric])
    return np.clip(rng.normal(mean, spread), 1600, 2024).astype(int)


def _owners(old: Array, home: Array, year: Array, rng: np.random.Generator) -> Array:
    kinds = ["直管公房", "单位自管", "私产", "商品房"]
    chances = {
        "old": (0.58, 0.17, 0.24, 0.01), "older": (0.16, 0.52, 0.04, 0.28),
        "new": (0.02, 0.13, 0.01, 0.84), "work": (0.08, 0.72, 0.0, 0.2),
    }  # fmt: skip
    group = np.where(
        old, "old", np.where(~home, "work", np.where(year < 1995, "older", "new"))
    )
    owners = np.empty(len(old), dtype="<U4")
    for name, weights in chances.items():
        here = group == name
        owners[here] = rng.choice(kinds, int(here.sum()), p=weights)
    return owners


def _house_codes(cells: Array) -> Array:
    """Cell code and a number within the cell."""
    order = np.argsort(cells, kind="stable")
    first = np.concatenate(
        [[0], np.flatnonzero(cells[order][1:] != cells[order][:-1]) + 1]
    )
    rank = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
    codes = np.empty(len(cells), dtype=object)
    codes[order] = [
        f"{cell}{number + 1:04d}"
        for cell, number in zip(cells[order], rank, strict=True)
    ]
    return codes


def _house_labels(houses: Houses, numbers: Array, fabric: Array) -> Array:
    rows = zip(numbers.tolist(), houses.part.tolist(), fabric.tolist(), strict=True)
    return np.array(
        [
            f"{number}号楼"
            if number
            else COURT_HOUSES[part]
            if name == "courtyard"
            else ""
            for number, part, name in rows
        ],
        dtype=object,
    )


def _names(use: Array, numbers: Array, town: Town, rng: np.random.Generator) -> Array:
    names = np.full(len(use), "", dtype=object)
    for code, ending in NAMED.items():
        here = np.flatnonzero((use == code) & (town.houses.part == 0))
        here = here[rng.random(len(here)) < 0.5]
        names[here] = house_names(len(here), ending, rng)
    schools = np.flatnonzero((use == "A33") & (numbers == 1))
    names[schools] = house_names(len(schools), "小学", rng)
    return names


def _doors(town: Town, numbers: Array) -> Array:
    doors, parcel = town.doors, town.houses.parcel
    road = [doors.road_names[index] for index in doors.road[parcel]]
    rows = zip(road, doors.number[parcel].tolist(), numbers.tolist(), strict=True)
    return np.array(
        [
            f"{name}{door}号" + (f"{house}号楼" if house else "")
            for name, door, house in rows
        ]
    )


def courtyards(town: Town) -> Table:
    """Courts of the old quarters (院落): the parcels around which houses stand."""
    parcels, doors, ground = town.houses.parcels, town.doors, town.ground
    rows = np.flatnonzero(np.isin(parcels.fabric, ("courtyard", "temple")))
    cells = ground.cell_codes[ground.face_cell[town.land.plot_face[parcels.plot[rows]]]]
    road = [doors.road_names[index] for index in doors.road[rows]]
    count = np.bincount(town.houses.parcel, minlength=len(parcels.shapes))[rows]
    return Table(
        parcels.shapes[rows],
        {
            "院落编号": np.array([f"Y{code}" for code in _house_codes(cells)]),
            "门牌": np.array(
                [
                    f"{name}{door}号"
                    for name, door in zip(
                        road, doors.number[rows].tolist(), strict=True
                    )
                ]
            ),
            "房屋栋数": count,
            "面积": np.round(shapely.area(parcels.shapes[rows]), 1),
            "单元网格": cells,
        },
    )


def addresses(town: Town) -> Table:
    """One point for each door, and one for each building behind a shared door."""
    houses, doors, ground = town.houses, town.doors, town.ground
    numbers = house_numbers(houses, doors.own)
    parcel = np.concatenate([np.flatnonzero(doors.own), houses.parcel[numbers > 0]])
    behind = np.concatenate([np.zeros(int(doors.own.sum()), int), numbers[numbers > 0]])
    shapes = np.concatenate(
        [houses.parcels.shapes[doors.own], houses.shapes[numbers > 0]]
    )
    cells = ground.cell_codes[
        ground.face_cell[town.land.plot_face[houses.parcels.plot[parcel]]]
    ]
    road = np.array([doors.road_names[index] for index in doors.road[parcel]])
    door = np.array([f"{number}号" for number in doors.number[parcel]])
    estate = doors.estate[parcel]
    house = np.array([f"{number}号楼" if number else "" for number in behind])
    street = np.array([town.streets[code[:9]] for code in cells])
    community = np.array([town.communities[code[:12]] for code in cells])
    head = "北京市西城区"
    full = [
        head + "".join(parts)
        for parts in zip(street, road, door, estate, house, strict=True)
    ]
    codes = np.array([f"D{code}" for code in _house_codes(cells)])
    return Table(
        shapely.point_on_surface(shapes),
        {
            "地址编码": codes,
            "省": np.full(len(cells), "北京市"),
            "市": np.full(len(cells), "北京市"),
            "区": np.full(len(cells), "西城区"),
            "街道": street,
            "社区": community,
            "道路": road,
            "小区": estate,
            "门牌号": door,
            "楼牌号": house,
            "标志物": np.full(len(cells), "", dtype=object),
            "全称": np.array(full),
            "单元网格": cells,
        },
    )


def parts_table(town: Town, parts: Parts, names: dict[str, str]) -> Table:
    """City parts with the fields of GB/T 47678.5-2026, table 2."""
    count = len(parts.points)
    order = np.argsort(parts.code, kind="stable")
    number = np.zeros(count, dtype=int)
    first = np.concatenate(
        [[0], np.flatnonzero(np.diff(parts.code[order].astype(int))) + 1]
    )
    number[order] = np.arange(count) - np.repeat(first, np.diff([*first, count])) + 1
    units = [disposer("part", code) for code in parts.code]
    labels = [department_name(code) for code in units]
    cells = town.ground.cell_codes[parts.cell]
    return Table(
        parts.points,
        {
            "GLBJBSM": np.array(
                [
                    f"110102{code}{rank:06d}"
                    for code, rank in zip(parts.code, number, strict=True)
                ]
            ),
            "GLBJDL": np.array([code[:2] for code in parts.code]),
            "GLBJDM": parts.code,
            "GLBJMC": np.array([names[code] for code in parts.code]),
            "ZGBMDM": np.array(units),
            "ZGBMMC": np.array(labels),
            "QSDWDM": np.array(units),
            "QSDWMC": np.array(labels),
            "YHDWDM": np.array(units),
            "YHDWMC": np.array(labels),
            "SZDYWGBSM": cells,
            "GLBJZT": parts.state,
            "CSRQ": np.full(count, SINCE),
            "BGRQ": np.where(parts.state == "完好", "", "2026-03-01").astype(object),
            "SJLY": np.full(count, "其他"),
            "BZ": np.full(count, "演示数据", dtype=object),
        },
    )
