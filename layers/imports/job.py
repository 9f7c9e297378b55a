"""What the reading process is told of a run, and where its rows may lie."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import Site
from layers.imports import columns, geocoding, systems
from layers.models import ImportRun, Layer, Region
from layers.versions import registers

# Around the district's box, degrees: a provider's file runs over the border.
MARGIN = 0.1
AROUND_CENTRE = 0.5
CHINA = (73.0, 3.0, 136.0, 54.0)


def job_of(run: ImportRun, source: Path, scratch: Path) -> dict[str, Any]:
    """What the reading process is told (fields of ``reading.job.Job``)."""
    layer, options = run.layer, run.options
    known = columns.remembered(run)
    days = registers.days(layer)
    schema = [
        {**entry, "type": "date"} if entry["name"] in days else entry
        for entry in layer.schema
    ]
    return {
        "path": str(source),
        "folder": str(scratch),
        "name": run.source_name,
        "geometry": layer.geometry,
        "key": layer.key,
        "schema": schema,
        "layer": options.get("layer") or "",
        "crs": options.get("crs") or "",
        "usual_crs": layer.source_crs,
        "encoding": options.get("encoding") or "",
        "usual_encoding": layer.source_encoding,
        "systems": systems.definitions(),
        "mapping": options.get("columns", known.get("fields")) or {},
        "places": options.get("places", known.get("places")) or {},
        "ground": None if options.get("anywhere") else list(ground()),
        "geocode": str(geocoding.write(layer, source, scratch) or ""),
        "cells": str(_write_cells(layer, scratch) or ""),
        **settings.IMPORT_LIMITS,
    }


def _write_cells(layer: Layer, scratch: Path) -> Path | None:
    """The open cells for the reading process; None where rows lie in none."""
    if layer.feeds in {Layer.Feeds.REGIONS, Layer.Feeds.CELLS}:
        return None
    path = scratch / "cells.txt"
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY (SELECT code, encode(ST_AsBinary(geometry), 'hex')"
            " FROM layers_gridcell WHERE upper_inf(valid) ORDER BY code) TO STDOUT"
        ) as copy,
        path.open("wb") as file,
    ):
        for part in copy:
            file.write(part)
    return path


def ground() -> tuple[float, float, float, float]:
    """West, south, east, north of where this site's rows must lie, in degrees."""
    site = Site.objects.first()
    if site is None:
        return CHINA
    if region := Region.objects.filter(unit=site.district_id).first():
        west, south, east, north = region.geometry.extent
        return (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)
    x, y = site.center
    around = AROUND_CENTRE
    return (x - around, y - around, x + around, y + around)
