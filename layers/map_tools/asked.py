"""What a question to the map asks: a shape, layers, one of them, and a page of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from accounts.models import User
from layers.at import PARAMETER, day_of
from layers.map_tools.querying import (
    Count,
    Table,
    counts_in,
    layers_for,
    lying_in,
    table_of,
)
from layers.map_tools.shapes import Shape, read_shape
from layers.models import Layer


@dataclass(frozen=True)
class Asked:
    """Of an address: ``kind``, ``shape``, ``metres``, ``layers``, ``layer``,
    ``after``, ``at``."""

    shape: Shape
    codes: tuple[str, ...]
    chosen: str
    after: str
    day: date | None

    @property
    def words(self) -> dict[str, str]:
        """The shape and the day alone, as an address has them."""
        said = {"kind": self.shape.kind.value, "shape": self.shape.text}
        if self.shape.metres:
            said["metres"] = str(self.shape.metres)
        return said | ({PARAMETER: self.day.isoformat()} if self.day else {})

    @property
    def query(self) -> str:
        return urlencode(self.words)


@dataclass(frozen=True)
class Answer:
    """How many lie there layer by layer, and a page of one layer's."""

    counts: list[Count]
    table: Table | None


def read(params: Mapping[str, str]) -> Asked:
    """Raises BadInput for a shape, a distance or a day that cannot be read."""
    params = {name: text.replace("\x00", "") for name, text in params.items()}
    return Asked(
        read_shape(
            params.get("kind", ""), params.get("shape", ""), params.get("metres", "")
        ),
        tuple(filter(None, params.get("layers", "")[:4000].split(","))),
        params.get("layer", "")[:80],
        params.get("after", "")[:80],
        day_of(params),
    )


def answer(asked: Asked, user: User) -> Answer:
    """The layer that is chosen, else the first with something there."""
    layers = layers_for(user, asked.codes)
    ground = asked.shape.ground
    counts = counts_in(ground, layers, asked.day)
    layer = _chosen([count.layer for count in counts], asked.chosen)
    if layer is None:
        return Answer(counts, None)
    rows = lying_in(ground, [layer], asked.day)
    return Answer(counts, table_of(rows, layer, user, after=asked.after))


def _chosen(layers: list[Layer], code: str) -> Layer | None:
    named = (layer for layer in layers if layer.code == code)
    return next(named, layers[0] if layers else None)
