"""A small invented site for tests, with places that one can reckon in the head.

Two streets side by side, each of two communities one above the other, each of 2 x 2
square cells of a thousandth of a degree (about 85 x 111 m). East of the second street
lies ground of the district that no cell covers.
"""

import csv
import json
from pathlib import Path
from typing import Any

WEST, SOUTH, STEP = 116.300, 39.900, 0.001
DISTRICT = "110109"
STREETS = {"110109001": "东街街道", "110109002": "西街街道"}
OFFICE = "110109001-city_office"  # of the first street
PASSWORD = "a long enough password"
DEPARTMENTS = {
    "sanitation": ("环卫中心", "department"),
    "gardens": ("园林中心", "department"),
    "team": ("综合行政执法队", "team"),
}


def cell_code(street: int, community: int, number: int) -> str:
    return f"{DISTRICT}{street:03d}{community:03d}{number:03d}"


def inside(street: int, community: int, number: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a cell (all counted from 1)."""
    column = (street - 1) * 2 + (number - 1) % 2
    row = (community - 1) * 2 + (number - 1) // 2
    return (
        round(WEST + (column + 0.5) * STEP, 7),
        round(SOUTH + (3.5 - row) * STEP, 7),
    )


OUTSIDE_GRID = (WEST + 5.5 * STEP, SOUTH + 2 * STEP)  # in the district, in no cell
OUTSIDE_DISTRICT = (WEST - 20 * STEP, SOUTH)


def write(folder: Path, *, process: Path) -> Path:
    """Write the package into ``folder``, with the process of that file."""
    for name in ("classification", "processes", "layers"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "processes" / "case.json").write_bytes(process.read_bytes())
    _json(folder / "site.json", _site())
    _csv(folder / "units.csv", ["code", "name", "name_en", "kind", "parent"], _units())
    _json(folder / "accounts.json", _accounts())
    _json(folder / "calendar.json", _calendar())
    _json(folder / "ladder.json", _ladder())
    _classification(folder / "classification")
    _json(folder / "layers" / "regions.geojson", _regions())
    _json(folder / "layers" / "grid.geojson", _grid())
    _json(folder / "layers" / "planning.geojson", _planning())
    _json(folder / "layers" / "addresses.geojson", _addresses())
    _json(folder / "layers.json", _layers())
    _json(folder / "rules.json", _rules())
    return folder


def _site() -> dict[str, Any]:
    return {
        "code": "test-site",
        "title": {"zh-hans": "测试区", "en": "Test district"},
        "notice": {"zh-hans": "测试数据", "en": "Test data"},
        "demonstration": True,
        "district": DISTRICT,
        "center": [WEST + 2 * STEP, SOUTH + 2 * STEP],
    }


def _units() -> list[list[str]]:
    rows = [[DISTRICT, "测试区", "Test district", "district", ""]]
    for code, name in STREETS.items():
        rows.append([code, name, f"Street {code[-1]}", "street", DISTRICT])
        for number in (1, 2):
            community = f"{code}{number:03d}"
            name_en = f"Community {code[-1]}-{number}"
            rows.append(
                [community, f"{name[:2]}第{number}社区", name_en, "community", code]
            )
    rows += [
        [code, name, code.title(), kind, DISTRICT]
        for code, (name, kind) in DEPARTMENTS.items()
    ]
    street = OFFICE.partition("-")[0]
    rows.append([OFFICE, "城市管理办公室", "City office", "office", street])
    return rows


def _accounts() -> list[dict[str, Any]]:
    one, two = STREETS
    posts: dict[str, list[tuple[str, str]]] = {
        "grid_worker": [(f"{one}001", "grid_worker")],
        "other_worker": [(f"{one}001", "grid_worker")],
        "outsider_worker": [(f"{two}001", "grid_worker")],
        "community_worker": [(f"{one}001", "community_worker")],
        "volunteer": [(f"{one}001", "volunteer")],
        "acceptor": [(one, "acceptor")],
        "filer": [(one, "filer")],
        "dispatcher": [(one, "dispatcher")],
        "desk": [(one, "acceptor"), (one, "filer"), (one, "dispatcher")],
        "outsider": [(two, "acceptor"), (two, "filer"), (two, "dispatcher")],
        "handler": [("sanitation", "handler")],
        "clerk": [("sanitation", "unit_clerk")],
        "unit_reviewer": [("sanitation", "unit_reviewer")],
        "other_handler": [("gardens", "handler")],
        "team_handler": [("team", "handler")],
        "supervisor": [(DISTRICT, "supervisor")],
        "inspector": [(DISTRICT, "inspector")],
        "leader": [(DISTRICT, "leader")],
        "office_clerk": [(OFFICE, "street_office")],
        "office_head": [(OFFICE, "office_head")],
        "steward": [(DISTRICT, "steward")],
        "chief_data_officer": [(DISTRICT, "chief_data_officer")],
        "system": [(DISTRICT, "system")],
        "security": [(DISTRICT, "security")],
        "audit": [(DISTRICT, "audit")],
        "nobody": [],
    }
    return [
        {
            "username": name,
            "name": f"演示{name}",
            "password": PASSWORD,
            "memberships": [{"unit": unit, "role": role} for unit, role in held],
        }
        for name, held in posts.items()
    ]


def _calendar() -> dict[str, Any]:
    return {
        "slots": [["08:00", "12:00"], ["14:00", "18:00"]],
        "weekdays": [0, 1, 2, 3, 4],
        "holidays": {"2026-10-01": "off", "2026-10-10": "work"},
    }


def _ladder() -> list[dict[str, Any]]:
    """Remind the host at 80 %, the reviewer too when it is due."""
    soon = {"zh-hans": "处置时限将到", "en": "Disposal is soon due"}
    due = {"zh-hans": "处置时限已到", "en": "Disposal is due"}
    host = [{"at": "host", "role": "handler"}]
    both = [*host, {"at": "host", "role": "unit_reviewer"}]
    common = {"kind": "case", "limit": "disposal"}
    return [
        {"code": "remind", "title": soon, "share": 80, "who": host, **common},
        {"code": "urge_again", "title": due, "share": 100, "who": both, **common},
    ]


def _classification(folder: Path) -> None:
    code = "gbt47678.5-2026"
    titles = {"zh-hans": "城市运行管理服务平台 第5部分", "en": "GB/T 47678.5-2026"}
    _json(
        folder / "standards.json",
        [{"code": code, "title": titles, "valid_from": "2026-07-01", "default": True}],
    )
    _csv(
        folder / "categories.csv",
        ["standard", "kind", "code", "parent", "name", "name_en"],
        [
            [code, "part", "01", "", "市政公用设施", "Public utilities"],
            [code, "part", "01001", "01", "供水井盖", "Water manhole cover"],
            [code, "event", "06", "", "市容环境", "City appearance"],
            [code, "event", "06010", "06", "暴露垃圾", "Exposed litter"],
            [code, "event", "06036", "06", "乱堆杂物", "Heaped-up things"],
        ],
    )
    _csv(
        folder / "conditions.csv",
        [
            *("standard", "kind", "category", "text", "closing"),
            *("limit", "limit_unit", "department"),
        ],
        [
            [code, "part", "01001", "缺失、移位", "恢复", "2", "urgent_hours", ""],
            [code, "part", "01001", "破损", "更换", "1", "work_days", "team"],
            [
                code,
                "event",
                "06010",
                "有暴露垃圾",
                "清除",
                "4",
                "work_hours",
                "sanitation",
            ],
            [
                code,
                "event",
                "06036",
                "乱堆物料",
                "清除",
                "1",
                "work_days",
                "sanitation",
            ],
        ],
    )


def _square(column: float, row: float, width: float, height: float) -> dict[str, Any]:
    """Columns from the west, rows from the north, all in steps."""
    left, right = WEST + column * STEP, WEST + (column + width) * STEP
    top, bottom = SOUTH + (4 - row) * STEP, SOUTH + (4 - row - height) * STEP
    ring = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    return {
        "type": "Polygon",
        "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring]],
    }


def _feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _regions() -> dict[str, Any]:
    rows = [
        _feature(
            _square(0, 0, 6, 4),
            code=DISTRICT,
            name="测试区",
            kind="district",
            parent="",
        )
    ]
    for index, (code, name) in enumerate(STREETS.items()):
        # The second street reaches east over ground that no cell covers.
        width = 2 + 2 * index
        rows.append(
            _feature(
                _square(index * 2, 0, width, 4),
                code=code,
                name=name,
                kind="street",
                parent=DISTRICT,
            )
        )
        for number in (1, 2):
            rows.append(
                _feature(
                    _square(index * 2, (number - 1) * 2, 2, 2),
                    code=f"{code}{number:03d}",
                    name=f"{name[:2]}第{number}社区",
                    kind="community",
                    parent=code,
                )
            )
    return _collection(rows)


def _grid() -> dict[str, Any]:
    rows = []
    for street in (1, 2):
        for community in (1, 2):
            for number in (1, 2, 3, 4):
                column = (street - 1) * 2 + (number - 1) % 2
                row = (community - 1) * 2 + (number - 1) // 2
                code = cell_code(street, community, number)
                rows.append(
                    _feature(
                        _square(column, row, 1, 1), 标识码=code, 名称=f"单元{code}"
                    )
                )
    return _collection(rows)


def _planning() -> dict[str, Any]:
    uses = ["R2", "B1", "G1", "A33", "R2", "U1"]
    return _collection(
        [
            _feature(
                _square(column, 0.1, 0.8, 1.5),
                地块编号=f"XC-{column:02d}",
                用地代码=use,
                容积率=1.5 + column / 2,
            )
            for column, use in enumerate(uses)
        ]
    )


def _addresses() -> dict[str, Any]:
    rows = []
    for street, (code, name) in enumerate(STREETS.items(), start=1):
        for number in (1, 2, 3, 4):
            x, y = inside(street, 1, number)
            geometry = {"type": "Point", "coordinates": [x + 0.0001, y]}
            text = f"测试区{name}甲{street}街{number}号院{number}号楼"
            rows.append(
                _feature(
                    geometry,
                    code=f"{code}A{number}",
                    text=text,
                    road=f"甲{street}街",
                    estate="",
                    number=f"{number}号院",
                    building=f"{number}号楼",
                )
            )
    return _collection(rows)


def _field(name: str, title: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "title": {"zh-hans": title, "en": name},
        "type": kind,
        "required": False,
        "sensitivity": "public",
        **more,
    }


def _layer(code: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code,
        "title": {"zh-hans": title, "en": code.title()},
        "provider": DISTRICT,
        "sensitivity": "internal",
        "file": f"layers/{code}.geojson",
        "geometry": "polygon",
        "styles": [],
        "feeds": "",
        **more,
    }


def _layers() -> list[dict[str, Any]]:
    named = [_field("name", "名称"), _field("kind", "类别"), _field("parent", "上级")]
    return [
        _layer(
            "regions",
            "行政区划",
            **{"class": "frame"},
            sensitivity="public",
            key="code",
            schema=[_field("code", "代码", required=True), *named],
            feeds="regions",
        ),
        _layer(
            "grid",
            "单元网格",
            **{"class": "frame"},
            key="标识码",
            schema=[_field("标识码", "标识码", required=True), _field("名称", "名称")],
            feeds="cells",
        ),
        _layer(
            "planning",
            "规划用地",
            **{"class": "socioeconomic"},
            key="地块编号",
            schema=[
                _field("地块编号", "地块编号", required=True),
                _field("用地代码", "用地代码"),
                _field("容积率", "容积率", "number", sensitivity="sensitive"),
            ],
        ),
        _layer(
            "addresses",
            "地址",
            **{"class": "places"},
            geometry="point",
            key="code",
            schema=[_field("code", "编码", required=True), _field("text", "地址")],
            feeds="addresses",
        ),
    ]


def _rules() -> list[dict[str, Any]]:
    """Switched off: the site has no conflict before a test makes one."""
    return [
        {
            "code": "planned-use",
            "title": {"zh-hans": "地址落在绿地", "en": "Address on green land"},
            "left": "addresses",
            "right": "planning",
            "relation": "inside",
            "only": {"right": {"用地代码": ["G1"]}},
            "active": False,
        }
    ]


def _json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
