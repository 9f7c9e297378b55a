"""Tiles of what a draft changes: its own rows, to be looked at before publishing.

Draft rows have no index of places for each alone, as they do not last. They lie in the
order of the ground: block ranges find those of a tile, and every n-th row is an even
sample of it.
"""

from collections.abc import Sequence
from functools import cached_property
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from layers.models import DraftRow, Version
from layers.tiles.drawing import MOST_BYTES, drawn_by, shown_of
from layers.tiles.overviews import CROWD, NEAREST
from layers.tiles.sql import (
    EXTENT,
    Drawing,
    Envelope,
    Place,
    encode,
    filled,
    selected,
)

OWN = ("change", "key")  # what a row carries beside the attributes of the styles
LOOKS = 3_000  # rows of a whole draft that are looked up to know what a tile holds
SHARES = (4_000, 1_000, 250)  # rows of a sample


def tile_of(version: Version, place: Place, *, sees_sensitive: bool) -> bytes:
    """The rows that a draft adds, changes or ends, each with its ``change``.

    Of what is gone the last form. A crowded tile from afar is a sample.
    """
    drawing = _drawing(version, sees_sensitive=sees_sensitive)
    sample = Sample(version, drawing, place)
    tile = None
    if place.z > NEAREST or not sample.is_crowded:
        tile = _drawn(drawing, sample.near, place)
    for share in SHARES:
        if tile is not None and len(tile) <= MOST_BYTES:
            break
        tile = _drawn(drawing, sample.of(share), place, simplified=True)
    assert tile is not None
    return tile


def _drawing(version: Version, *, sees_sensitive: bool) -> Drawing:
    layer = version.layer
    fields, _labelled = shown_of(layer, sees_sensitive=sees_sensitive)
    return Drawing(
        layer=layer.pk,
        name=layer.code,
        geometry=layer.geometry,
        version=0,
        fields=tuple(name for name in fields if name not in OWN),
        kinds=tuple((entry["name"], entry.get("type", "")) for entry in layer.schema),
    )


class Sample:
    """Some rows of a draft in one tile, evenly spread.

    Neighbours have ids close to each other: every n-th row of the draft is looked up,
    and then as many as are wanted about each that lies in the tile.
    """

    def __init__(self, version: Version, drawing: Drawing, place: Place) -> None:
        key = Cast(Value(version.pk), BigIntegerField())
        self.rows = DraftRow.objects.filter(version=key)
        envelope = Envelope(margin=drawing.buffer / EXTENT)
        self.near = self.rows.filter(mercator__bboverlaps=envelope)
        self.place = place
        self.count = version.added + version.changed + version.closed
        self.step = max(1, ceil(self.count / LOOKS))

    @property
    def is_crowded(self) -> bool:
        return self.count > CROWD and len(self.hits) * self.step > CROWD

    @cached_property
    def hits(self) -> list[int]:
        """Ids of those among every n-th row that lie in the tile."""
        ends = [
            self.rows.filter(change=change).order_by("change", order)
            for change in DraftRow.Change.values
            for order in ("pk", "-pk")
        ]
        found = [row for end in ends for row in end.values_list("pk", flat=True)[:1]]
        if not found:
            return []
        chosen = self._among(range(min(found), max(found) + 1, self.step))
        text, params = chosen.order_by().values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(text, filled(params, self.place))
            return sorted(number for (number,) in cursor.fetchall())

    def of(self, share: int) -> QuerySet[DraftRow]:
        """About ``share`` rows."""
        apart = max(1, ceil(len(self.hits) * self.step / share))
        ids = [one for hit in self.hits for one in range(hit, hit + self.step)]
        return self._among(ids[::apart])

    def _among(self, ids: Sequence[int]) -> QuerySet[DraftRow]:
        """By one array: thousands of parameters take longer than the look-ups."""
        chosen: Any = RawSQL(
            "layers_draftrow.id = ANY(%s)", [list(ids)], output_field=BooleanField()
        )
        return self.near.filter(chosen)


def _drawn(
    drawing: Drawing,
    rows: QuerySet[DraftRow],
    place: Place,
    *,
    simplified: bool = False,
) -> bytes:
    near, params = selected(drawing, rows, "pk", more=OWN)
    text, filling = encode(drawing, near, params, simplified=simplified, more=OWN)
    return drawn_by(f"SELECT ({text}), 0", filled(filling, place))[0]
