"""The engine's tables, a file a subject."""

from workflow.models.clock import Calendar, Day, Deadline, SpecialPeriod
from workflow.models.dictionary import Category, Condition, Crosswalk, Standard
from workflow.models.evidence import Attachment
from workflow.models.export import Export, ExportDownload, ExportRule
from workflow.models.form_draft import FormDraft
from workflow.models.ladder import LadderFiring, LadderStep
from workflow.models.notice import Notice
from workflow.models.package_row import PackageRow
from workflow.models.paper import (
    PaperBatch,
    PaperDelivery,
    PaperOffice,
    PaperReprint,
    PaperSerial,
    PaperSize,
    PaperTemplate,
    PrintedPaper,
)
from workflow.models.phrase import OwnPhrase, Phrase, PhraseUse
from workflow.models.presence import Presence
from workflow.models.process import Phase, Process, ProcessFile, State, Transition
from workflow.models.record import Event, Remark
from workflow.models.recusal import Recusal
from workflow.models.request import Request
from workflow.models.saved_view import SavedView
from workflow.models.seen import Seen
from workflow.models.subject import Scope, Subject, SubjectQuerySet

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
    "FormDraft",
    "LadderFiring",
    "LadderStep",
    "Notice",
    "OwnPhrase",
    "PackageRow",
    "PaperBatch",
    "PaperDelivery",
    "PaperOffice",
    "PaperReprint",
    "PaperSerial",
    "PaperSize",
    "PaperTemplate",
    "Phase",
    "Phrase",
    "PhraseUse",
    "Presence",
    "PrintedPaper",
    "Process",
    "ProcessFile",
    "Recusal",
    "Remark",
    "Request",
    "SavedView",
    "Scope",
    "Seen",
    "SpecialPeriod",
    "Standard",
    "State",
    "Subject",
    "SubjectQuerySet",
    "Transition",
]
