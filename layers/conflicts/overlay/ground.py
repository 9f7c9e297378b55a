"""Metres and square metres of shapes in degrees, as SQL, exact where they lie.

Areas of 100,000 buildings by `geography` cost more than finding what overlaps. A
shape of a few hundred metres is as good as flat: its square degrees times the square
metres of one square degree at its latitude are its area to a few parts in a million
(a test compares with `geography`). With the ellipsoid's radii of curvature M along
the meridian and N across it, a degree north is M·pi/180 and a degree east
N·cos(latitude)·pi/180 metres.
"""

import math

AXIS = 6_378_137.0  # metres, CGCS2000
FLATTENING = 1 / 298.257222101
E2 = FLATTENING * (2 - FLATTENING)
DEGREE = math.pi / 180

# Of a row with ``geometry``: columns east and north (metres a degree), at its middle.
SCALES = f"""
LATERAL (SELECT radians((ST_YMin({{row}}.geometry) + ST_YMax({{row}}.geometry)) / 2)
         AS latitude) middle,
LATERAL (SELECT 1 - {E2!r} * sin(latitude) ^ 2 AS w) bend,
LATERAL (SELECT {DEGREE * AXIS!r} * cos(latitude) / sqrt(w) AS east,
                {DEGREE * AXIS * (1 - E2)!r} / (w * sqrt(w)) AS north) degree
"""
# What ST_CollectionExtract keeps of a cut.
DIMENSION = {"point": 1, "line": 2, "polygon": 3}


def scales(row: str) -> str:
    """A FROM item: ``degree.east`` and ``degree.north`` at the row's latitude."""
    return SCALES.format(row=row)


def size(shape: str, kind: str, scale: str = "one") -> str:
    """Square metres of polygons, metres of lines, 0 of points.

    ``scale`` is the row whose ``east`` and ``north`` hold.
    """
    if kind == "polygon":
        return f"ST_Area({shape}) * {scale}.east * {scale}.north"
    if kind == "line":
        return f"ST_Length({flat(shape, scale)})"
    return "0.0::float8"


def flat(shape: str, scale: str = "one") -> str:
    """The shape in metres east and north."""
    return f"ST_Scale({shape}, {scale}.east, {scale}.north)"


def round_again(shape: str, scale: str = "one") -> str:
    """The way back from `flat`."""
    return f"ST_Scale({shape}, 1 / {scale}.east, 1 / {scale}.north)"


def grown(shape: str, metres: str) -> str:
    """The shape with so many metres more, or less, on every side."""
    return round_again(f"ST_Buffer({flat(shape)}, {metres}, 'quad_segs=4')")
