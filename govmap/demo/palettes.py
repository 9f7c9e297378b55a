"""Colours by value: what planners use (GB 50137) and calm ones for the rest.

Each entry is value: (colour, English name); the value is its own Chinese name.
"""

Palette = dict[str, tuple[str, str]]

# By code of GB 50137-2011; the Chinese names stand with the plan's figures.
LAND_USE: Palette = {
    "R1": ("#fff2a8", "Residential, class 1"),
    "R2": ("#f6e27f", "Residential, class 2"),
    "A1": ("#e58fb0", "Administration"),
    "A2": ("#f2a7c3", "Culture"),
    "A33": ("#f4b6cf", "Primary and middle schools"),
    "A35": ("#eea3bf", "Research"),
    "A4": ("#c9d98a", "Sports"),
    "A5": ("#e9849f", "Health care"),
    "A6": ("#f0b9c6", "Social welfare"),
    "A7": ("#c8643c", "Heritage"),
    "B1": ("#e2574c", "Commercial"),
    "B2": ("#c94a4a", "Business"),
    "B3": ("#ee7d5c", "Leisure"),
    "M1": ("#b98a5e", "Industry, class 1"),
    "W1": ("#9c8fc4", "Storage, class 1"),
    "U1": ("#6f9fc0", "Supply facilities"),
    "U2": ("#88b1cb", "Environmental facilities"),
    "S1": ("#c9c9c9", "Urban roads"),
    "S4": ("#a9a9a9", "Transport stations"),
    "G1": ("#8fc87a", "Parks"),
    "G2": ("#5fa667", "Protective green"),
}
USE: Palette = {
    "住宅": ("#f0dc8c", "Dwelling"),
    "商业": ("#df6a5c", "Trade"),
    "办公": ("#d98ba6", "Offices"),
    "教育": ("#e8a7c4", "Education"),
    "医疗": ("#cf5f86", "Health care"),
    "文化": ("#b98ad0", "Culture"),
    "体育": ("#b7cf7a", "Sports"),
    "养老": ("#e3b18f", "Care of the aged"),
    "文物": ("#b5623f", "Heritage"),
    "仓储": ("#9c8fc4", "Storage"),
    "市政": ("#7ba5c2", "Utilities"),
}
OWNERSHIP: Palette = {
    "直管公房": ("#4f86b8", "Public housing, direct"),
    "单位自管": ("#79b39b", "Owned by a work unit"),
    "私产": ("#d9a05b", "Private, inherited"),
    "商品房": ("#c98bb3", "Private, market"),
}
STRUCTURE: Palette = {
    "砖木": ("#c9a26b", "Brick and timber"),
    "砖混": ("#a8b5c4", "Brick and concrete"),
    "钢混": ("#6e86a6", "Reinforced concrete"),
}
PART_STATES: Palette = {
    "完好": ("#2b8a57", "Sound"),
    "破损": ("#b7791f", "Damaged"),
    "丢失": ("#c53a3a", "Missing"),
    "废弃": ("#5b6776", "Abandoned"),
    "移除": ("#9aa7b6", "Removed"),
}
# By main class of GB/T 47678.5-2026: (colour, Chinese, English).
PART_CLASSES = {
    "01": ("#1f5fae", "市政公用设施", "Municipal utilities"),
    "02": ("#7a4fb5", "交通设施", "Traffic facilities"),
    "03": ("#b7791f", "市容环卫设施", "Sanitation facilities"),
    "04": ("#2b8a57", "园林绿化设施", "Greenery facilities"),
    "05": ("#5b6776", "其他管理部件", "Other parts"),
}
