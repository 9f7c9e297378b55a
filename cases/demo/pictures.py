"""Pictures of troubles and of what became of them: drawn, and labelled as such."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random

from cases.demo import lying, standing
from cases.demo.canvas import Canvas
from cases.demo.scenery import LIGHTS, backdrop

Draw = Callable[[Canvas, Random, float], None]


@dataclass(frozen=True)
class Scene:
    """What is wrong, before which walls, and where the pavement ends (pixels)."""

    draw: Draw
    walls: tuple[str, ...] = ("brick", "plaster", "fence")
    kerb: int = 800
    dusk: bool = False


SCENES = {
    "banner": Scene(lying.banner),
    "bench": Scene(standing.bench, ("brick", "fence")),
    "bikes": Scene(lying.bikes, ("brick", "plaster", "shops", "fence")),
    "cabinet": Scene(standing.cabinet),
    "goods": Scene(lying.goods, ("shops",)),
    "grate": Scene(standing.grate, kerb=640),
    "green": Scene(lying.green, ("fence", "plaster")),
    "lamp": Scene(standing.lamp, ("brick", "plaster"), dusk=True),
    "laundry": Scene(lying.laundry),
    "litter": Scene(lying.litter, ("brick", "plaster", "fence")),
    "manhole": Scene(standing.manhole, ("brick", "plaster", "shops", "fence")),
    "posters": Scene(lying.posters, ("brick",)),
    "pothole": Scene(standing.pothole, ("brick", "plaster", "shops"), kerb=640),
    "puddle": Scene(lying.puddle, ("shops", "brick")),
    "rail": Scene(standing.rail, ("plaster", "shops", "fence")),
    "rubble": Scene(lying.rubble),
    "signpost": Scene(standing.signpost),
    "stall": Scene(lying.stall),
    "things": Scene(lying.things, ("brick", "plaster")),
    "tree": Scene(standing.tree),
    "worksite": Scene(standing.worksite),
}


def picture(scene: str, seed: str, level: float, taken_at: datetime) -> bytes:
    """A JPEG of the scene; with the same seed from the same place.

    ``level`` is 1 for the whole trouble and 0 for none; ``taken_at`` is local time.
    """
    canvas = _behind(scene, seed).copy()
    if not SCENES[scene].dusk:
        # Taken at another hour, a picture of the same place has other light.
        canvas.veil = Random(f"{seed}/{taken_at:%d %H}").choice(LIGHTS).veil
    SCENES[scene].draw(canvas, Random(f"{seed}/trouble"), level)
    return canvas.jpeg(taken_at)


@lru_cache(maxsize=2)
def _behind(scene: str, seed: str) -> Canvas:
    rng, kind = Random(f"{seed}/behind"), SCENES[scene]
    return backdrop(rng, rng.choice(kind.walls), kind.kerb, dusk=kind.dusk)
