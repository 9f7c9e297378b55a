"""Published layers of squares, and runs of rules over them."""

import json
from typing import Any

import pyproj
import shapely
from django.db import connection
from django.utils import timezone

from accounts.models import Unit
from layers.conflicts import running
from layers.conflicts.overlay import rules
from layers.models import Conflict, ConflictRun, Layer, OverlayRule
from layers.versions import publishing
from layers.versions.staging import TABLE, Staging
from tests.sites import package

STEP = 0.00001  # of a degree: about a metre
GEOD = pyproj.Geod(ellps="GRS80")
WEST, SOUTH = package.WEST + 0.0002, package.SOUTH + 0.0002
FIELDS = [
    {"name": "编号", "title": {"zh-hans": "编号"}, "type": "string"},
    {"name": "用途", "title": {"zh-hans": "用途"}, "type": "string"},
    {"name": "高度", "title": {"zh-hans": "高度"}, "type": "number"},
]


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    """In steps, from the south-west corner of the test site."""
    west, south = WEST + x * STEP, SOUTH + y * STEP
    return shapely.box(west, south, west + width * STEP, south + height * STEP)


def square_metres(steps: float) -> float:
    """The area of so many squares of one step, on the ellipsoid."""
    area, _length = GEOD.geometry_area_perimeter(box(0, 0, 10, 10))
    return abs(area) / 100 * steps


def a_layer(code: str, **values: Any) -> Layer:
    usual = {
        "titles": {"zh-hans": code, "en": code},
        "kind": Layer.Class.FRAME,
        "provider": Unit.objects.get(code="sanitation"),
        "geometry": "polygon",
        "key": "编号",
        "schema": FIELDS,
    }
    return Layer.objects.create(code=code, **usual | values)


def publish(layer: Layer, shapes: dict[str, Any], **fields: dict[str, Any]) -> Layer:
    """A version of these shapes by key; ``fields``: values by key."""

    def stage(staging: Staging) -> None:
        with connection.cursor() as cursor:
            for number, (key, shape) in enumerate(shapes.items()):
                said = {name: values.get(key) for name, values in fields.items()}
                cursor.execute(
                    f"INSERT INTO {TABLE} (number, key, geometry, mercator, properties)"
                    " SELECT %s, %s, shape, ST_Transform(shape, 3857), %s FROM"
                    " (SELECT ST_GeomFromText(%s, 4490) AS shape) given",
                    [number, key, json.dumps(said), shape.wkt],
                )

    publishing.install(layer, stage, publishing.Source("test", ""))
    layer.refresh_from_db()
    return layer


def layer_of(code: str, shapes: dict[str, Any], **fields: dict[str, Any]) -> Layer:
    return publish(a_layer(code), shapes, **fields)


def a_rule(relation: str, left: Layer, right: Layer, **more: Any) -> OverlayRule:
    """A rule of the same data as a file has it, checked."""
    entry = {
        "code": "rule",
        "title": {"zh-hans": "规则", "en": "Rule"},
        "left": left.code,
        "right": right.code,
        "relation": relation,
        **more,
    }
    rules.take([entry], [left, right], by=None)
    return OverlayRule.objects.get(code=entry["code"])


def run(rule: OverlayRule) -> ConflictRun:
    made = running.begin(rule, by=None, then=lambda run: None)
    return running.carry_out(made)


def found(rule: OverlayRule) -> dict[tuple[str, str], float]:
    """The measures of the standing conflicts by pair, after a run."""
    ended = run(rule)
    assert ended.status == ConflictRun.Status.DONE, ended.message
    standing = Conflict.objects.filter(rule=rule).standing()
    return {(row.left_key, row.right_key): row.measure for row in standing}


def a_conflict(layer: Layer) -> ConflictRun:
    """The run of a rule of this layer with the plots, which found one conflict."""
    plots = Layer.objects.get(code="planning")
    rule = OverlayRule.objects.create(
        code=f"with-{layer.code}",
        titles={"zh-hans": "规则"},
        left=layer,
        right=plots,
        relation=OverlayRule.Relation.INSIDE,
    )
    Conflict.objects.create(
        rule=rule,
        left_key=layer.features.earliest("pk").key,
        right_key="XC-00",
        geometry=plots.features.get(key="XC-00").geometry,
        measure=1,
        found_at=timezone.now(),
    )
    return ConflictRun.objects.create(rule=rule, status=ConflictRun.Status.DONE)
