"""The relations of the overlay rules as SQL over the open features, batch by batch.

Both sides are copied once into narrow tables of their own, indexed by place: asking
those takes a seventh of what the index of all features takes, which begins with the
layer. Most features lie wholly on one right feature; asked from the side of the right
ones, which are larger and fewer, that is found ten times as fast. What is left is cut.
"""

import json
from typing import Any

from django.utils import timezone

from govmap.lib.geo import SRID
from layers.conflicts.overlay.comparison import NUMBER, Comparison
from layers.conflicts.overlay.ground import DIMENSION, flat, grown, scales, size
from layers.models import OverlayRule

TABLE = "found_conflict"
LEFT, GROUND, HELD = "conflict_left", "conflict_ground", "conflict_held"
LAPPED = "conflict_lapped"
TABLES = f"""
CREATE TEMPORARY TABLE {LEFT} (number integer, key varchar(80),
    geometry geometry(Geometry, {SRID}), cell varchar(15), compared text,
    east float8, north float8);
CREATE TEMPORARY TABLE {GROUND} (number integer, key varchar(80),
    geometry geometry(Geometry, {SRID}), compared text);
CREATE TEMPORARY TABLE {HELD} (number integer, ground integer);
CREATE TEMPORARY TABLE {LAPPED} (number integer);
CREATE TEMPORARY TABLE {TABLE} (left_key varchar(80), right_key varchar(80),
    geometry geometry(Geometry, {SRID}), measure float8, left_value varchar(200),
    right_value varchar(200), cell varchar(15), stays boolean DEFAULT false)
"""
COLUMNS = "left_key, right_key, geometry, measure, left_value, right_value, cell"
# Square metres, metres: coordinates are no better than a centimetre, so what is less
# than this is how two programs rounded the same border.
NOISE = 0.01

# What is published and so on the ground today.
OPEN = (
    "{row}.layer_id = %({side})s::bigint AND {row}.known_to IS NULL"
    " AND {row}.valid @> %(today)s::date"
)

COPY_LEFT = f"""
INSERT INTO {LEFT} (number, key, geometry, cell, compared, east, north)
SELECT row_number() OVER (ORDER BY feature.key), feature.key, feature.geometry,
       feature.cell, {{compared}}, degree.east, degree.north
  FROM layers_feature feature, {{scales}} WHERE {{open}} {{only}}
"""
COPY_GROUND = f"""
INSERT INTO {GROUND} (number, key, geometry, compared)
SELECT row_number() OVER (ORDER BY feature.key), feature.key, feature.geometry,
       {{compared}}
  FROM layers_feature feature WHERE {{open}} {{only}}
"""
# The two keys of a batch are numbers of right features here.
HOLD = f"""
INSERT INTO {HELD} (number, ground)
SELECT one.number, ground.number
  FROM (SELECT * FROM {GROUND} WHERE number > %(after)s AND number <= %(until)s) ground
 CROSS JOIN LATERAL (
    SELECT number, ST_Covers(ground.geometry, geometry) AS is_held FROM {LEFT}
     WHERE geometry && ground.geometry OFFSET 0
 ) one
 WHERE one.is_held
"""
# Right features whose inside another one shares.
LAP = f"""
INSERT INTO {LAPPED} (number)
SELECT unnest(ARRAY[ground.number, other.number])
  FROM (SELECT * FROM {GROUND} WHERE number > %(after)s AND number <= %(until)s) ground
  JOIN {GROUND} other ON other.number > ground.number
   AND other.geometry && ground.geometry
   AND ST_Relate(other.geometry, ground.geometry, 'T********')
"""

SOME = f"""
WITH one AS MATERIALIZED (
    SELECT * FROM {LEFT} feature
     WHERE number > %(after)s AND number <= %(until)s {{free}}
)
INSERT INTO {TABLE} ({COLUMNS})
"""
FREE = f"""
AND NOT EXISTS (SELECT FROM {HELD} held WHERE held.number = feature.number)
"""

# The right feature that the left one lies on most.
CUT = f"""
(SELECT other.key, other.geometry, other.compared, {{shared}} AS lies,
        NULL::geometry AS rest
   FROM {GROUND} other WHERE other.geometry && {{reach}}
  ORDER BY lies DESC, {{nearest}} other.key LIMIT 1)
"""
# A right feature that shares its ground with no other, and holds more than half of the
# left one, is the one it lies on most: its rest is the only cut that has to be made.
MOST = f"""
(SELECT other.key, other.geometry, other.compared, 'Infinity'::float8 AS lies,
        cut.rest
   FROM {GROUND} other CROSS JOIN LATERAL (
     SELECT ST_CollectionExtract(
         ST_Difference(one.geometry, other.geometry), {{dimension}}) AS rest OFFSET 0
   ) cut
  WHERE ST_Intersects(other.geometry, ST_Centroid(one.geometry))
    AND NOT EXISTS (SELECT FROM {LAPPED} lapped WHERE lapped.number = other.number)
    AND 2 * ST_Area(cut.rest) < ST_Area(one.geometry)
  LIMIT 1)
"""
HOLDER = f"""
(SELECT other.key, other.geometry, other.compared, 'Infinity'::float8 AS lies,
        NULL::geometry AS rest
   FROM {HELD} held JOIN {GROUND} other ON other.number = held.ground
  WHERE held.number = one.number ORDER BY other.key LIMIT 1)
"""

