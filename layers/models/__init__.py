"""The one map's tables, a file a subject."""

from layers.models.alias import AddressAlias
from layers.models.catalogue import Layer
from layers.models.change import LayerChange
from layers.models.conflict import Conflict, ConflictRun, OverlayRule
from layers.models.correction import Correction, CorrectionLimit
from layers.models.feature import Feature
from layers.models.ground import Address, GridCell, Part, Region
from layers.models.map_kept import MapView, Sketch
from layers.models.mapping import ColumnMapping
from layers.models.outside import OutsideAnswer, OutsideSource
from layers.models.overview import Overview
from layers.models.pending import PendingAct
from layers.models.run import ImportRun
from layers.models.systems import LocalSystem
from layers.models.token import ProgramToken
from layers.models.version import DraftRow, Version

__all__ = [
    "Address",
    "AddressAlias",
    "ColumnMapping",
    "Conflict",
    "ConflictRun",
    "Correction",
    "CorrectionLimit",
    "DraftRow",
    "Feature",
    "GridCell",
    "ImportRun",
    "Layer",
    "LayerChange",
    "LocalSystem",
    "MapView",
    "OutsideAnswer",
    "OutsideSource",
    "OverlayRule",
    "Overview",
    "Part",
    "PendingAct",
    "ProgramToken",
    "Region",
    "Sketch",
    "Version",
]
