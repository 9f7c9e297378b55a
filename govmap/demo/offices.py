"""Units of the demonstration beside the real streets: departments, teams, contractors.

All of them are invented; firms carry 演示 in their names.
"""

from .facts import Unit

CENTRE = "110102-ZHZX"
PLANNING, HOUSING = "110102-GH", "110102-FG"

# suffix: (kind, Chinese, English)
DEPARTMENTS = {
    "ZHZX": ("department", "区城市管理指挥中心", "Urban Management Command Centre"),
    "CGW": ("department", "区城市管理委员会", "Urban Management Commission"),
    "ZF": ("department", "区城市管理综合行政执法局", "Urban Law Enforcement Bureau"),
    "HW": ("department", "区环境卫生服务中心", "Sanitation Service Centre"),
    "YL": ("department", "区园林绿化局", "Parks and Greening Bureau"),
    "ZJ": (
        "department",
        "区住房和城市建设委员会",
        "Housing and Construction Commission",
    ),
    "FG": ("department", "区房屋管理局", "Housing Administration"),
    "GH": ("department", "规划和自然资源分局", "Planning and Natural Resources Branch"),
    "JT": ("department", "交通支队", "Traffic Police Division"),
    "GA": ("department", "公安分局", "Public Security Branch"),
    "SW": ("department", "区水务局", "Water Bureau"),
    "ST": ("department", "区生态环境局", "Ecology and Environment Bureau"),
    "SC": ("department", "区市场监督管理局", "Market Regulation Bureau"),
    "WJ": ("department", "区卫生健康委员会", "Health Commission"),
    "MZ": ("department", "区民政局", "Civil Affairs Bureau"),
    "XF": ("department", "消防救援支队", "Fire and Rescue Division"),
    "GS": ("contractor", "演示供水公司", "Demo Water Supply Company"),
    "PS": ("contractor", "演示排水公司", "Demo Drainage Company"),
    "DL": ("contractor", "演示电力公司", "Demo Power Company"),
    "RQ": ("contractor", "演示燃气公司", "Demo Gas Company"),
    "RL": ("contractor", "演示热力公司", "Demo Heating Company"),
    "TX": ("contractor", "演示通信公司", "Demo Telecom Company"),
    "LD": ("contractor", "演示路灯养护公司", "Demo Street Lighting Company"),
    "DY": ("contractor", "演示道路养护公司", "Demo Road Maintenance Company"),
}
OF_A_STREET = {
    "ZFD": ("team", "综合行政执法队", "Enforcement Team"),
    "support_office": ("office", "综合保障办公室", "General Support Office"),
    "party_office": ("office", "党群工作办公室", "Party and Masses Office"),
    "safety_office": ("office", "平安建设办公室", "Public Safety Office"),
    "city_office": ("office", "城市管理办公室", "Urban Management Office"),
    "community_office": ("office", "社区建设办公室", "Community Building Office"),
    "livelihood_office": ("office", "民生保障办公室", "Livelihood Office"),
    "service_center": ("office", "便民服务中心", "Service Centre"),
    "HWD": ("contractor", "演示环卫服务公司", "Demo Sanitation Contractor"),
}

# Who usually disposes of which classes of GB/T 47678.5-2026. A subclass goes before its
# main class.
PART_CLASSES = {
    "CGW": "01 03008",
    "GS": "01001 01025",
    "PS": "01002 01003 01004 01072 01073",
    "DL": "01005 01017 01028 01029 01030 01047 01048",
    "LD": "01006 01037 01038 01039 01060",
    "TX": "01007 01008 01009 01027 01031 01062",
    "RL": "01010 01061",
    "RQ": "01011 01049 01057",
    "GA": "01012 01050 01051 02038 02039",
    "XF": "01013",
    "YL": "01014 04",
    "JT": ("01015 02001 02002 02003 02010 02014 02015 02016 02017 02023 02033 02043"),
    "SW": "01024 01067 01069 01070 01071",
    "DY": "02",
    "GH": "02037",
    "HW": "03",
    "ZF": "03006 03007",
    "ST": "03009 03010 03011 03012 03013",
    "FG": "05002",
    "SC": "05003",
}
EVENT_CLASSES = {
    "CGW": "06 09011",
    "ZF": (
        "06001 06002 06003 06004 06005 06006 06007 06008 06009 06020 06029 "
        "06038 06040 07 08002 08003 08011 08013 08016 09"
    ),
    "HW": "06010 06011 06012 06014 06032 06035 06036 06037 06041 06042 10001",
    "DY": "06013 06049 06050 06051 06052 21995",
    "SW": "06015 06023 06024 06025 06026 06046",
    "JT": "06016 06034 06039 09009 09014 09016 09018",
    "YL": "06017 06018 06019 06021 06022 06045 06047",
    "ST": "06027 06028",
    "PS": "06030 21994 21997",
    "GA": "21992 21993 22993 25",
    "WJ": "06033",
    "ZJ": "08",
    "MZ": "09003 24",
    "XF": "09012 21991 23",
    "SC": "09015 09020 22994",
    "TX": "10002",
    "GS": "21999",
    "RQ": "21998",
    "RL": "21996",
}


def _by_class(classes: dict[str, str]) -> dict[str, str]:
    return {code: unit for unit, codes in classes.items() for code in codes.split()}


DISPOSER = {"part": _by_class(PART_CLASSES), "event": _by_class(EVENT_CLASSES)}


def disposer(kind: str, code: str) -> str:
    """Unit code of the usual department of a 2026 class, "" when unclear."""
    table = DISPOSER[kind]
    unit = table.get(code) or table.get(code[:2])
    return f"110102-{unit}" if unit else ""


def department_name(code: str) -> str:
    """Chinese name of a district department."""
    return DEPARTMENTS[code.removeprefix("110102-")][1]


def offices(units: list[Unit]) -> list[Unit]:
    """The invented units of the district and of each street."""
    made = [
        Unit(f"110102-{suffix}", chinese, english, kind, "110102")
        for suffix, (kind, chinese, english) in DEPARTMENTS.items()
    ]
    for street in (unit for unit in units if unit.kind == "street"):
        short = street.name.removesuffix("街道")
        made += [
            Unit(
                f"{street.code}-{suffix}",
                f"{short}街道{chinese}",
                f"{street.name_en.removesuffix(' Subdistrict')} {english}",
                kind,
                street.code,
            )
            for suffix, (kind, chinese, english) in OF_A_STREET.items()
        ]
    return made
