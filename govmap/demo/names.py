"""Invented names of roads, estates and houses; likeness to real ones is chance."""

from collections.abc import Iterator

import numpy as np

from .network import Street

FIRST = (
    "槐柳枣松柏杏榆桐桃梨竹兰荷菊梅石铁瓦砖井桥钟鼓旗灯琴棋"
    "书画墨笔纸砚米面盐茶糖醋丝棉麻布金银铜锡珠玉"
    "瑞祥福安康宁和顺丰永兴隆盛昌平"
)
SECOND = (
    "荫泉林坊匠市口湾塔井楼阁园圃池塘桥坡岗院营厂库局"
    "铺门墙沿里角影花果竹草叶台亭轩斋堂仓帽鞍鼓"
)
LEAD = "景瑞祥和永安康宁福泰嘉德文华信达恒广新盛远翠清雅明月星云"
SUFFIX = {
    "ring": ("环路",),
    "arterial": ("大街",),
    "secondary": ("大街", "路", "东街", "西街"),
    "branch": ("街", "路", "南街", "北街", "巷", "前街"),
    "lane": ("胡同", "胡同", "胡同", "巷", "条", "里"),
}  # fmt: skip
ESTATE = ("里小区", "家园", "园小区", "苑", "东里", "西里", "小区")


def road_names(roads: tuple[Street, ...], rng: np.random.Generator) -> list[str]:
    """One name for each road; roads inside estates, paths and walls have none."""
    fresh = _stems(FIRST, SECOND, rng)
    names: list[str] = []
    for road in roads:
        if road.name or road.kind not in SUFFIX:
            names.append(road.name)
        else:
            names.append(next(fresh) + str(rng.choice(SUFFIX[road.kind])))
    return names


def estate_names(count: int, rng: np.random.Generator) -> list[str]:
    """Names of housing estates, all different."""
    fresh = _stems(LEAD, FIRST, rng)
    return [next(fresh) + str(rng.choice(ESTATE)) for _ in range(count)]


def house_names(count: int, kind: str, rng: np.random.Generator) -> list[str]:
    """Names for houses of one kind, such as 大厦."""
    stems = [a + b for a in LEAD for b in LEAD if a != b]
    return [str(stem) + kind for stem in rng.choice(stems, count)]


def _stems(first: str, second: str, rng: np.random.Generator) -> Iterator[str]:
    """Two-character stems in a random order, then again with a third character."""
    ones, twos = dict.fromkeys(first), dict.fromkeys(second)
    stems = [a + b for a in ones for b in twos if a != b]
    for lead in ("", *LEAD):
        for index in rng.permutation(len(stems)):
            yield lead + stems[index]
