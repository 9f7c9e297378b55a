"""What a page needs to ask: the file's layers, its columns with their first values."""

from contextlib import closing
from dataclasses import replace
from typing import Any

from layers.reading import process
from layers.reading.job import INSPECT
from layers.reading.trouble import Trouble

MOST_LAYERS = 50
SECONDS = 120.0


def look(
    job: dict[str, Any], limits: process.Limits, trouble: Trouble
) -> dict[str, Any]:
    """What the reading process sees in a file, as far as a page asks for it.

    ``trouble`` ended the reading: it may know columns where nothing else can be seen.
    """
    limits = replace(limits, time=min(limits.time, SECONDS))
    seen = _inspected({**job, "mode": INSPECT}, limits)
    layers = seen.get("layers") or trouble.details.get("layers") or []
    wanted = trouble.details.get("layer") or job.get("layer")
    main = next((layer for layer in layers if layer["name"] == wanted), None)
    if main is None and len(layers) == 1:
        main = layers[0]
    return {
        "layers": [_plain(layer) for layer in layers[:MOST_LAYERS]],
        **(_details(main, trouble) if main else {}),
    }


def _inspected(job: dict[str, Any], limits: process.Limits) -> dict[str, Any]:
    try:
        with closing(process.read(job, limits)) as heard:
            for said in heard:
                if isinstance(said, process.Said) and said.kind == "inspected":
                    return said.content
    except Trouble:
        return {}
    return {}


def _plain(layer: dict[str, Any]) -> dict[str, Any]:
    kinds = layer.get("kinds") or {}
    return {
        "name": layer["name"],
        "rows": layer.get("rows"),
        "kinds": sorted(kinds, key=kinds.__getitem__, reverse=True),
    }


def _details(layer: dict[str, Any], trouble: Trouble) -> dict[str, Any]:
    columns = layer.get("columns")
    if not columns:
        # Of a table without places nothing is known but its header.
        inner = (layer.get("trouble") or {}).get("details") or trouble.details
        columns = [{"name": name} for name in inner.get("columns") or []]
    return {
        "columns": columns,
        "place": layer.get("place") or {},
        "is_table": bool(layer.get("place")) or trouble.code == "no_places",
        "encoding": layer.get("encoding") or "",
        "crs": layer.get("crs") or "",
        "candidates": layer.get("candidates") or [],
    }
