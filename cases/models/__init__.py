"""The cases' tables, a file a subject."""

from cases.models.assignment import Assignment
from cases.models.caller import Caller, CaseTag
from cases.models.case import Case, CaseQuerySet, pressing
from cases.models.comment import Comment, CommentChange, CommentQuerySet, Mention
from cases.models.conference import (
    AgendaItem,
    Conference,
    ConferenceQuerySet,
    Invitation,
)
from cases.models.dispatch import DispatchRule, StandIn
from cases.models.duty import Duty
from cases.models.evaluation import (
    Axis,
    CountAppeal,
    Delta,
    EvaluationReport,
    EvaluationSettings,
    Indicator,
    Mark,
    Publication,
    PublishedFigure,
    Span,
    Total,
)
from cases.models.example import Example
from cases.models.feedback import Feedback, reads_feedback
from cases.models.geocoding import GeocodeDownload, GeocodedRow, GeocodeRun
from cases.models.instruction import Instruction
from cases.models.link import CaseLink, Follow
from cases.models.matter import (
    Matter,
    MatterCase,
    MatterQuerySet,
    MatterSort,
)
from cases.models.matter_task import (
    MatterDecision,
    MatterTask,
    MatterTaskQuerySet,
)
from cases.models.old_case import OldCase, OldImport, OldSystem, OldTotal, OldWord
from cases.models.order import (
    CallBack,
    Exclusion,
    Order,
    OrderChange,
    OrderExport,
    OrderReply,
    OrderSheet,
    Reveal,
)
from cases.models.order_rules import OrderClass, OrderKind, RateRule
from cases.models.own_choice import OwnChoice
from cases.models.part import CasePart
from cases.models.patrol import Patrol, PatrolCell, PatrolTick
from cases.models.phone_search import PhoneSearch
from cases.models.reading import CallerReading
from cases.models.sampling import Draw, Sample, SampleReason, SamplingRule
from cases.models.sent import SentTable
from cases.models.serial import Serial
from cases.models.source import Source, Tag
from cases.models.survey import Survey, SurveyItem
from cases.models.table_word import TableWord
from cases.models.track import DutyMark, TrackPoint, TrackReading, TrackSettings
from cases.models.wall import WallLayout
from cases.models.whistle import Whistle, WhistleCall, WhistleOccasion
from cases.models.words import CaseWords

__all__ = [
    "AgendaItem",
    "Assignment",
    "Axis",
    "CallBack",
    "Caller",
    "CallerReading",
    "Case",
    "CaseLink",
    "CasePart",
    "CaseQuerySet",
    "CaseTag",
    "CaseWords",
    "Comment",
    "CommentChange",
    "CommentQuerySet",
    "Conference",
    "ConferenceQuerySet",
    "CountAppeal",
    "Delta",
    "DispatchRule",
    "Draw",
    "Duty",
    "DutyMark",
    "EvaluationReport",
    "EvaluationSettings",
    "Example",
    "Exclusion",
    "Feedback",
    "Follow",
    "GeocodeDownload",
    "GeocodeRun",
    "GeocodedRow",
    "Indicator",
    "Instruction",
    "Invitation",
    "Mark",
    "Matter",
    "MatterCase",
    "MatterDecision",
    "MatterQuerySet",
    "MatterSort",
    "MatterTask",
    "MatterTaskQuerySet",
    "Mention",
    "OldCase",
    "OldImport",
    "OldSystem",
    "OldTotal",
    "OldWord",
    "Order",
    "OrderChange",
    "OrderClass",
    "OrderExport",
    "OrderKind",
    "OrderReply",
    "OrderSheet",
    "OwnChoice",
    "Patrol",
    "PatrolCell",
    "PatrolTick",
    "PhoneSearch",
    "Publication",
    "PublishedFigure",
    "RateRule",
    "Reveal",
    "Sample",
    "SampleReason",
    "SamplingRule",
    "SentTable",
    "Serial",
    "Source",
    "Span",
    "StandIn",
    "Survey",
    "SurveyItem",
    "TableWord",
    "Tag",
    "Total",
    "TrackPoint",
    "TrackReading",
    "TrackSettings",
    "WallLayout",
    "Whistle",
    "WhistleCall",
    "WhistleOccasion",
    "pressing",
    "reads_feedback",
]
