"""Articles of the demonstration's knowledge base: invented, and they say so."""

from typing import Any

from .facts import Unit

SAID = "（演示内容，非现行政策）"
ROWS: list[dict[str, Any]] = [
    {
        "code": "demo-litter",
        "title": f"暴露垃圾处置口径{SAID}",
        "text": "## 处置要求\n\n- 接单后先核实点位是否在责任区内\n"
        "- 清理后上传处置后照片\n"
        "- 反复出现的点位，纳入每周巡查\n\n## 责任划分\n\n道路由环卫作业单位负责，"
        "小区内由物业负责，无物业小区由社区协调。",
        "reply": "您反映的垃圾堆放问题，作业单位已到场清理，并将加强该点位的日常巡查。",
        "classes": ["event/06"],
        "basis": "演示依据",
    },
    {
        "code": "demo-parking",
        "title": f"共享单车、非机动车乱停放答复口径{SAID}",
        "text": "先由街道秩序管理人员码放，堵塞消防通道的立即清理。\n\n"
        "企业车辆由运维人员在约定时间内清运，超时的记入考核。",
        "reply": "您反映的非机动车停放问题，已安排人员码放整理，并通知运维企业清运。",
        "classes": ["event/09"],
        "basis": "演示依据",
    },
    {
        "code": "demo-building",
        "title": f"施工扬尘与夜间施工答复要点{SAID}",
        "text": "- 先查夜间施工证明\n- 无证明的，移送综合行政执法队\n"
        "- 有证明的，告知来电人许可时段",
        "reply": "经核实，我街道已要求施工单位落实降尘降噪措施，并将持续巡查。",
        "classes": ["event/08"],
        "basis": "演示依据",
    },
    {
        "code": "demo-cover",
        "title": f"井盖类部件权属与应急处置{SAID}",
        "text": "发现缺失或破损，先设围挡和警示，再确认权属。\n\n"
        "权属不清的，先由街道应急处置，再提请会商。",
        "reply": "已在现场设置警示围挡，权属单位正在更换井盖，预计当日完成。",
        "classes": ["part/01"],
        "basis": "演示依据",
    },
    {
        "code": "demo-callback",
        "title": f"与来电人联系的规范用语{SAID}",
        "text": "先表明单位和事由，再核对诉求，最后告知时限。不承诺职责以外的事项。",
        "reply": "您好，这里是街道指挥中心，就您反映的问题向您反馈办理进展。",
    },
]


def articles(units: list[Unit]) -> list[dict[str, Any]]:
    """The district's, for everybody."""
    district = next(unit.code for unit in units if unit.kind == "district")
    return [{**row, "unit": district, "from": "2026-01-01"} for row in ROWS]
