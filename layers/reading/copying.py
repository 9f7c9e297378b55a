"""Rows as PostgreSQL's COPY text, a column at a time.

Half a million rows go through here, so what most rows need is done by Arrow for a
whole block; Python looks at a value only where something about it is unusual.
"""

import json
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute as compute
import shapely

from layers.reading.attributes import (
    MAX_KEY,
    Attribute,
    Refused,
    as_found,
    as_integer,
    as_number,
    as_text,
    key_of,
    value_of,
)

Array = np.ndarray[Any, Any]
Faults = dict[int, Refused]

# What JSON or COPY writes in another way than it stands.
SPECIAL = r'["\\\x00-\x1f]'
_HEAD = 5  # bytes of WKB: its order and type
WITH_SRID = 0x20000000
_END = 1 << 31


def keys(column: Any) -> tuple[Any, Faults]:
    """The rows' keys as text, and why a row has none."""
    if _is_text(column):
        plain = compute.utf8_trim_whitespace(column)
        short = compute.less_equal(compute.utf8_length(plain), MAX_KEY)
        sound = compute.and_(compute.not_equal(plain, ""), short)
        odd = compute.match_substring_regex(plain, SPECIAL + r"|^\d([.,]\d+)?[eE]\+")
        if not plain.null_count and _all(compute.and_(sound, compute.invert(odd))):
            return plain, {}
    elif _is_integer(column) and not column.null_count:
        return compute.cast(column, pyarrow.string()), {}
    return _by_value(column, key_of)


def fragments(attribute: Attribute, column: Any) -> tuple[Any, Faults]:
    """``, "name": value`` of each row, ready for COPY; empty where there is no value.

    ``column`` is an Arrow array or a list. Rows that cannot be taken are answered.
    """
    name = f", {_escaped(encode_basestring(attribute.name))}: "
    values = _plain(attribute, column)
    if values is not None and not (attribute.required and values.null_count):
        joined = _joined(name, values)
        return joined.fill_null(""), {}

    def fragment(value: Any) -> str:
        found = value_of(attribute, value)
        if found is None:
            return ""
        return name + _escaped(json.dumps(found, ensure_ascii=False))

    return _by_value(column, fragment)


def _plain(attribute: Attribute, column: Any) -> Any | None:
    """The column as JSON where no value of it is unusual."""
    convert = attribute.convert
    if _is_text(column) and convert in {as_text, as_found}:
        text = compute.utf8_trim_whitespace(column)
        if _any(compute.match_substring_regex(text, SPECIAL)):
            return None
        empty = compute.equal(text, "")
        if _any(empty):
            text = compute.if_else(empty, None, text)
        return _joined('"', text, '"')
    if _is_integer(column) and convert in {as_integer, as_number, as_found}:
        return compute.cast(column, pyarrow.string())
    usual = _is_float(column) and convert in {as_number, as_found}
    if usual and _all(compute.is_finite(column)):
        return compute.cast(column, pyarrow.string())
    return None


def _by_value(column: Any, convert: Callable[[Any], str]) -> tuple[Any, Faults]:
    """Each value converted, equal ones once."""
    values = column.to_pylist() if hasattr(column, "to_pylist") else column
    seen: dict[Any, str | Refused] = {}
    texts: list[str] = []
    faults: Faults = {}
    for index, value in enumerate(values):
        # 1, 1.0 and True are equal.
        mark = (type(value), value if value.__hash__ else str(value))
        found = seen.get(mark)
        if found is None:
            try:
                found = convert(value)
            except Refused as refused:
                found = refused
            seen[mark] = found
        if isinstance(found, Refused):
            faults[index] = found
        texts.append("" if isinstance(found, Refused) else found)
    return pyarrow.array(texts, pyarrow.string()), faults