# OFFSET 0 keeps a cut from being reckoned again wherever it is named.
OUTSIDE = """
SELECT one.key, coalesce(own.key, ''), cut.part, cut.size, {left}, {right}, one.cell
  FROM one LEFT JOIN LATERAL {own} own ON {on}
 CROSS JOIN LATERAL (
    SELECT part, {size} AS size FROM (SELECT CASE
        WHEN own.key IS NULL THEN one.geometry
        WHEN own.rest IS NOT NULL THEN own.rest
        ELSE ST_CollectionExtract(ST_Difference(one.geometry, {ground}), {dimension})
    END AS part OFFSET 0) whole OFFSET 0
 ) cut
 WHERE NOT ST_IsEmpty(cut.part) AND {enough} {disagree}
"""

PAIRS = """
SELECT one.key, other.key, cut.part, cut.size, {left}, {right}, one.cell
  FROM one
  JOIN {ground} other ON other.geometry && {reach} {order}
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
  JOIN {ground} other ON other.geometry && {reach} {order}
 CROSS JOIN LATERAL (SELECT ST_Distance({flat}, {other_flat}) AS size) cut
 WHERE cut.size <= %(metres)s {disagree}
"""

COMPARE = """
SELECT one.key, own.key, one.geometry, {measure}, {left}, {right}, one.cell
  FROM one JOIN LATERAL ({own} LIMIT 1) own ON own.lies > 0
 WHERE {enough} {disagree}
"""


class Statement:
    """One rule's statement and its parameters, all but the two numbers of a batch."""

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
        free = self.rule.relation == OverlayRule.Relation.OUTSIDE
        return SOME.format(free=FREE if free else "")

    def _compared(self, side: str) -> str:
        """SQL: the attribute of that side which is compared, as text."""
        if not (self.rule.comparison or {}).get(side):
            return "NULL::text"
        return f"nullif(feature.properties ->> %(compared_{side})s, '')"

    @property
    def copies(self) -> list[str]:
        """Fills the tables of both sides."""
        left = COPY_LEFT.format(
            compared=self._compared("left"),
            scales=scales("feature"),
            open=OPEN.format(row="feature", side="left"),
            only=self.only("left", "feature"),
        )
        ground = COPY_GROUND.format(
            compared=self._compared("right"),
            open=OPEN.format(row="feature", side="right"),
            only=self.only("right", "feature"),
        )
        return [left, ground]

    @property
    def holds(self) -> bool:
        """Whether it matters which left features lie wholly on a right one."""
        relation = OverlayRule.Relation(self.rule.relation)
        return relation in (relation.OUTSIDE, relation.COMPARE)

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
        """Where to look for neighbours: with metres, a little beyond them."""
        if not self.rule.tolerance_metres:
            return "one.geometry"
        around = "%(metres)s * 1.01 / one.east, %(metres)s * 1.01 / one.north"
        return f"ST_Expand(one.geometry, {around})"

    def _cut(self) -> str:
        far = self.rule.tolerance_metres > 0
        return CUT.format(
            shared=size("ST_Intersection(one.geometry, other.geometry)", self.kind),
            reach=self._reach,
            nearest="ST_Distance(one.geometry, other.geometry)," if far else "",
        )

    @property
    def laps(self) -> bool:
        """Whether it helps to know which right features share ground with others."""
        is_outside = self.rule.relation == OverlayRule.Relation.OUTSIDE
        return is_outside and self.kind == "polygon" and not self.rule.tolerance_metres

    def _own(self) -> str:
        """SQL: the right feature that the left one lies on most, in one row."""
        if not self.laps:
            return self._cut()
        most = MOST.format(dimension=DIMENSION[self.kind])
        return f"({most} UNION ALL {self._cut()} LIMIT 1)"

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
            ground=GROUND,
            reach="one.geometry",
            order=self._order,
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
                ground=GROUND,
                reach=self._reach,
                order=self._order,
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
            own=f"{HOLDER} UNION ALL {self._cut()}",
            measure=self.comparison.difference("own") if numbers else whole,
            enough=f"own.lies >= %(share)s * {whole}",
            **self._values("own"),
        )
