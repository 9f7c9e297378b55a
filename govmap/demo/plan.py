"""What is drawn by hand: outline, great roads, parks and quarters of the invented city.

Local metres, x east and y north of ORIGIN (EPSG:4548 without its false easting's
rounding). The positions of the streets are rough facts; every line is invented.
"""

import math
from dataclasses import dataclass, replace

Point = tuple[float, float]

# Easting and northing in EPSG:4548 of the local zero, near the middle of the district.
ORIGIN = (445_790.0, 4_419_950.0)
# EPSG:4527 is the same projection with the zone number in front of the easting.
ORIGIN_4527 = (39_445_790.0, 4_419_950.0)

# Kerb to kerb with pavements, in metres.
ROAD_WIDTH = {
    "ring": 62.0,
    "arterial": 42.0,
    "secondary": 28.0,
    "branch": 15.0,
    "lane": 6.0,
    "service": 6.0,
    "path": 3.0,
    "wall": 0.0,
}


@dataclass(frozen=True)
class Road:
    kind: str
    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Green:
    """A park: the face of the network around `centre` stays whole below `hectares`."""

    name: str
    centre: Point
    hectares: float
    lake: str = ""  # name of the lake inside, if any
    lake_bank: float = 40.0  # metres between lake and road


@dataclass(frozen=True)
class Quarter:
    """A circle with its character; the first that holds a point decides."""

    kind: str  # hutong, compound, tower, office
    centre: Point
    radius: float


@dataclass(frozen=True)
class Plan:
    outline: tuple[Point, ...]
    roads: tuple[Road, ...]
    greens: tuple[Green, ...]
    quarters: tuple[Quarter, ...]
    streets: dict[str, Point]  # street code -> rough centre
    communities: int | None  # at most so many in each street; None: all
    blocks: int  # faces of the road network before courts and walls
    cells: int
    buildings: int
    parts: int
    area_km2: float
    moat: tuple[Point, ...] = ()
    rail: tuple[Point, ...] = ()


FULL = Plan(
    outline=(
        (-420, 5850), (500, 6080), (1450, 6020), (2380, 5900), (2450, 4950),
        (2380, 3950), (2520, 3200), (2640, 2000), (2590, 300), (2680, -1400),
        (2740, -3000), (2650, -4350), (1500, -4560), (200, -4480), (-1150, -4380),
        (-1480, -4000), (-2450, -4120), (-3650, -3700), (-4020, -2700),
        (-3880, -1600), (-2980, -1260), (-2700, -900), (-2800, 150), (-2780, 950),
        (-3380, 1250), (-3480, 2350), (-3180, 3480), (-2150, 3780), (-980, 3660),
        (-560, 3960), (-480, 4900),
    ),
    roads=(
        Road("ring", "西二环路", (
            (3300, 3880), (2300, 3900), (1200, 3960), (300, 3930), (-180, 3800),
            (-420, 3420), (-560, 2600), (-640, 1600), (-660, 500), (-700, -500),
            (-860, -980), (-1220, -1330), (-1400, -2050), (-1440, -3100),
            (-1370, -3900), (-1000, -4800))),
        Road("arterial", "长宁街", (
            (-3600, -360), (-2500, -410), (-1000, -380), (700, -440), (2000, -410),
            (3500, -430))),
        Road("arterial", "新平大街", (
            (880, 3975), (860, 3000), (930, 2100), (800, 1100), (720, -400),
            (700, -1500), (560, -2500), (500, -3500), (430, -4800))),
        Road("arterial", "三河路", (
            (-1500, 4300), (-1560, 3000), (-1720, 1900), (-1760, 700), (-1740, -400),
            (-1900, -1200), (-2230, -2000), (-2330, -3100), (-2260, -4500))),
        Road("arterial", "阜宁路", (
            (-4200, 1780), (-2600, 1840), (-1700, 1760), (-640, 1700), (850, 1640),
            (1750, 1480), (3300, 1420))),
        Road("arterial", "广宁大街", (
            (-4700, -2120), (-3300, -2060), (-2200, -1990), (-1400, -2040),
            (600, -1960),
            (1800, -2040), (3400, -2010))),
        Road("arterial", "平宁大街", (
            (-595, 2565), (300, 2600), (900, 2520), (1700, 2560), (2500, 2440),
            (3300, 2450))),
        Road("arterial", "德宁大街", (
            (1160, 3935), (1130, 4500), (1240, 5200), (1200, 6800))),
        Road("secondary", "宣宁大街", (
            (-900, -1000), (0, -1120), (700, -1060), (1700, -1010), (3300, -1080))),
        Road("secondary", "南横东街", (
            (-1465, -3180), (-500, -3270), (520, -3160), (1500, -3300), (3300, -3240))),
        Road("secondary", "虎坊路", (
            (1690, -990), (1620, -1900), (1760, -2700), (1640, -3500), (1720, -4900))),
        Road("secondary", "北沙滩路", (
            (-800, 4830), (300, 4960), (1200, 4900), (1900, 5040), (2900, 4960))),
        Road("secondary", "百川庄路", (
            (-2620, 4100), (-2680, 2900), (-2540, 1840), (-2330, 700), (-2280, -420))),
        Road("secondary", "车道沟斜街", ((-1500, 3900), (-2100, 3000), (-3700, 2660))),
        Road("secondary", "莲池斜街", (
            (-2240, -2020), (-2800, -2500), (-3150, -3100), (-3300, -4300))),
        Road("secondary", "樱桃斜街",
             ((1250, -1000), (1750, -1420), (2150, -1560), (2900, -1960))),
        Road("secondary", "佟麟桥街",
             ((120, 2600), (60, 1700), (130, 700), (40, -420))),
        Road("secondary", "菜园街",
             ((-400, -1050), (-420, -2000), (-330, -3250), (-420, -4700))),
        Road("secondary", "辟才街", ((-690, 760), (100, 700), (800, 760), (1525, 640))),
        Road("secondary", "府前街", ((1530, 1560), (1500, 640), (1580, -440))),
    ),
    greens=(
        Green("静海公园", (2080, 700), 75, "静海", 60),
        Green("北静海公园", (2080, 1960), 65, "北静海", 70),
        Green("前湖", (2050, 2980), 30, "前湖", 28),
        Green("中湖", (1500, 3300), 26, "中湖", 26),
        Green("后湖", (1250, 3640), 22, "后湖", 24),
        Green("陶园", (1080, -3900), 56, "陶园湖", 110),
        Green("西苑动物园", (-2050, 3380), 46, "西苑湖", 150),
        Green("月台公园", (-1230, 620), 12),
        Green("莲花公园", (-2760, -3330), 20, "莲花池", 60),
        Green("北滨公园", (600, 4340), 16),
        Green("枫林公园", (-60, -4000), 13),
        Green("双秀园", (1900, 5480), 9),
        Green("青年园", (-3300, -1900), 10),
        Green("万寿园", (60, -3760), 8),
        Green("宣文园", (1160, -2550), 6),
        Green("玉渊小园", (-2420, 150), 8),
    ),
    quarters=(
        Quarter("office", (-330, 650), 620),
        Quarter("office", (-330, -700), 350),
        Quarter("tower", (-1850, -2700), 620),
        Quarter("tower", (-900, -2450), 380),
        Quarter("tower", (2000, -2600), 330),
        Quarter("hutong", (2150, -1350), 1150),
        Quarter("hutong", (1000, -1500), 650),
        Quarter("hutong", (1250, 200), 780),
        Quarter("hutong", (1900, 3200), 1250),
        Quarter("hutong", (500, 3150), 900),
        Quarter("hutong", (450, 2050), 780),
        Quarter("hutong", (350, 1250), 420),
        Quarter("hutong", (1900, -3000), 500),
        Quarter("hutong", (0, -2600), 420),
        Quarter("tower", (1700, 5300), 420),
        Quarter("office", (2150, 4450), 260),
        Quarter("office", (-1150, 2900), 330),
    ),
    streets={
        "110102001": (1370, -200), "110102003": (170, 2890), "110102007": (-1790, 300),
        "110102009": (-1960, 2300), "110102010": (1000, 5000), "110102011": (-100, 700),
        "110102012": (1700, 2890), "110102013": (2220, -1790),
        "110102014": (2220, -3330),
        "110102015": (1195, -1600), "110102016": (1050, -3750),
        "110102017": (-340, -1700),
        "110102018": (100, -2700), "110102019": (-940, -3450),
        "110102020": (-2700, -2440),
    },
    communities=None,
    blocks=900,
    cells=2400,
    buildings=60_000,
    parts=20_000,
    area_km2=50.5,
    moat=((2900, 4010), (1200, 4075), (250, 4045), (-270, 3900), (-545, 3480),
          (-690, 2600), (-765, 1600), (-785, 500), (-825, -450), (-970, -890),
          (-1330, -1260), (-1515, -2000), (-1555, -3100), (-1485, -3850),
          (-1200, -4700)),
    rail=((-4700, -900), (-3300, -1450), (-2500, -1580), (-1600, -1620),
          (-1300, -1690)),
)  # fmt: skip

