"""Reads a vector tile without any library: names, attributes and kinds of shapes."""

import struct
from collections.abc import Iterator
from typing import Any

KINDS = {1: "point", 2: "line", 3: "polygon"}


def decode(tile: bytes) -> dict[str, list[dict[str, Any]]]:
    """Layers by name; a feature is {"id", "kind", "properties"} (MVT 2.1)."""
    layers: dict[str, list[dict[str, Any]]] = {}
    for number, value in _fields(tile):
        if number == 3:
            name, features = _layer(value)
            layers.setdefault(name, []).extend(features)
    return layers


def _layer(data: bytes) -> tuple[str, list[dict[str, Any]]]:
    name, keys, values, raw = "", [], [], []
    for number, value in _fields(data):
        if number == 1:
            name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
    return name, [_feature(feature, keys, values) for feature in raw]


def _feature(data: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": None, "kind": "", "properties": {}}
    for number, value in _fields(data):
        if number == 1:
            found["id"] = value
        elif number == 2:
            tags = list(_varints(value))
            pairs = zip(tags[::2], tags[1::2], strict=True)
            found["properties"] = {keys[key]: values[at] for key, at in pairs}
        elif number == 3:
            found["kind"] = KINDS[value]
    return found


def _value(data: bytes) -> Any:
    number, value = next(_fields(data))
    if number == 1:
        return value.decode()
    if number in (2, 3):
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    if number == 6:
        return (value >> 1) ^ -(value & 1)
    return bool(value) if number == 7 else value


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(data):
        head, at = _varint(data, at)
        number, wire = head >> 3, head & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}[wire]
        yield number, data[at : at + size]
        at += size


def _varints(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
