"""layers.json: the catalogue of the demonstration's layers."""

from typing import Any

from . import palettes, styles, vintages
from .built_tables import USES
from .offices import CENTRE, HOUSING, PLANNING
from .styles import titled

Entry = dict[str, Any]
CGW, MZ, YL = "110102-CGW", "110102-MZ", "110102-YL"


def column(
    name: str,
    english: str,
    kind: str = "string",
    *,
    chinese: str = "",
    required: bool = False,
    codes: dict[str, dict[str, str]] | None = None,
    sensitivity: str = "public",
) -> Entry:
    """One attribute of a layer; `chinese` where its name is not Chinese."""
    made: Entry = {
        "name": name,
        "title": titled(chinese or name, english),
        "type": kind,
        "required": required,
        "sensitivity": sensitivity,
    }
    return made | ({"codes": codes} if codes else {})


def entry(
    code: str,
    title: dict[str, str],
    *,
    theme: str,
    provider: str,
    file: str,
    key: str,
    geometry: str,
    schema: list[Entry],
    look: list[styles.Style],
    zooms: tuple[int, int],
    order: int,
    **rest: Any,
) -> Entry:
    """A catalogue entry. `fields` names, for a layer that feeds a register, the
    register's fields by the file's columns."""
    return {
        "code": code, "title": title, "class": theme, "provider": provider,
        "sensitivity": "internal", "file": f"layers/{file}", "layer": None, "crs": None,
        "encoding": None, "key": key, "geometry": geometry, "schema": schema,
        "styles": look, "visible": True, "feeds": "", "fields": {},
        "minzoom": zooms[0], "maxzoom": zooms[1], "order": order,
        "as_of": vintages.FIRST_DAY, "earlier": [], "update_days": 365, **rest,
    }  # fmt: skip


def vintage(file: str) -> Entry:
    """A file that was true from the first day on."""
    return {"file": f"layers/{file}", "as_of": vintages.FIRST_DAY}


def coded(palette: palettes.Palette) -> dict[str, dict[str, str]]:
    return {value: titled(value, english) for value, (_, english) in palette.items()}


def layers() -> list[Entry]:
    """Base map first, then what lies on it."""
    return [*_base(), *_frame(), *_built(), *_points()]


def _base() -> list[Entry]:
    code = column("code", "Code", chinese="编号", required=True)
    name = column("name", "Name", chinese="名称")
    kind = column("class", "Class", chinese="类别")
    area = column("area", "Area (m²)", "number", chinese="面积（平方米）")
    width = column("width", "Width (m)", "number", chinese="宽度（米）")
    base: Entry = {
        "theme": "basemap",
        "provider": CENTRE,
        "key": "code",
        "sensitivity": "public",
    }
    return [
        entry("base_land", titled("街区", "Blocks"), file="base_land.geojson",
              geometry="polygon",
              schema=[code, area], look=styles.BASE_LAND, zooms=(11, 22), order=10,
              **base),
        entry("base_green", titled("绿地", "Green"), file="base_green.geojson",
              geometry="polygon",
              schema=[code, name, kind], look=styles.BASE_GREEN, zooms=(10, 22),
              order=20, **base),
        entry("base_water", titled("水系", "Water"), file="base_water.geojson",
              geometry="polygon",
              schema=[code, name, kind], look=styles.BASE_WATER, zooms=(9, 22),
              order=30, **base),
        entry("base_roads", titled("道路", "Roads"), file="base_roads.gpkg",
              geometry="line",
              schema=[code, name, kind, width], look=styles.BASE_ROADS, zooms=(9, 22),
              order=40,
              **base),
    ]  # fmt: skip


def _frame() -> list[Entry]:
    kinds = {
        "district": titled("区", "District"),
        "street": titled("街道", "Street"),
        "community": titled("社区", "Community"),
    }
    return [
        entry("regions", titled("行政区划", "Regions"), theme="frame", provider=MZ,
              file="regions.geojson", key="code", geometry="polygon",
              sensitivity="public",
              schema=[column("code", "Code", chinese="代码", required=True),
                      column("name", "Name", chinese="名称", required=True),
                      column("kind", "Kind", chinese="级别", required=True,
                             codes=kinds),
                      column("parent", "Parent", chinese="上级")],
              look=styles.REGIONS, zooms=(9, 22), order=80, feeds="regions",
              fields={"code": "code", "name": "name", "kind": "kind",
                      "parent": "parent"}),
        entry("grid", titled("单元网格", "Unit grid"), theme="frame", provider=CENTRE,
              file="grid.geojson", key="标识码", geometry="polygon",
              schema=[column("标识码", "Cell code", required=True),
                      column("名称", "Name"), column("责任主体", "Responsible"),
                      column("面积", "Area (m²)", "number"),
                      column("周长", "Perimeter (m)", "number"),
                      column("初始时间", "Valid from", "date", required=True),
                      column("终止日期", "Valid to", "date")],
              look=styles.GRID, zooms=(13, 22), order=90, feeds="cells",
              fields={"code": "标识码", "name": "名称", "valid_from": "初始时间",
                      "valid_to": "终止日期"}),
    ]  # fmt: skip


