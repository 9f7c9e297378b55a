"""The one map's tables, a file a subject."""

from layers.models.catalogue import Feature, ImportRun, Layer, Version
from layers.models.ground import Address, GridCell, Part, Region
from layers.models.overview import Overview

__all__ = [
    "Address",
    "Feature",
    "GridCell",
    "ImportRun",
    "Layer",
    "Overview",
    "Part",
    "Region",
    "Version",
]
