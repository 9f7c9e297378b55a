"""The engine's tables, a file a subject."""

from workflow.models.clock import Calendar, Day, Deadline, SpecialPeriod
from workflow.models.dictionary import Category, Condition, Crosswalk, Standard
from workflow.models.evidence import Attachment
from workflow.models.export import Export, ExportDownload, ExportRule
from workflow.models.ladder import LadderFiring, LadderStep
from workflow.models.notice import Notice
from workflow.models.phrase import OwnPhrase, Phrase, PhraseUse
from workflow.models.presence import Presence
from workflow.models.process import Phase, Process, ProcessFile, State, Transition
from workflow.models.record import Event, Remark
from workflow.models.request import Request
from workflow.models.subject import Scope, Subject

__all__ = [
    "Attachment",
    "Calendar",
    "Category",
    "Condition",
    "Crosswalk",
    "Day",
    "Deadline",
    "Event",
    "Export",
    "ExportDownload",
    "ExportRule",
    "LadderFiring",
    "LadderStep",
    "Notice",
    "OwnPhrase",
    "Phase",
    "Phrase",
    "PhraseUse",
    "Presence",
    "Process",
    "ProcessFile",
    "Remark",
    "Request",
    "Scope",
    "SpecialPeriod",
    "Standard",
    "State",
    "Subject",
    "Transition",
]
