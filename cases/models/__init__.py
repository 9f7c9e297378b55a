"""The cases' tables, a file a subject."""

from cases.models.assignment import Assignment
from cases.models.case import Case, CaseQuerySet
from cases.models.serial import Serial
from cases.models.source import Source, Tag

__all__ = ["Assignment", "Case", "CaseQuerySet", "Serial", "Source", "Tag"]
