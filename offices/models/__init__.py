"""The tables of the six offices, a file a subject."""

from offices.models.application import Application
from offices.models.case_begun import CaseBegun
from offices.models.code import Code, CodeList, SensitiveGroup
from offices.models.comparison import (
    ComparisonKey,
    ComparisonRound,
    ComparisonSource,
    ComparisonTask,
)
from offices.models.design import Design, DesignStep
from offices.models.dwelling import Building, Dwelling
from offices.models.ground import State
from offices.models.household import Household, Member
from offices.models.label import Label
from offices.models.life import LifeEvent, Merging, Register
from offices.models.module import Module, ModuleVersion
from offices.models.organization import Organization, OrganizationPost
from offices.models.ownership import FieldOwner, Proposal
from offices.models.person import Person, Residence
from offices.models.quality import QualityFigure, QualityRule
from offices.models.reading import RegisterReading
from offices.models.record import (
    Record,
    RecordDue,
    RecordKey,
    RecordLink,
    RecordQuerySet,
)
from offices.models.record_trace import (
    RecordChange,
    RecordFile,
    RecordNotice,
    RecordReading,
    RecordTable,
)
from offices.models.register_import import (
    ImportMapping,
    RegisterImport,
    StagedRow,
)
from offices.models.visit import Visit, VisitTick

__all__ = [
    "Application",
    "Building",
    "CaseBegun",
    "Code",
    "CodeList",
    "ComparisonKey",
    "ComparisonRound",
    "ComparisonSource",
    "ComparisonTask",
    "Design",
    "DesignStep",
    "Dwelling",
    "FieldOwner",
    "Household",
    "ImportMapping",
    "Label",
    "LifeEvent",
    "Member",
    "Merging",
    "Module",
    "ModuleVersion",
    "Organization",
    "OrganizationPost",
    "Person",
    "Proposal",
    "QualityFigure",
    "QualityRule",
    "Record",
    "RecordChange",
    "RecordDue",
    "RecordFile",
    "RecordKey",
    "RecordLink",
    "RecordNotice",
    "RecordQuerySet",
    "RecordReading",
    "RecordTable",
    "Register",
    "RegisterImport",
    "RegisterReading",
    "Residence",
    "SensitiveGroup",
    "StagedRow",
    "State",
    "Visit",
    "VisitTick",
]
