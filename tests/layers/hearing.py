"""Hears the reader: as it runs apart, or in this process where that is enough."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from layers.reading import process, reader
from layers.reading.process import Limits, Rows
from layers.reading.trouble import Trouble
from tests.layers import files
from tests.sites import package

GROUND = [package.WEST - 0.1, package.SOUTH - 0.1, package.WEST + 0.1, 40.0]
XICHENG = [116.2, 39.8, 116.5, 40.0]
real = pytest.mark.skipif(not files.SHARED.exists(), reason="no shared real data here")

LISTS = ("refused", "repaired")

USUAL = Limits()


class Heard:
    """All that the reader said of a file."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.said: dict[str, Any] = {"refused": [], "repairs": []}

    def take(self, text: bytes) -> None:
        self.rows += [line.split("\t") for line in text.decode().splitlines()]

    def hear(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "refused":
            self.said["refused"] += content["rows"]
        elif kind == "repaired":
            self.said["repairs"] += content["rows"]
        else:
            self.said |= content

    @property
    def keys(self) -> list[str]:
        return [row[1] for row in self.rows if row[2] != "\\N"]

    @property
    def shapes(self) -> Any:
        return shapely.from_wkb([row[2] for row in self.rows if row[2] != "\\N"])

    @property
    def properties(self) -> list[dict[str, Any]]:
        return [
            json.loads(row[4].replace("\\\\", "\\"))
            for row in self.rows
            if row[2] != "\\N"
        ]

    @property
    def codes(self) -> dict[str, str]:
        return {row["key"]: row["code"] for row in self.said["refused"]}


class Ear(reader.Channel):
    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    def rows(self, payload: bytes) -> None:
        self.heard.take(payload)

    def message(self, kind: str, **content: Any) -> None:
        self.heard.hear(kind, json.loads(json.dumps(content)))


def job_of(path: Path, folder: Path, job: dict[str, Any]) -> dict[str, Any]:
    usual = {
        "path": str(path),
        "folder": str(folder),
        "name": path.name,
        "geometry": "polygon",
        "key": "编号",
        "schema": files.FIELDS,
        "ground": GROUND,
    }
    return usual | job


def apart(job: dict[str, Any], limits: Limits = USUAL) -> Heard:
    """As in earnest: in a process of its own."""
    heard = Heard()
    for item in process.read(job, limits):
        if isinstance(item, Rows):
            heard.take(item.text)
        else:
            heard.hear(item.kind, item.content)
    return heard


def here(job: dict[str, Any]) -> Heard:
    """In this process, without its limits, but within a second."""
    heard = Heard()
    reader.carry_out(reader.Job(**job), Ear(heard))
    return heard


def trouble(read: Callable[..., Heard], path: Path, **job: Any) -> Trouble:
    with pytest.raises(Trouble) as caught:
        read(path, **job)
    return caught.value
