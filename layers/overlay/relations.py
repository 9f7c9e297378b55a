"""The relations of the overlay rules as SQL over the open features, batch by batch.

Candidates come from the index of (layer, place) on the mercator column; measured and
cut is the geometry itself. Each statement appends to the table `found` what is wrong
with the left features between two keys.
"""

import json
from typing import Any

from django.utils import timezone

from layers.models import OverlayRule
from layers.overlay.comparison import NUMBER, Comparison
from layers.overlay.ground import DIMENSION, flat, grown, scales, size

TABLE = "found_conflict"
COLUMNS = "left_key, right_key, geometry, measure, left_value, right_value, cell"
# Square metres, metres: coordinates are no better than a centimetre, so what is less
# than this is how two programs rounded the same border.
NOISE = 0.01

# A bare number is an int4 to PostgreSQL, which btree_gist will not compare with the
# column's int8: the index of (layer, place) would not serve.
OPEN = (
    "{row}.layer_id = %({side})s::bigint AND {row}.known_to IS NULL"
    " AND {row}.valid @> %(today)s::date"
)

SOME = """
WITH one AS MATERIALIZED (
    SELECT feature.key, feature.geometry, feature.mercator, feature.cell, {properties},
           degree.east, degree.north
      FROM layers_feature feature, {scales}
     WHERE {open} AND feature.key > %(after)s AND feature.key <= %(until)s {only}
)
INSERT INTO {table} ({columns})
"""

# OFFSET 0 keeps a cut from being reckoned again wherever it is named.
# The right feature that the left one lies on most; one that holds it whole comes first.
OWN = """
LATERAL (
    SELECT other.key, other.geometry, {other_properties},
           CASE WHEN ST_Covers(other.geometry, one.geometry) THEN 'Infinity'::float8
                ELSE {shared} END AS lies
      FROM layers_feature other
     WHERE {open} AND other.mercator && {reach} {only}
     ORDER BY lies DESC, {nearest} other.key LIMIT 1
) own
"""

OUTSIDE = """
SELECT one.key, coalesce(own.key, ''), cut.part, cut.size, {left}, {right}, one.cell
  FROM one LEFT JOIN {own} ON {on}
 CROSS JOIN LATERAL (
    SELECT part, {size} AS size FROM (SELECT CASE
        WHEN own.key IS NULL THEN one.geometry
        ELSE ST_CollectionExtract(ST_Difference(one.geometry, {ground}), {dimension})
    END AS part OFFSET 0) whole OFFSET 0
 ) cut
 WHERE coalesce(own.lies, 0) <> 'Infinity'::float8 AND NOT ST_IsEmpty(cut.part)
   AND {enough} {disagree}
"""

PAIRS = """
SELECT one.key, other.key, cut.part, cut.size, {left}, {right}, one.cell
  FROM one
  JOIN layers_feature other ON {open} AND other.mercator && {reach} {order} {only}
   AND ST_Intersects(other.geometry, one.geometry)
 CROSS JOIN LATERAL (SELECT {sizes}) whole
 CROSS JOIN LATERAL (
    SELECT part, {size} AS size FROM (SELECT {part} AS part OFFSET 0) cut OFFSET 0
 ) cut
 WHERE {likely} NOT ST_IsEmpty(cut.part) AND {enough} {disagree}
"""

NEAR = """
SELECT one.key, other.key, one.geometry, cut.size, {left}, {right}, one.cell
  FROM one
  JOIN layers_feature other ON {open} AND other.mercator && {reach} {order} {only}
 CROSS JOIN LATERAL (SELECT ST_Distance({flat}, {other_flat}) AS size) cut
 WHERE cut.size <= %(metres)s {disagree}
"""

COMPARE = """
SELECT one.key, own.key, one.geometry, {measure}, {left}, {right}, one.cell
  FROM one JOIN {own} ON own.lies > 0
 WHERE {enough} {disagree}
"""


