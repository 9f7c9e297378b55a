"""What is filled in for well-known services: 天地图's layers in both matrix sets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from layers.models import Layer, OutsideSource

HOST = "https://t0.tianditu.gov.cn"
# name: (title, class, drawn above areas)
TIANDITU: dict[str, tuple[str, str, bool]] = {
    "vec": ("天地图 矢量底图", Layer.Class.BASEMAP, False),
    "cva": ("天地图 矢量注记", Layer.Class.BASEMAP, True),
    "img": ("天地图 影像底图", Layer.Class.IMAGERY, False),
    "cia": ("天地图 影像注记", Layer.Class.IMAGERY, True),
    "ter": ("天地图 地形晕渲", Layer.Class.TERRAIN, False),
    "cta": ("天地图 地形注记", Layer.Class.TERRAIN, True),
}
SETS = {"w": OutsideSource.System.MERCATOR, "c": OutsideSource.System.CGCS2000}
# Of the service's own pictures; the terrain ends earlier.
LAST = {"ter": 14, "cta": 14}


@dataclass(frozen=True)
class Preset:
    code: str
    title: str | Promise
    initial: dict[str, Any]


def presets() -> list[Preset]:
    return list(_tianditu())


def initial_of(code: str) -> dict[str, Any]:
    return next((one.initial for one in presets() if one.code == code), {})


def _tianditu() -> Iterator[Preset]:
    for name, (title, kind, over) in TIANDITU.items():
        for letter, system in SETS.items():
            initial = {
                "code": f"tianditu-{name}-{letter}",
                **{"title": title, "kind": kind, "over": over},
                "protocol": OutsideSource.Protocol.WMTS,
                "address": f"{HOST}/{name}_{letter}/wmts?tk={{key}}",
                **{"names": name, "style": "default", "matrix_set": letter},
                **{"matrix": "{z}", "system": system},
                "format": OutsideSource.Format.TILES,
                **{"first": 1, "last": LAST.get(name, 18)},
                "attribution": gettext_lazy("Map data © National Platform for GI"),
            }
            yield Preset(f"{name}-{letter}", f"{title} {name}_{letter}", initial)