# The same kinds of things on one square kilometre, for tests.
SMALL = Plan(
    outline=(
        (-480, 420), (-120, 520), (330, 490), (560, 380), (520, -80), (570, -420),
        (80, -500), (-390, -440), (-540, -60),
    ),
    roads=(
        Road("arterial", "长宁街", ((-680, -30), (-200, 20), (250, -20), (690, 40))),
        Road("secondary", "德宁大街", ((30, 640), (-20, 250), (50, -200), (10, -620))),
        Road("secondary", "樱桃斜街", ((0, -45), (300, -270), (700, -420))),
    ),
    greens=(Green("静海公园", (-210, 230), 9, "静海", 36),),
    quarters=(
        Quarter("office", (-160, -140), 120),
        Quarter("hutong", (370, 140), 255),
        Quarter("tower", (-380, -300), 160),
    ),
    streets={"110102001": (300, 0), "110102010": (-250, 0)},
    communities=4,
    blocks=18,
    cells=60,
    buildings=800,
    parts=300,
    area_km2=0.9,
    moat=((-700, -420), (-480, -300), (-420, -60), (-460, 200), (-640, 520)),
)  # fmt: skip

PLANS = {"full": FULL, "small": SMALL}


def plan(size: str, area: float) -> Plan:
    """The plan of this size, stretched so that `area` m2 of outline become its area."""
    drawn = PLANS[size]
    scale = math.sqrt(drawn.area_km2 * 1e6 / area)

    def all_of(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple((x * scale, y * scale) for x, y in points)

    return replace(
        drawn,
        outline=all_of(drawn.outline),
        moat=all_of(drawn.moat),
        rail=all_of(drawn.rail),
        roads=tuple(replace(road, points=all_of(road.points)) for road in drawn.roads),
        greens=tuple(replace(g, centre=all_of((g.centre,))[0]) for g in drawn.greens),
        quarters=tuple(
            replace(q, centre=all_of((q.centre,))[0], radius=q.radius * scale)
            for q in drawn.quarters
        ),
        streets={code: all_of((at,))[0] for code, at in drawn.streets.items()},
    )
