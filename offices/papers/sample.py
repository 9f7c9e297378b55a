"""Invented data, for whoever looks at a template and sees no real record."""

from datetime import UTC, datetime, timedelta
from typing import Any

AT = datetime(2026, 3, 12, 1, 20, tzinfo=UTC)
STEP = {
    "at": AT,
    "unit": "示例街道民生保障办公室",
    "by": "示例甲",
    "label": "登记申请",
    "reason": "",
    "text": "材料已收。",
}
RECORD: dict[str, Any] = {
    "record": {
        "number": "B1101022026031200001",
        "module": "示例事项",
        "process": "示例流程",
        "state": "办理中",
        "street": "示例街道",
        "community": "示例社区",
        "address": "示例大街甲1号院",
        "opened_on": AT,
        "opened_by": "示例甲",
    },
    "fields": [
        {"group": "申请", "label": "申请日期", "value": "2026-03-12"},
        {"group": "申请", "label": "类别", "value": "示例类别"},
    ],
    "notice": {
        "from": AT,
        "to": AT + timedelta(days=7),
        "phone": "010-00000000",
        "basis": "示例规定",
        "items": [
            {"label": "姓名", "value": "示例乙"},
            {"label": "人数", "value": "2"},
        ],
    },
    "limits": [
        {"label": "审核时限", "due": AT + timedelta(days=30), "basis": "示例规定"}
    ],
    "last": STEP,
    "steps": [STEP],
}
