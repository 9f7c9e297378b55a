"""The one map's tables, a file a subject."""

from layers.models.catalogue import Layer
from layers.models.feature import Feature
from layers.models.ground import Address, GridCell, Part, Region
from layers.models.overview import Overview
from layers.models.run import ImportRun
from layers.models.version import DraftRow, Version

__all__ = [
    "Address",
    "DraftRow",
    "Feature",
    "GridCell",
    "ImportRun",
    "Layer",
    "Overview",
    "Part",
    "Region",
    "Version",
]
