"""Vector tiles of records: draws a queryset that somebody else has scoped."""

from django.db import connection
from django.db.models import QuerySet

from govmap.lib.geo import SRID
from offices.models.record import Record

MOST = 20_000  # points of one tile
MARGIN = 64 / 4096  # around a tile, so that symbols on its edge are whole
DRAW = """
WITH edge AS (
    SELECT ST_TileEnvelope(%s, %s, %s) AS tile,
           ST_Transform(ST_TileEnvelope(%s, %s, %s, margin => %s), {srid}) AS ground
), drawn AS (
    SELECT record.uuid::text AS id, record.number, state.phase,
           coalesce(record.data ->> %s, '') AS label,
           ST_AsMVTGeom(ST_Transform(record.place, 3857), edge.tile, 4096, 64) AS geom
      FROM offices_record record
      JOIN workflow_state state ON state.id = record.state_id, edge
     WHERE record.place && edge.ground AND record.id IN ({scoped})
     LIMIT {most}
)
SELECT ST_AsMVT(drawn, 'records', 4096, 'geom') FROM drawn
"""


def tile_of(rows: QuerySet[Record], z: int, x: int, y: int, *, label: str) -> bytes:
    """``label``: the internal field that names a point, or "" for none."""
    scoped = rows.order_by().values("pk").query
    sql, params = scoped.sql_with_params()
    statement = DRAW.format(srid=SRID, scoped=sql, most=MOST)
    values = [z, x, y, z, x, y, MARGIN, label or "-", *params]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        (content,) = cursor.fetchone()
    return bytes(content)
