"""The engine's tables, a file a subject."""

from workflow.models.channel import Channel, NoticeRule
from workflow.models.clock import Calendar, Day, Deadline, SpecialPeriod
from workflow.models.contact import Contact
from workflow.models.delivery import (
    Delivery,
    DeliveryBrowser,
    DeliveryItem,
    DeliveryTry,
)
from workflow.models.dictionary import Category, Condition, Crosswalk, Standard
from workflow.models.evidence import Attachment
from workflow.models.export import Export, ExportDownload, ExportRule
from workflow.models.form_draft import FormDraft
from workflow.models.knowledge import (
    Article,
    ArticleFile,
    ArticleUnit,
    ArticleVersion,
)
from workflow.models.ladder import LadderFiring, LadderStep
from workflow.models.leave import Leave
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
from workflow.models.phone_clock import PhoneClock
from workflow.models.phrase import OwnPhrase, Phrase, PhraseUse
from workflow.models.presence import Presence
from workflow.models.process import Phase, Process, ProcessFile, State, Transition
from workflow.models.reaching import (
    NoticeChoice,
    OwnAddress,
    OwnQuiet,
    PushSubscription,
)
from workflow.models.record import Event, Remark
from workflow.models.recusal import Recusal
from workflow.models.request import Request
from workflow.models.roster import Handover, HandoverMatter, Shift, ShiftKind
from workflow.models.saved_view import SavedView
from workflow.models.seen import Seen
from workflow.models.subject import Scope, Subject, SubjectQuerySet

__all__ = [
    "Article",
    "ArticleFile",
    "ArticleUnit",
    "ArticleVersion",
    "Attachment",
    "Calendar",
    "Category",
    "Channel",
    "Condition",
    "Contact",
    "Crosswalk",
    "Day",
    "Deadline",
    "Delivery",
    "DeliveryBrowser",
    "DeliveryItem",
    "DeliveryTry",
    "Event",
    "Export",
    "ExportDownload",
    "ExportRule",
    "FormDraft",
    "Handover",
    "HandoverMatter",
    "LadderFiring",
    "LadderStep",
    "Leave",
    "Notice",
    "NoticeChoice",
    "NoticeRule",
    "OwnAddress",
    "OwnPhrase",
    "OwnQuiet",
    "PackageRow",
    "PaperBatch",
    "PaperDelivery",
    "PaperOffice",
    "PaperReprint",
    "PaperSerial",
    "PaperSize",
    "PaperTemplate",
    "Phase",
    "PhoneClock",
    "Phrase",
    "PhraseUse",
    "Presence",
    "PrintedPaper",
    "Process",
    "ProcessFile",
    "PushSubscription",
    "Recusal",
    "Remark",
    "Request",
    "SavedView",
    "Scope",
    "Seen",
    "Shift",
    "ShiftKind",
    "SpecialPeriod",
    "Standard",
    "State",
    "Subject",
    "SubjectQuerySet",
    "Transition",
]
