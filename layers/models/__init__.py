"""The one map's tables, a file a subject."""

from layers.models.catalogue import Feature, ImportRun, Layer, Version
from layers.models.ground import Address, GridCell, Part, Region

__all__ = [
    "Address",
    "Feature",
    "GridCell",
    "ImportRun",
    "Layer",
    "Part",
    "Region",
    "Version",
]
