"""The cases' tables, a file a subject."""

from cases.models.assignment import Assignment
from cases.models.caller import Caller, CaseTag
from cases.models.case import Case, CaseQuerySet, pressing
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
from cases.models.link import CaseLink, Follow
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
from cases.models.reading import CallerReading
from cases.models.serial import Serial
from cases.models.source import Source, Tag
from cases.models.whistle import Whistle, WhistleCall, WhistleOccasion

__all__ = [
    "Assignment",
    "Axis",
    "CallBack",
    "Caller",
    "CallerReading",
    "Case",
    "CaseLink",
    "CaseQuerySet",
    "CaseTag",
    "CountAppeal",
    "Delta",
    "DispatchRule",
    "Duty",
    "EvaluationReport",
    "EvaluationSettings",
    "Exclusion",
    "Follow",
    "Indicator",
    "Mark",
    "Order",
    "OrderChange",
    "OrderClass",
    "OrderExport",
    "OrderKind",
    "OrderReply",
    "OrderSheet",
    "Publication",
    "PublishedFigure",
    "RateRule",
    "Reveal",
    "Serial",
    "Source",
    "Span",
    "StandIn",
    "Tag",
    "Total",
    "Whistle",
    "WhistleCall",
    "WhistleOccasion",
    "pressing",
]
