"""The cases' tables, a file a subject."""

from cases.models.assignment import Assignment
from cases.models.case import Case, CaseQuerySet, pressing
from cases.models.link import CaseLink, Follow
from cases.models.serial import Serial
from cases.models.source import Source, Tag

__all__ = [
    "Assignment",
    "Case",
    "CaseLink",
    "CaseQuerySet",
    "Follow",
    "Serial",
    "Source",
    "Tag",
    "pressing",
]
