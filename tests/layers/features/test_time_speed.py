"""A day, a click and a page of the API read no layer whole."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from govmap.lib.geojson import read_bbox
from layers.models import Feature, Layer
from tests.layers import files
from tests.sites import package

SIDE = 150  # houses along each edge of a square of 0.03 degrees
BOX = f"{package.WEST},{package.SOUTH},{package.WEST + 0.001},{package.SOUTH + 0.001}"
HERE = f"lon={package.WEST}&lat={package.SOUTH}&zoom=18&layers=buildings,planning"


@pytest.fixture
def crowd(db: None) -> Layer:
    """22,500 houses, each tenth of which was another one until 2024."""
    layer = files.a_layer()
    layer.published = Layer.objects.get(code="planning").published
    layer.save(update_fields=["published"])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO layers_feature (layer_id, key, known_from, known_to, valid,
                geometry, mercator, properties, cell)
            SELECT %(layer)s, 'B' || lpad(n::text, 6, '0'), since, until, valid,
                box, ST_Transform(box, 3857), '{}', ''
            FROM generate_series(1, %(count)s) n
            CROSS JOIN LATERAL ST_MakeEnvelope(
                %(west)s + (n %% %(side)s) * 0.0002, %(south)s + n / %(side)s * 0.0002,
                %(west)s + (n %% %(side)s) * 0.0002 + 0.0001,
                %(south)s + n / %(side)s * 0.0002 + 0.0001, 4490) box
            CROSS JOIN (VALUES (1, 2, daterange('2020-01-01', '2024-01-01')),
                (2, NULL, daterange('2024-01-01', NULL))) life (since, until, valid)
            WHERE until IS NULL OR n %% 10 = 0
            """,
            {
                **{"layer": layer.pk, "count": SIDE * SIDE, "side": SIDE},
                **{"west": package.WEST, "south": package.SOUTH},
            },
        )
        cursor.execute("SELECT layers_analyze_features()")
    return layer


@pytest.fixture
def plans(
    crowd: Layer, signed_in: Any, people: Any
) -> Callable[[str], tuple[list[str], int]]:
    """The plans of all that an address asks of features, and how many queries."""

    def plans(path: str) -> tuple[list[str], int]:
        client = signed_in(people["grid_worker"])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        asked = [row["sql"] for row in queries if 'FROM "layers_feature"' in row["sql"]]
        assert asked
        return [explained(sql) for sql in asked], len(queries)

    return plans


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql.replace("%", "%%"), [])
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_day_is_read_by_both_indexes(crowd):
    rows = Feature.objects.of_layers([crowd.pk]).on_day(date(2023, 5, 1))
    plan = rows.in_box(read_bbox(BOX)).explain()
    for index in ("open_feature_by_place", "closed_feature_by_place"):
        assert index in plan
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (f"/map/here/?{HERE}", 12),
        (f"/map/here/?{HERE}&at=2023-05-01", 12),
        ("/map/search/?q=B000123&at=2023-05-01", 12),
        (f"/api/v1/layers/buildings/features/?bbox={BOX}", 8),
        (f"/api/v1/layers/buildings/features/?bbox={BOX}&at=2023-05-01", 8),
        ("/api/v1/layers/buildings/features/?at=2023-05-01&limit=5", 8),
        ("/api/v1/layers/buildings/features/?limit=5&after=B01", 8),
        ("/api/v1/layers/buildings/features/B000120/", 8),
        ("/api/v1/layers/buildings/features/B000120/?at=2023-05-01", 8),
    ],
)
def test_no_layer_is_read_whole(plans, path, most):
    found, queries = plans(path)
    for plan in found:
        assert "Seq Scan on layers_feature" not in plan, plan
        assert "feature_by_version_in" not in plan, plan  # by the layer alone
    assert queries <= most
