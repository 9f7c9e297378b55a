"""Accounts of the demonstration: one for each role, and what each street needs.

They exist only in the demonstration site and all have the same published password.
"""

from typing import Any

from .facts import Unit
from .offices import HOUSING

PASSWORD = "govmap-demo"  # the demonstration's, printed by script/server on purpose

PREFIX = {
    "110102001": "xcaj", "110102003": "xjk", "110102007": "yt", "110102009": "zll",
    "110102010": "ds", "110102011": "jrj", "110102012": "sch", "110102013": "dsl",
    "110102014": "tq", "110102015": "cs", "110102016": "trt", "110102017": "gan",
    "110102018": "nj", "110102019": "bzf", "110102020": "gaw",
}  # fmt: skip
FULLY_STAFFED = ("110102001", "110102010")
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"

# role of the site's process -> (Chinese post, English post)
POSTS = {
    "grid_worker": ("网格员", "grid worker"),
    "community_worker": ("社区工作者", "community worker"),
    "volunteer": ("志愿者", "volunteer"),
    "acceptor": ("受理员", "acceptor"),
    "filer": ("值班长", "filer"),
    "dispatcher": ("派遣员", "dispatcher"),
    "unit_clerk": ("单位收件", "unit clerk"),
    "handler": ("承办人", "handler"),
    "unit_reviewer": ("部门审核", "unit reviewer"),
    "inspector": ("监督员", "inspector"),
    "supervisor": ("督查员", "supervisor"),
    "steward": ("数据管理员", "data steward"),
    "chief_data_officer": ("首席数据官", "chief data officer"),
    "street_office": ("科室经办人", "office clerk"),
    "office_head": ("科室负责人", "office head"),
    "leader": ("领导", "leader"),
    "system": ("系统管理员", "system administrator"),
    "security": ("安全管理员", "security administrator"),
    "audit": ("审计管理员", "audit administrator"),
}
DISTRICT = {
    "acceptor": "acceptor", "filer": "filer", "dispatcher": "dispatcher",
    "supervisor": "supervisor", "inspector": "inspector", "leader": "leader",
    "steward": "steward", "cdo": "chief_data_officer", "system": "system",
    "security": "security", "audit": "audit",
}  # fmt: skip
# Who works at which office of a street.
OFFICES = {
    "support": "support_office", "party": "party_office", "safety": "safety_office",
    "city": "city_office", "civil": "community_office",
    "livelihood": "livelihood_office",
}  # fmt: skip
DEPARTMENT_HANDLERS = {
    "hw": "HW", "yl": "YL", "jt": "JT", "cgw": "CGW", "ld": "LD", "ps": "PS",
    "dy": "DY",
    "gs": "GS", "dl": "DL", "rq": "RQ", "tx": "TX", "sc": "SC", "zj": "ZJ", "mz": "MZ",
}  # fmt: skip


def accounts(units: list[Unit]) -> list[dict[str, Any]]:
    """All accounts, the fully staffed streets first."""
    names = {unit.code: unit for unit in units}
    streets = [unit.code for unit in units if unit.kind == "street"]
    full = [code for code in streets if code in FULLY_STAFFED]
    made: list[dict[str, Any]] = []
    for index, street in enumerate(full):
        made += _full_street(names, street, STEMS[index])
    for index, street in enumerate(code for code in streets if code not in full):
        made += _plain_street(names, street, STEMS[2 + index])
    for username, role in DISTRICT.items():
        made.append(_account(names, username, role, [("110102", role)]))
    made.append(_account(names, "fg_steward", "steward", [(HOUSING, "steward")]))
    for username, suffix in DEPARTMENT_HANDLERS.items():
        unit = f"110102-{suffix}"
        roles = [(unit, "unit_clerk"), (unit, "handler")]
        made.append(_account(names, username, "handler", roles))
    made.append(
        _account(
            names, "hw_reviewer", "unit_reviewer", [("110102-HW", "unit_reviewer")]
        )
    )
    return made


def _full_street(
    names: dict[str, Unit], street: str, stem: str
) -> list[dict[str, Any]]:
    prefix = PREFIX[street]
    home = _communities(names, street)[0]
    other = _communities(names, street)[1]
    team, firm = f"{street}-ZFD", f"{street}-HWD"
    posts: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("worker", "grid_worker", [(home, "grid_worker")]),
        ("worker2", "grid_worker", [(home, "grid_worker")]),
        ("worker3", "grid_worker", [(other, "grid_worker")]),
        ("community", "community_worker", [(home, "community_worker")]),
        ("volunteer", "volunteer", [(home, "volunteer")]),
        ("acceptor", "acceptor", [(street, "acceptor")]),
        ("filer", "filer", [(street, "filer")]),
        ("dispatcher", "dispatcher", [(street, "dispatcher")]),
        (
            "desk",
            "desk",
            [(street, role) for role in ("acceptor", "filer", "dispatcher")],
        ),
        ("leader", "leader", [(street, "leader")]),
        ("steward", "steward", [(street, "steward")]),
        ("zf", "handler", [(team, "unit_clerk"), (team, "handler")]),
        ("hw", "handler", [(firm, "unit_clerk"), (firm, "handler")]),
        ("hw_clerk", "unit_clerk", [(firm, "unit_clerk")]),
        ("hw_handler", "handler", [(firm, "handler")]),
    ]
    posts += [
        (name, "street_office", [(f"{street}-{suffix}", "street_office")])
        for name, suffix in OFFICES.items()
    ]
    every = [(f"{street}-{suffix}", "office_head") for suffix in OFFICES.values()]
    posts.append(("office_head", "office_head", every))
    return [
        _account(names, f"{prefix}_{post}", role, memberships, stem)
        for post, role, memberships in posts
    ]


def _plain_street(
    names: dict[str, Unit], street: str, stem: str
) -> list[dict[str, Any]]:
    home = _communities(names, street)[0]
    desk = [(street, role) for role in ("acceptor", "filer", "dispatcher")]
    team = f"{street}-ZFD"
    prefix = PREFIX[street]
    return [
        _account(
            names, f"{prefix}_worker", "grid_worker", [(home, "grid_worker")], stem
        ),
        _account(names, f"{prefix}_desk", "desk", desk, stem),
        _account(
            names,
            f"{prefix}_zf",
            "handler",
            [(team, "unit_clerk"), (team, "handler")],
            stem,
        ),
    ]


def _communities(names: dict[str, Unit], street: str) -> list[str]:
    return [
        code
        for code, unit in names.items()
        if unit.parent == street and len(code) == 12
    ]


def _account(
    names: dict[str, Unit],
    username: str,
    role: str,
    memberships: list[tuple[str, str]],
    stem: str = "",
) -> dict[str, Any]:
    chinese, english = {**POSTS, "desk": ("指挥中心坐席", "command desk")}[role]
    unit = names[memberships[0][0]]
    return {
        "username": username,
        "name": f"演示{chinese}{stem}"
        + (username[-1] if username[-1].isdigit() else ""),
        "password": PASSWORD,
        "memberships": [{"unit": code, "role": role} for code, role in memberships],
        "hint": {
            "zh-hans": f"{unit.name} · {chinese}",
            "en": f"{unit.name_en or unit.name} · {english}",
        },
    }
