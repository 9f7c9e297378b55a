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
    "CGB": ("office", "城市管理办公室", "Urban Management Office"),
    "HWD": ("contractor", "演示环卫服务公司", "Demo Sanitation Contractor"),
}

# Who usually disposes, by the beginning of the class code of GB/T 47678.5-2026; the
# longest beginning that fits decides.
PART_DEPARTMENT = {
    "01": "CGW", "01001": "GS", "01002": "PS", "01003": "PS", "01004": "PS", "01005": "DL",
    "01006": "LD", "01007": "TX", "01008": "TX", "01009": "TX", "01010": "RL", "01011": "RQ",
    "01012": "GA", "01013": "XF", "01014": "YL", "01015": "JT", "01017": "DL", "01024": "SW",
    "01025": "GS", "01027": "TX", "01028": "DL", "01029": "DL", "01030": "DL", "01031": "TX",
    "01037": "LD", "01038": "LD", "01039": "LD", "01047": "DL", "01048": "DL", "01049": "RQ",
    "01050": "GA", "01051": "GA", "01057": "RQ", "01060": "LD", "01061": "RL", "01062": "TX",
    "01067": "SW", "01069": "SW", "01070": "SW", "01071": "SW", "01072": "PS", "01073": "PS",
    "02": "DY", "02001": "JT", "02002": "JT", "02003": "JT", "02010": "JT", "02014": "JT",
    "02015": "JT", "02016": "JT", "02017": "JT", "02023": "JT", "02033": "JT", "02037": "GH",
    "02038": "GA", "02039": "GA", "02043": "JT",
    "03": "HW", "03006": "ZF", "03007": "ZF", "03008": "CGW", "03009": "ST", "03010": "ST",
    "03011": "ST", "03012": "ST", "03013": "ST", "04": "YL", "05002": "FG", "05003": "SC",
}  # fmt: skip
EVENT_DEPARTMENT = {
    "06": "CGW", "06001": "ZF", "06002": "ZF", "06003": "ZF", "06004": "ZF", "06005": "ZF",
    "06006": "ZF", "06007": "ZF", "06008": "ZF", "06009": "ZF", "06010": "HW", "06011": "HW",
    "06012": "HW", "06013": "DY", "06014": "HW", "06015": "SW", "06016": "JT", "06017": "YL",
    "06018": "YL", "06019": "YL", "06020": "ZF", "06021": "YL", "06022": "YL", "06023": "SW",
    "06024": "SW", "06025": "SW", "06026": "SW", "06027": "ST", "06028": "ST", "06029": "ZF",
    "06030": "PS", "06032": "HW", "06033": "WJ", "06034": "JT", "06035": "HW", "06036": "HW",
    "06037": "HW", "06038": "ZF", "06039": "JT", "06040": "ZF", "06041": "HW", "06042": "HW",
    "06045": "YL", "06046": "SW", "06047": "YL", "06049": "DY", "06050": "DY", "06051": "DY",
    "06052": "DY", "07": "ZF", "08": "ZJ", "08002": "ZF", "08003": "ZF", "08011": "ZF",
    "08013": "ZF", "08016": "ZF", "09": "ZF", "09003": "MZ", "09009": "JT", "09011": "CGW",
    "09012": "XF", "09014": "JT", "09015": "SC", "09016": "JT", "09018": "JT", "09020": "SC",
    "10001": "HW", "10002": "TX", "10999": "GS", "10998": "RQ", "10997": "PS", "10996": "RL",
    "10995": "DY", "10994": "PS",
}  # fmt: skip


def disposer(kind: str, code: str) -> str:
    """Unit code of the usual department of a 2026 class, "" when unclear."""
    table = PART_DEPARTMENT if kind == "part" else EVENT_DEPARTMENT
    for length in (5, 2):
        if code[:length] in table:
            return f"110102-{table[code[:length]]}"
    return ""


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