def lines(
    numbers: Array,
    names: Any,
    geometries: Sequence[Any],
    parts: Sequence[Any],
    *,
    cells: Sequence[str] | None = None,
) -> bytes:
    """COPY text: number, key, the geometries, a JSON object of the fragments, cell."""
    if not len(numbers):
        return b""
    columns: list[Any] = [pyarrow.array(numbers).cast(pyarrow.string())]
    columns += ["\t", _escaped_column(names)]
    for geometry in geometries:
        columns += ["\t", *geometry]
    columns += ["\t{", _without_comma(parts, len(numbers)), "}\t"]
    columns += ["\\N" if cells is None else pyarrow.array(cells), "\n"]
    return _bytes_of(_joined(*columns))


def _without_comma(parts: Sequence[Any], count: int) -> Any:
    if not parts:
        return pyarrow.array([""] * count)
    joined = _joined(*parts)
    sliced = compute.binary_slice(joined.cast(pyarrow.large_binary()), 2, _END)
    return sliced.cast(pyarrow.large_string())


def _joined(*columns: Any) -> Any:
    """The columns' strings row by row; a plain string stands in every row.

    In large strings, for a block of large shapes may pass the two gigabytes of others.
    """
    kind = pyarrow.large_string()
    large = [
        pyarrow.scalar(column, kind) if isinstance(column, str) else column.cast(kind)
        for column in (*columns, "")
    ]
    return compute.binary_join_element_wise(*large)


def refused_line(number: int, key: str) -> bytes:
    """A refused row whose key is known: what is published under it stays."""
    return f"{number}\t{_escaped(key)}\t\\N\t\\N\t\\N\t\\N\n".encode()


def hexed(geometry: Array, srid: int) -> tuple[Any, Any]:
    """Each geometry's extended WKB in hexadecimal, in two columns to be joined."""
    wkb = [item[_HEAD:] for item in shapely.to_wkb(geometry, byte_order=1)]
    ends = 2 * np.cumsum(np.fromiter(map(len, wkb), np.int64, len(wkb)))
    tails = pyarrow.LargeStringArray.from_buffers(
        len(wkb),
        pyarrow.py_buffer(np.concatenate([[0], ends])),
        pyarrow.py_buffer(b"".join(wkb).hex().encode()),
    )
    texts = [_head(number, srid) for number in range(1, 8)]
    heads = pyarrow.array(texts, pyarrow.large_string())
    # shapely numbers lines and rings apart, WKB does not; rings do not come here.
    kinds = np.array([1, 2, 2, 3, 4, 5, 6, 7])[shapely.get_type_id(geometry)]
    return heads.take(pyarrow.array(kinds - 1)), tails


def _head(kind: int, srid: int) -> str:
    code = (kind | WITH_SRID).to_bytes(4, "little")
    return (b"\x01" + code + srid.to_bytes(4, "little")).hex()


def _bytes_of(column: Any) -> bytes:
    """The bytes of all strings after one another, as Arrow already keeps them."""
    _, offsets, content = column.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)
    first, last = bounds[column.offset], bounds[column.offset + len(column)]
    return bytes(memoryview(content)[first:last])


def _escaped_column(column: Any) -> Any:
    if _any(compute.match_substring_regex(column, r"[\\\t\n\r]")):
        return pyarrow.array([_escaped(text) for text in column.to_pylist()])
    return column


def _escaped(text: str) -> str:
    return (
        text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
    )


def _is_text(column: Any) -> bool:
    if not isinstance(column, pyarrow.Array):
        return False
    types = pyarrow.types
    if not (types.is_string(column.type) or types.is_large_string(column.type)):
        return False
    column.validate(full=True)  # raises ArrowInvalid where it is not UTF-8
    return True


def _is_integer(column: Any) -> bool:
    return isinstance(column, pyarrow.Array) and pyarrow.types.is_integer(column.type)


def _is_float(column: Any) -> bool:
    return isinstance(column, pyarrow.Array) and pyarrow.types.is_floating(column.type)


def _all(mask: Any) -> bool:
    return bool(compute.all(mask).as_py() is not False)


def _any(mask: Any) -> bool:
    return bool(compute.any(mask).as_py())
