"""常用语 that the demonstration's desk, departments and checkers begin with."""

from typing import Any

# (phase, verb or none, texts)
SAID: list[tuple[str, str, list[str]]] = [
    ("collect", "file", ["情况属实，予以立案。", "情况属实，请按时限处置。"]),
    (
        "collect",
        "refuse",
        [
            "经核，不属于本街道管理范围。",
            "与在办案件重复，已关联主案。",
            "所述位置不详，请补充后再报。",
        ],
    ),
    ("collect", "", ["请先到现场核实。", "请补充现场照片。"]),
    (
        "dispatch",
        "",
        [
            "请按立案条件和时限处置，处置后上传照片。",
            "涉及行人安全，请先设围挡再处置。",
            "请与社区联系，一并处理周边同类问题。",
            "请现场联系来电人，当日反馈进展。",
        ],
    ),
    (
        "resolve",
        "",
        [
            "已到场处置完毕，现场恢复原状。",
            "已清理完毕，并告知责任人保持。",
            "已现场劝导，当事人当场整改。",
            "需夜间施工，预计明日完成。",
            "现场已设警示，待材料到位后修复。",
        ],
    ),
    (
        "resolve",
        "ask_extension",
        ["工程量较大，申请延期。", "因降雨无法施工，申请延期。"],
    ),
    ("resolve", "ask_return", ["经现场核查，不属于本单位职责，申请退回。"]),
    (
        "verify",
        "",
        [
            "现场核查，问题已解决。",
            "处置到位，同意结案。",
            "仍有残留，请继续处置。",
            "照片与现场不符，请重新处置。",
        ],
    ),
    ("done", "", ["处置规范，督查通过。", "问题反复出现，退回重办。"]),
]
REPLY = [
    "您反映的问题已处理完毕，感谢您的监督。",
    "已与您电话联系并说明情况，后续进展将及时告知。",
    "您反映的事项正在办理，预计三个工作日内答复。",
]


def phrases() -> list[dict[str, Any]]:
    """For everybody, at the phase or the move that they are meant for."""
    rows = [
        {"text": text, "phase": phase, "verb": verb}
        for phase, verb, texts in SAID
        for text in texts
    ]
    rows += [{"text": text, "phase": "resolve", "verb": ""} for text in REPLY]
    return [
        {
            "code": f"usual-{number:02d}",
            "kind": "case",
            **{name: value for name, value in row.items() if value},
            "order": number,
        }
        for number, row in enumerate(rows, start=1)
    ]
