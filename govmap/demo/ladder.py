"""Remind, urge, supervise: the usual points, at the points that the field uses."""

from typing import Any

HOST = [{"at": "host", "role": "handler"}, {"at": "host", "role": "unit_clerk"}]
REVIEWER = {"at": "host", "role": "unit_reviewer"}
DESK = [{"at": "street", "role": "dispatcher"}]


def ladder() -> list[dict[str, Any]]:
    """Of a case's disposal; and of what the desk must do within minutes."""
    return [
        {
            "code": "disposal_soon_due",
            "title": {"zh-hans": "处置时限已用八成", "en": "Disposal is soon due"},
            "kind": "case",
            "limit": "disposal",
            "share": 80,
            "who": HOST,
        },
        {
            "code": "disposal_due",
            "title": {"zh-hans": "处置时限已到，请尽快反馈", "en": "Disposal is due"},
            "kind": "case",
            "limit": "disposal",
            "share": 100,
            "who": [*HOST, REVIEWER, *DESK],
        },
        {
            "code": "disposal_overdue",
            "title": {"zh-hans": "处置超时，转督办", "en": "Disposal is overdue"},
            "kind": "case",
            "limit": "disposal",
            "minutes": 240,
            "who": [REVIEWER, *DESK, {"at": "district", "role": "supervisor"}],
        },
        {
            "code": "filing_due",
            "title": {"zh-hans": "立案时限已到", "en": "Filing is due"},
            "kind": "case",
            "limit": "filing",
            "share": 100,
            "who": [{"at": "street", "role": "filer"}],
        },
        {
            "code": "dispatching_due",
            "title": {"zh-hans": "派遣时限已到", "en": "Dispatching is due"},
            "kind": "case",
            "limit": "dispatching",
            "share": 100,
            "who": DESK,
        },
    ]
