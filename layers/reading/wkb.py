"""Both copies of each geometry as COPY text: as stored, and as tiles are drawn from.

Most shapes are one run of vertices: a point, a line, a polygon without holes, or one
of these alone in a collection of its kind. Their WKB is a head that depends on how
many vertices there are, then the vertices as they lie in memory, so it is put together
for a whole block without asking GEOS shape by shape.
"""

from typing import Any

import numpy as np
import pyarrow
import shapely

from layers.reading import copying, crs
from layers.reading.shapes import DRAWN, Array, mercator_of

# By shapely's type of a single: the head's counts before the number of vertices.
POINT, LINE, POLYGON = 0, 1, 3
OF_ONE = {4: POINT, 5: LINE, 6: POLYGON}
CODES = {POINT: 1, LINE: 2, POLYGON: 3}
VERTEX = 32  # hexadecimal signs

Column = tuple[Any, Any]  # heads and tails, to be joined


def both(geometry: Array) -> tuple[Column, Column]:
    """The geometries (EPSG:4490, valid, none empty) in EPSG:4490 and EPSG:3857."""
    kinds, alone, plain = _runs(geometry)
    if plain.all():
        return _of_runs(geometry, kinds, alone)
    rest = ~plain
    runs = _of_runs(geometry[plain], kinds[plain], alone[plain])
    others = (
        copying.hexed(geometry[rest], crs.STORED),
        copying.hexed(mercator_of(geometry[rest]), DRAWN),
    )
    order = np.empty(len(geometry), dtype=np.int64)
    order[np.concatenate([np.flatnonzero(plain), np.flatnonzero(rest)])] = np.arange(
        len(geometry)
    )
    back = pyarrow.array(order)
    stored, drawn = (
        (
            pyarrow.concat_arrays([one[0], other[0]]).take(back),
            pyarrow.concat_arrays([one[1], other[1]]).take(back),
        )
        for one, other in zip(runs, others, strict=True)
    )
    return stored, drawn


def _runs(geometry: Array) -> tuple[Array, Array, Array]:
    """Each one's type as a single, whether it is alone in a collection, and a run."""
    types = shapely.get_type_id(geometry)
    alone = np.isin(types, list(OF_ONE)) & (shapely.get_num_geometries(geometry) == 1)
    single, kinds = geometry, types
    if alone.any():
        single, kinds = geometry.copy(), types.copy()
        single[alone] = shapely.get_geometry(geometry[alone], 0)
        kinds[alone] = shapely.get_type_id(single[alone])
    plain = np.isin(kinds, list(CODES)) & (shapely.get_num_interior_rings(single) == 0)
    return kinds, alone, plain


def _of_runs(geometry: Array, kinds: Array, alone: Array) -> tuple[Column, Column]:
    points = shapely.get_coordinates(geometry)
    counts = shapely.get_num_coordinates(geometry)
    # One number for all that a head depends on.
    marks, which = np.unique(
        (counts.astype(np.int64) * 8 + kinds) * 2 + alone, return_inverse=True
    )
    ends = np.concatenate([[0], np.cumsum(counts, dtype=np.int64) * VERTEX])
    stored, drawn = (
        (_heads(marks, srid).take(pyarrow.array(which)), _tails(moved, ends))
        for srid, moved in ((crs.STORED, points), (DRAWN, crs.mercator(points)))
    )
    return stored, drawn


def _heads(marks: Array, srid: int) -> Any:
    texts = []
    for mark in marks.tolist():
        count, kind, alone = mark // 16, mark // 2 % 8, mark % 2
        code, number = CODES[kind], count.to_bytes(4, "little")
        before = {POINT: b"", LINE: number, POLYGON: _number(1) + number}[kind]
        if alone:
            before = _number(1) + b"\x01" + _number(code) + before
            code += 3
        head = b"\x01" + _number(code | copying.WITH_SRID) + _number(srid) + before
        texts.append(head.hex())
    return pyarrow.array(texts, pyarrow.large_string())


def _number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _tails(points: Array, ends: Array) -> Any:
    vertices = np.ascontiguousarray(points, dtype="<f8").tobytes()
    return pyarrow.LargeStringArray.from_buffers(
        len(ends) - 1,
        pyarrow.py_buffer(ends),
        pyarrow.py_buffer(vertices.hex().encode()),
    )
