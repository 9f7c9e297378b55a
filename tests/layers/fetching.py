"""Asking for tiles as a browser does."""

import gzip
import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection, transaction
from django.test import Client

from layers.models import Layer
from layers.tiles.drawing import Place
from layers.tiles.sql import filled
from tests.layers.decoding import decode
from tests.sites import package


def place_of(lon: float, lat: float, z: int) -> Place:
    """The tile that holds a place."""
    turned = math.asinh(math.tan(math.radians(lat))) / math.pi
    return Place(z, int((lon + 180) / 360 * 2**z), int((1 - turned) / 2 * 2**z))


MIDDLE = (package.WEST + 3 * package.STEP, package.SOUTH + 2 * package.STEP)
WHOLE = place_of(*MIDDLE, 12)  # holds the whole test site
FAR = place_of(*MIDDLE, 10)
NEAR = place_of(*package.inside(1, 1, 1), 16)


def url(layer: str, place: Place = WHOLE, version: int = 1, **query: str) -> str:
    path = f"/tiles/{layer}/{version}/{place.z}/{place.x}/{place.y}.mvt"
    return f"{path}?{urlencode(query)}" if query else path


def draft_url(uuid: UUID, place: Place = WHOLE) -> str:
    return f"/tiles/draft/{uuid}/{place.z}/{place.x}/{place.y}.mvt"


def fetch(client: Client, address: str, **headers: str) -> Any:
    return client.get(address, headers={"Accept-Encoding": "gzip", **headers})


def body(response: Any) -> bytes:
    packed = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.content) if packed else response.content


def read(client: Client, address: str) -> Any:
    """The layers of the tile at that address."""
    response = fetch(client, address)
    assert response.status_code == 200, response.content[:200]
    return decode(body(response))


def tile(
    client: Client,
    layer: str,
    place: Place = WHOLE,
    version: int = 1,
    **query: str,
) -> Any:
    return read(client, url(layer, place, version, **query))


def crowd(layer: Layer, side: int) -> None:
    """Fill a square of 0.02 degrees with small houses, side x side of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO layers_feature (layer_id, key, known_from, valid, geometry,
                                        mercator, properties, cell)
            SELECT %s, 'h' || x || '-' || y, 1, '[2020-01-01,)', place,
                   ST_Transform(place, 3857), '{"用地代码": "R2"}', ''
              FROM generate_series(1, %s) x, generate_series(1, %s) y,
                   ST_MakeEnvelope(116.3 + x * %s, 39.9 + y * %s,
                                   116.3 + (x + .5) * %s, 39.9 + (y + .5) * %s, 4490)
                   place ORDER BY place
            """,
            [layer.pk, side, side, *[0.02 / side] * 4],
        )


def plan_of(text: str, params: Sequence[Any], place: Place) -> str:
    """How PostgreSQL answers a tile's statement, were the tables large."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + text, filled(params, place))
        return "\n".join(row[0] for row in cursor.fetchall())