class Statement:
    """One rule's statement and its parameters, all but the two keys of a batch."""

    def __init__(self, rule: OverlayRule) -> None:
        self.rule = rule
        self.kind = rule.left.geometry
        self.comparison = Comparison.of(rule.comparison)
        self.parameters: dict[str, Any] = {
            "left": rule.left_id,
            "right": rule.right_id,
            "metres": rule.tolerance_metres,
            "area": max(rule.tolerance_area, NOISE),
            "share": rule.tolerance_share,
            "number": NUMBER,
            "today": timezone.localdate(),
        }
        if self.comparison:
            self.parameters |= self.comparison.parameters(json.dumps)

    @property
    def text(self) -> str:
        relation = {
            OverlayRule.Relation.OUTSIDE: self._outside,
            OverlayRule.Relation.INSIDE: self._inside,
            OverlayRule.Relation.OVERLAPS: self._overlaps,
            OverlayRule.Relation.TWICE: self._twice,
            OverlayRule.Relation.COMPARE: self._compare,
        }[OverlayRule.Relation(self.rule.relation)]
        return self._some() + relation()

    def _some(self) -> str:
        return SOME.format(
            table=TABLE,
            columns=COLUMNS,
            properties=f"{self._properties('feature')} AS properties",
            scales=scales("feature"),
            open=OPEN.format(row="feature", side="left"),
            only=self.only("left", "feature"),
        )

    def _properties(self, row: str) -> str:
        # Attributes lie out of line where they are many: read only if compared.
        return f"{row}.properties" if self.comparison else "NULL::jsonb"

    def only(self, side: str, row: str) -> str:
        """SQL: the features of a side that the rule looks at."""
        conditions = []
        for number, (name, values) in enumerate(self.rule.only.get(side, {}).items()):
            field, wanted = f"only_{side}_{number}", f"among_{side}_{number}"
            self.parameters[field] = name
            self.parameters[wanted] = [str(value) for value in values]
            conditions.append(
                f"AND {row}.properties ->> %({field})s = ANY(%({wanted})s)"
            )
        return " ".join(conditions)

    def _values(self, other: str) -> dict[str, str]:
        """The compared values, cut to their columns, and that they disagree."""
        if not self.comparison:
            return {"left": "''", "right": "''", "disagree": ""}
        fails = self.comparison.fails(other, numbers=self.rule.compares_numbers)
        return {
            "left": f"left({self.comparison.left_text}, 200)",
            "right": f"left(coalesce({self.comparison.right_text(other)}, ''), 200)",
            "disagree": f"AND {fails}",
        }

    @property
    def _reach(self) -> str:
        """Where in the mercator column to look for neighbours."""
        if not self.rule.tolerance_metres:
            return "one.mercator"
        # Mercator metres are longer; some more for the sphere it takes us for.
        return "ST_Expand(one.mercator, %(metres)s * 112000 / one.east)"

    def _own(self) -> str:
        far = self.rule.tolerance_metres > 0
        shared = size("ST_Intersection(one.geometry, other.geometry)", self.kind)
        return OWN.format(
            other_properties=f"{self._properties('other')} AS properties",
            shared=shared,
            open=OPEN.format(row="other", side="right"),
            reach=self._reach,
            only=self.only("right", "other"),
            nearest="ST_Distance(one.geometry, other.geometry)," if far else "",
        )

    def _outside(self) -> str:
        far = self.rule.tolerance_metres > 0
        ground = grown("own.geometry", "%(metres)s") if far else "own.geometry"
        whole = size("one.geometry", self.kind)
        enough = f"cut.size > %(area)s AND cut.size > %(share)s * {whole}"
        return OUTSIDE.format(
            own=self._own(),
            on="true" if far else "own.lies > 0",
            size=size("part", self.kind),
            ground=ground,
            dimension=DIMENSION[self.kind],
            enough="true" if self.kind == "point" else enough,
            **self._values("own"),
        )

    def _pairs(self, *, enough: str, likely: str = "") -> str:
        kind = self.kind
        cut = "ST_CollectionExtract(ST_Intersection(one.geometry, {0}), {1})"
        ground = "other.geometry"
        if self.rule.tolerance_metres:
            ground = grown(ground, "-%(metres)s")
        return PAIRS.format(
            open=OPEN.format(row="other", side="right"),
            reach="one.mercator",
            order=self._order,
            only=self.only("right", "other"),
            sizes=f"{size('one.geometry', kind)} AS mine,"
            f" {size('other.geometry', self.rule.right.geometry)} AS its",
            size=size("part", kind),
            part=cut.format(ground, DIMENSION[kind]),
            likely=likely,
            enough=enough,
            **self._values("other"),
        )

    @property
    def _order(self) -> str:
        """Of one layer each pair is met once, and no row meets itself."""
        return "AND other.key > one.key" if self.rule.is_of_one_layer else ""

    def _inside(self) -> str:
        if self.kind == "point":
            return self._pairs(enough="true")
        return self._pairs(
            enough="cut.size > %(area)s AND cut.size >= %(share)s * whole.mine"
        )

    def _overlaps(self) -> str:
        return self._pairs(
            enough="cut.size > %(area)s"
            " AND cut.size > %(share)s * least(whole.mine, whole.its)"
        )

    def _twice(self) -> str:
        if self.kind == "point":
            return NEAR.format(
                open=OPEN.format(row="other", side="right"),
                reach=self._reach,
                order=self._order,
                only=self.only("right", "other"),
                flat=flat("one.geometry"),
                other_flat=flat("other.geometry"),
                **self._values("other"),
            )
        # What both have, of what either has. Sizes that differ too much need no cut.
        return self._pairs(
            likely="least(whole.mine, whole.its)"
            " >= (1 - %(share)s - 1e-6) * greatest(whole.mine, whole.its) AND",
            enough="cut.size >= (1 - %(share)s - 1e-6)"
            " * (whole.mine + whole.its - cut.size)",
        )

    def _compare(self) -> str:
        assert self.comparison is not None
        numbers = self.rule.compares_numbers
        whole = size("one.geometry", self.kind)
        return COMPARE.format(
            own=self._own(),
            measure=self.comparison.difference("own") if numbers else whole,
            enough=f"own.lies >= %(share)s * {whole}",
            **self._values("own"),
        )
