"""The columns of an old system's export, in whatever order they come."""

from cases.tables.cells import Column

COLUMNS = (
    Column("number", "任务号"),
    Column("kind", "案件类型"),
    Column("main_class", "大类"),
    Column("sub_class", "小类"),
    Column("class_code", "小类代码"),
    Column("origin", "问题来源"),
    Column("note", "问题描述"),
    Column("address", "地址描述"),
    Column("x", "经度"),
    Column("y", "纬度"),
    Column("street", "所属街道"),
    Column("community", "所属社区"),
    Column("cell", "单元网格"),
    Column("unit", "处置部门"),
    Column("node", "当前环节"),
    Column("ending", "归档类型"),
    Column("reported_at", "上报时间"),
    Column("accepted_at", "受理时间"),
    Column("filed_at", "立案时间"),
    Column("dispatched_at", "派遣时间"),
    Column("due_at", "处置截止时间"),
    Column("bundle_due_at", "捆绑处置截止时间"),
    Column("disposed_at", "处置完成时间"),
    Column("checked_at", "核查时间"),
    Column("closed_at", "结案时间"),
    Column("reworks", "返工次数"),
    Column("returns", "回退次数"),
    Column("extensions", "延期次数"),
)
TITLES = {column.name: column.title for column in COLUMNS}
NEEDED = ("number", "reported_at")
MOMENTS = tuple(column.name for column in COLUMNS if column.name.endswith("_at"))
COUNTS = ("reworks", "returns", "extensions")
