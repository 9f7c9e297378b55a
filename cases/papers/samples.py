"""Invented data, for whoever looks at a template and sees no real case."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

AT = datetime(2026, 3, 12, 1, 20, tzinfo=UTC)


def _said(hours: int, label: str, by: str, unit: str, text: str) -> dict[str, Any]:
    return {
        "at": AT + timedelta(hours=hours),
        "label": label,
        "by": by,
        "unit": unit,
        "role": "示例岗位",
        "reason": "",
        "text": text,
    }


SENT = _said(1, "派遣", "示例甲", "示例街道", "请于时限内清理完毕并反馈照片。")
SUPERVISED = _said(30, "督办", "示例乙", "示例区", "已超时，请说明原因并限期办结。")
DONE = _said(6, "处置反馈", "示例丙", "示例部门", "已清理，现场恢复整洁。")

CASE: dict[str, Any] = {
    "case": {
        "number": "1101022026031200001",
        "category": "暴露垃圾",
        "main": "市容环境类",
        "process": "示例流程",
        "state": "处置中",
        "source": "网格巡查",
        "address": "示例大街甲1号院门前",
        "street": "示例街道",
        "community": "示例社区",
        "cell": "110102001001001",
        "reported_at": AT,
        "reporter": "示例丁",
        "text": "院门东侧有成堆垃圾，约2平方米，影响通行。",
        "urgent": False,
        "supervised": True,
        "urged": 1,
    },
    "condition": {
        "text": "堆放面积1平方米以上",
        "closing": "清理干净",
        "limit": "4 紧急工作时",
    },
    "clock": {
        "name": "处置",
        "due": AT + timedelta(hours=5),
        "met": AT + timedelta(hours=6),
        "over": "1 小时",
    },
    "host": {"name": "示例部门", "since": AT, "signed": AT + timedelta(hours=1)},
    "assistants": ["示例协办单位"],
    "dispatch": SENT,
    "supervision": SUPERVISED,
    "result": DONE,
    "before": [],
    "after": [],
    "steps": [
        _said(0, "上报", "示例丁", "示例社区", "院门东侧有成堆垃圾。"),
        SENT,
        DONE,
        SUPERVISED,
    ],
    "papers": [
        {
            "number": "示例派〔2026〕1号",
            "title": "派遣单",
            "day": AT,
            "to": "示例部门",
            "void": False,
        }
    ],
    "caller": {"name": "张*", "phone": "138****0000"},
}

WHISTLE: dict[str, Any] = {
    "whistle": {
        "number": "哨2026031200001",
        "occasion": "综合执法",
        "state": "已吹哨",
        "street": "示例街道",
        "community": "示例社区",
        "address": "示例大街甲1号院",
        "appear_by": AT + timedelta(hours=4),
        "blown_at": AT,
        "case": "1101022026031200001",
        "text": "联合检查占用消防通道。",
    },
    "calls": [
        {
            "unit": "示例部门",
            "sign_by": AT + timedelta(hours=1),
            "appear_by": AT + timedelta(hours=4),
            "signed_at": AT + timedelta(minutes=20),
        }
    ],
    "steps": [_said(0, "吹哨", "示例甲", "示例街道", "请按时到场。")],
}

LISTED = {
    "number": "1101022026031200001",
    "category": "暴露垃圾",
    "where": "示例大街甲1号院门前",
    "host": "示例部门",
    "state": "处置中",
    "at": AT,
    "due": AT + timedelta(hours=5),
    "over": "1 小时",
    "why": "紧急",
}
DAY: dict[str, Any] = {
    "day": {"date": date(2026, 3, 12), "weekday": "星期四", "unit": "示例街道"},
    "people": [
        {"name": "示例甲", "role": "受理员、派遣员"},
        {"name": "示例乙", "role": "值班长", "stands_in": "示例戊"},
    ],
    "figures": [
        {
            "name": "上报案件",
            "today": 12,
            "before": 10,
            "change": "+2（+20.0%）",
            "week": 12,
            "week_change": "持平",
        }
    ],
    "count": {
        **{"reports": 12, "closings": 9, "urgent": 1, "whistles": 1},
        **{"overdue": 1, "open": 3},
    },
    "classes": [{"name": "暴露垃圾", "count": 5}],
    "areas": [
        {"name": "示例社区", "reports": 12, "filings": 11, "closings": 9, "overdue": 1}
    ],
    "departments": [
        {"name": "示例部门", "dispatches": 11, "disposals": 10, "late": 1, "reworks": 0}
    ],
    "urgent": [LISTED],
    "notable": [],
    "typical": [],
    "overdue": [LISTED],
    "open": [LISTED],
    "whistles": [
        {
            "number": "哨2026031200001",
            "occasion": "综合执法",
            "where": "示例大街甲1号院",
            "at": AT,
            "units": "示例部门",
            "arrived": "1/1",
            "state": "已吹哨",
        }
    ],
}
