"""What is in a file, so that a page can ask what must be asked."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any

import shapely

from layers.reading import crs, opening, shapes, tables
from layers.reading.job import Channel, Job
from layers.reading.trouble import Trouble

MAX_LAYERS = 50
SAMPLES = 3
SAMPLE_LENGTH = 60
KINDS = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line"}
KINDS |= {6: "polygon", 7: "collection"}


def inspect(job: Job, channel: Channel) -> None:
    """Answers one message, "inspected". Raises Trouble where nothing can be opened.

    Format, encoding and ``crs`` are those of the layer asked for, else of the first.
    """
    found = opening.tables_of(job)
    layers = [_layer(job, table) for table in found[:MAX_LAYERS]]
    if not layers:
        raise Trouble("no_geometry_layer")
    main = next((layer for layer in layers if layer["name"] == job.layer), layers[0])
    channel.message(
        "inspected",
        format=main["format"],
        encoding=main["encoding"],
        crs=main["crs"],
        layers=layers,
    )
    channel.message("end")


def _layer(job: Job, table: tables.Table) -> dict[str, Any]:
    """One layer by its first rows; ``trouble`` where it cannot be read further."""
    told: dict[str, Any] = {
        "name": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "rows": table.total,
        "crs": "",
        "kinds": {},
        "columns": [],
        "place": None,
        "candidates": [],
    }
    try:
        with table.open() as opened:
            block = next(islice(opened.blocks, 1), None)
            return told | _looked_at(job, opened, block)
    except Trouble as trouble:
        return told | {"trouble": {"code": trouble.code, "details": trouble.details}}


def _looked_at(
    job: Job, opened: tables.Opened, block: tables.Block | None
) -> dict[str, Any]:
    system = crs.resolve(opened.crs, local=job.systems)
    told: dict[str, Any] = {
        "crs": system.name if system else "",
        "place": opened.place,
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "samples": _samples(block.listed(column.name)) if block else [],
            }
            for column in opened.columns
        ],
    }
    if block is None:
        return told
    read = shapes.read(block.wkb, max_vertices=job.max_vertices)
    ground = job.ground or (-180.0, -90.0, 180.0, 90.0)
    return told | {
        "kinds": _kinds(read.geometry),
        "candidates": crs.candidates(
            read.raw, ground, geometry=read.sample, local=job.systems
        ),
    }


def _kinds(geometry: shapes.Array) -> dict[str, int]:
    """How many of the first rows are of each kind."""
    types = shapely.get_type_id(geometry[~shapely.is_missing(geometry)])
    return dict(Counter(KINDS.get(int(number), "other") for number in types))


def _samples(values: Sequence[Any]) -> list[str]:
    """The first values that differ, as text."""
    found: list[str] = []
    for value in values:
        text = "" if value is None or isinstance(value, bytes) else str(value).strip()
        if text and text[:SAMPLE_LENGTH] not in found:
            found.append(text[:SAMPLE_LENGTH])
        if len(found) == SAMPLES:
            break
    return found
