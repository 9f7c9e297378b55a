"""Classes proposed from a layer's rows: its values with counts, and breaks."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from django.db import connection
from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from layers.models import Feature, Layer
from layers.styles import palettes

Method = Literal["quantile", "equal", "natural"]
METHODS: tuple[Method, ...] = ("quantile", "equal", "natural")
MOST_VALUES = 40
FEWEST, MOST = 2, 12
QUANTILES = 1000  # points of a field's distribution that natural breaks are made of

# The lower bounds of the classes, as the field's values themselves have them.
NUMBERS = """
SELECT (properties ->> %(field)s)::float8 AS said FROM layers_feature
WHERE layer_id = %(layer)s::bigint AND known_to IS NULL
AND jsonb_typeof(properties -> %(field)s) = 'number'
"""
BREAKS: dict[Method, str] = {
    "equal": f"""
        SELECT low + (high - low) * step / %(count)s
        FROM (SELECT min(said) AS low, max(said) AS high FROM ({NUMBERS}) told) ends,
        generate_series(0, %(count)s - 1) step WHERE low IS NOT NULL
    """,
    "quantile": f"""
        SELECT unnest(percentile_disc(
            ARRAY(SELECT step::float8 / %(count)s
                  FROM generate_series(0, %(count)s - 1) step)
        ) WITHIN GROUP (ORDER BY said)) FROM ({NUMBERS}) told
    """,
    # Least squares within the classes (Fisher 1958, Jenks): k-means on a line, over
    # the field's quantiles, so that many rows cost no more than few.
    "natural": f"""
        SELECT min(said) FROM (
            SELECT said, ST_ClusterKMeans(
                ST_MakePoint(said, 0), least(%(count)s, alike)::int) OVER () AS class
            FROM (
                SELECT said, (count(*) OVER ())::int AS rows,
                    (SELECT count(DISTINCT one) FROM unnest(points) one) AS alike
                FROM (
                    SELECT percentile_disc(
                        ARRAY(SELECT step::float8 / {QUANTILES}
                              FROM generate_series(0, {QUANTILES}) step)
                    ) WITHIN GROUP (ORDER BY said) AS points FROM ({NUMBERS}) told
                ) spread, unnest(points) said
            ) point
        ) classed GROUP BY class
    """,
}


@dataclass(frozen=True)
class Counted:
    value: str
    rows: int


def values_of(layer: Layer, field: str) -> tuple[list[Counted], bool]:
    """The most frequent values of a field in the published rows, in their own order;
    and whether there are more than these."""
    rows = (
        Feature.objects.filter(layer=layer)
        .current()
        .annotate(said=KeyTextTransform(field, "properties"))
        .filter(said__gt="")
        .values("said")
        .annotate(rows=Count("pk"))
        .order_by("-rows", "said")[: MOST_VALUES + 1]
    )
    found = [Counted(row["said"], row["rows"]) for row in rows]
    return sorted(found[:MOST_VALUES], key=_in_order), len(found) > MOST_VALUES


def _in_order(counted: Counted) -> tuple[int, float, str]:
    """Numbers by size, before the words."""
    try:
        number = float(counted.value)
    except ValueError:
        return 1, 0.0, counted.value
    return 0, number if math.isfinite(number) else 0.0, counted.value


def breaks_of(layer: Layer, field: str, method: Method, count: int) -> list[float]:
    """Where classes begin, from the published rows: rising, at most ``count`` of them.

    Empty where no row has a number in the field. Rounded as far as the distance to
    the next one bears it.
    """
    count = min(max(count, FEWEST), MOST)
    with connection.cursor() as cursor:
        cursor.execute(
            BREAKS[method], {"layer": layer.pk, "field": field, "count": count}
        )
        found = sorted({row[0] for row in cursor.fetchall() if row[0] is not None})
    return _rounded(found)


def _rounded(found: list[float]) -> list[float]:
    if not found:
        return []
    gaps = [high - low for low, high in pairwise(found)]
    digits = 1 - math.floor(math.log10(min(gaps))) if gaps else 2
    # Downwards, so that the row at the bound stays in its class.
    scale = 10.0 ** min(max(digits, 0), 9)
    return sorted({_plain(math.floor(number * scale) / scale) for number in found})


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def classes(
    layer: Layer, *, kind: str, field: str, palette: str, method: str, count: int
) -> list[dict[str, Any]]:
    """Proposed classes of a style: ``values`` or ``steps`` with their colours."""
    if kind == "graduated":
        known: Method = next((one for one in METHODS if one == method), "quantile")
        breaks = breaks_of(layer, field, known, count)
        colours = palettes.ramp(palette, len(breaks)) if breaks else []
        return [
            {"from": start, "color": colour}
            for start, colour in zip(breaks, colours, strict=True)
        ]
    found = [one.value for one in values_of(layer, field)[0]]
    return [
        {"value": value, "color": colour}
        for value, colour in zip(found, palettes.of_values(palette, found), strict=True)
    ]