def _built() -> list[Entry]:
    uses = {
        code: titled(USES[code][0], english)
        for code, (_, english) in palettes.LAND_USE.items()
    }
    cell = column("单元网格", "Unit grid cell")
    return [
        entry("planning", titled("控规地块", "Planning plots"), theme="socioeconomic",
              provider=PLANNING, file="planning.zip", crs="EPSG:4527", encoding="GBK",
              key="地块编号", geometry="polygon",
              schema=[column("地块编号", "Plot number", required=True),
                      column("用地代码", "Land-use code", required=True, codes=uses),
                      column("用地性质", "Land use"),
                      column("容积率", "Plot ratio", "number"),
                      column("限高", "Height limit (m)", "integer"),
                      column("建筑密度", "Coverage (%)", "integer"),
                      column("绿地率", "Green ratio (%)", "integer"),
                      column("面积", "Area (m²)", "number"),
                      column("所属街道", "Street"),
                      column("批准日期", "Approved", "date")],
              look=styles.PLANNING, zooms=(12, 22), order=50,
              as_of=vintages.PLAN_DAY,
              earlier=[vintage("planning_2010.zip")],
              visible=False),
        entry("courtyards", titled("院落", "Courtyards"), theme="frame",
              provider=HOUSING,
              file="courtyards.gpkg", crs="EPSG:4490", key="院落编号",
              geometry="polygon",
              schema=[column("院落编号", "Courtyard number", required=True),
                      column("门牌", "Door"), column("房屋栋数", "Houses", "integer"),
                      column("面积", "Area (m²)", "number"), cell],
              look=styles.COURTYARDS, zooms=(15, 22), order=55),
        entry("housing", titled("房屋", "Buildings"), theme="frame", provider=HOUSING,
              file="housing.gpkg", crs="EPSG:4490", key="房屋编号", geometry="polygon",
              schema=[column("房屋编号", "Building code", required=True),
                      column("楼号", "Building number"), column("名称", "Name"),
                      column("层数", "Floors", "integer", required=True),
                      column("高度", "Height (m)", "number"),
                      column("建成年代", "Year built", "integer"),
                      column("用途", "Use", codes=coded(palettes.USE)),
                      column("产权", "Ownership", codes=coded(palettes.OWNERSHIP),
                             sensitivity="internal"),
                      column("结构", "Structure", codes=coded(palettes.STRUCTURE)),
                      column("建筑面积", "Floor area (m²)", "number"),
                      column("户数", "Households", "integer", sensitivity="internal"),
                      column("门牌", "Door"), cell],
              look=styles.HOUSING, zooms=(13, 22), order=60, update_days=180,
              as_of=vintages.HOUSES_DAY, earlier=[vintage("housing_2010.gpkg")]),
    ]  # fmt: skip


def _points() -> list[Entry]:
    levels = {
        "省": "Province", "市": "City", "区": "District", "街道": "Street",
        "社区": "Community",
        "道路": "Road", "小区": "Estate", "门牌号": "Door number",
        "楼牌号": "Building number",
        "标志物": "Landmark", "全称": "Full address", "单元网格": "Unit grid cell",
    }  # fmt: skip
    return [
        entry("addresses", titled("地名地址", "Addresses"), theme="places", provider=MZ,
              file="addresses.gpkg", crs="EPSG:4490", key="地址编码", geometry="point",
              schema=[column("地址编码", "Address code", required=True),
                      *[column(name, english) for name, english in levels.items()]],
              look=styles.ADDRESSES, zooms=(16, 22), order=110, feeds="addresses",
              fields={"code": "地址编码", "text": "全称", "road": "道路",
                      "estate": "小区",
                      "number": "门牌号", "building": "楼牌号", "cell": "单元网格"},
              visible=False),
        entry("parts", titled("城市部件", "City parts"), theme="frame", provider=CGW,
              file="parts.gpkg", crs="EPSG:4490", key="GLBJBSM", geometry="point",
              schema=_part_columns(), look=styles.PARTS, zooms=(15, 22), order=120,
              feeds="parts",
              fields={"code": "GLBJBSM", "category_code": "GLBJDM", "name": "GLBJMC",
                      "cell": "SZDYWGBSM", "state": "GLBJZT", "department": "ZGBMDM",
                      "owner": "QSDWDM", "upkeep": "YHDWDM"},
              visible=False),
    ]  # fmt: skip


def _part_columns() -> list[Entry]:
    """Fields of GB/T 47678.5-2026, table 2, and the class code they are drawn by."""
    main = {
        code: titled(chinese, english)
        for code, (_, chinese, english) in palettes.PART_CLASSES.items()
    }
    return [
        column("GLBJBSM", "Instance code", chinese="管理部件标识码", required=True),
        column("GLBJDL", "Main class", chinese="部件大类", codes=main),
        column("GLBJDM", "Class code", chinese="部件代码", required=True),
        column("GLBJMC", "Name", chinese="名称", required=True),
        column("ZGBMDM", "Department code", chinese="主管部门代码"),
        column("ZGBMMC", "Department", chinese="主管部门名称"),
        column("QSDWDM", "Owner code", chinese="权属单位代码"),
        column("QSDWMC", "Owner", chinese="权属单位名称"),
        column("YHDWDM", "Upkeep code", chinese="养护单位代码"),
        column("YHDWMC", "Upkeep", chinese="养护单位名称"),
        column("SZDYWGBSM", "Unit grid cell", chinese="所在单元网格标识码"),
        column(
            "GLBJZT",
            "State",
            chinese="状态",
            required=True,
            codes=coded(palettes.PART_STATES),
        ),
        column("CSRQ", "First date", "date", chinese="初始日期"),
        column("BGRQ", "Changed", "date", chinese="变更日期"),
        column("SJLY", "Source", chinese="数据来源"),
        column("BZ", "Note", chinese="备注"),
    ]
