"""The addresses of the API, version 1."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from accounts.api import MeView, UnitViewSet
from cases.api import CaseViewSet
from cases.desk.bulk_api import ManyView
from cases.evaluation.person_api import PersonFiguresView
from cases.feedback.api import FeedbackViewSet
from cases.finding.api import PhoneSearchView
from cases.geocoding.api import GeocodingViewSet
from cases.live_map.api import CaseDayView
from cases.matters.api import ConferenceViewSet, MatterTaskViewSet, MatterViewSet
from cases.old.api import OldCaseViewSet, OldImportViewSet
from cases.orders.api import OrderSheetViewSet, OrderViewSet
from cases.own_choice_views import OwnChoiceView
from cases.parts.api import PartViewSet
from cases.patrols.api import PatrolViewSet
from cases.presence_api import CasePresenceView
from cases.quick.api import ProposalView
from cases.reviewing.api import ExampleViewSet, FiguresView, SampleViewSet
from cases.reviewing.rule_api import SamplingRuleViewSet
from cases.rules_api import (
    SourceViewSet,
    StandInViewSet,
    TableWordViewSet,
    TagViewSet,
)
from cases.scanning import ScannedView
from cases.surveys.api import SurveyViewSet
from cases.talk.api import CommentsView, CommentView
from cases.talk.instruction_api import InstructionViewSet
from cases.task_api import TasksView
from cases.track.api import DutyView, TrackReadingsView, TrackView, WorkersView
from cases.wall.api import WallLayoutView, WallView
from cases.whistles.api import WhistleViewSet
from govmap.api_docs import NowhereView, docs
from layers.addresses.alias_views import AliasViewSet
from layers.api import CellViewSet, LayerViewSet
from layers.conflicts.api import ConflictViewSet
from layers.corrections.api import CorrectionViewSet
from layers.finding.address_api import AddressViewSet
from layers.imports.api import ImportViewSet
from layers.map_tools.api import MapQueryViewSet, MapViewViewSet, SketchViewSet
from layers.ogc.own_api import ProgramTokenViewSet
from layers.outside.api import OutsideViewSet
from layers.versions.api import VersionViewSet
from offices.builder.api import BuiltModuleViewSet, DesignViewSet
from offices.comparison.api import ComparisonRoundViewSet, ComparisonTaskViewSet
from offices.comparison.source_api import ComparisonSourceViewSet
from offices.finding.api import FindView
from offices.modules.api import ModuleViewSet, RecordViewSet
from offices.modules.home_api import ApplicationViewSet
from offices.ownership.api import ProposalViewSet
from offices.quality.api import QualityViewSet
from offices.registers.api import (
    BuildingViewSet,
    DwellingViewSet,
    HouseholdViewSet,
    OrganizationViewSet,
    PersonViewSet,
)
from offices.registers.importing.api import RegisterImportViewSet
from offices.registers.keeping_api import (
    CodeListViewSet,
    CodeViewSet,
    MergingViewSet,
    ReadingViewSet,
    SensitiveGroupViewSet,
)
from offices.registers.ties_api import TieViewSet
from offices.rounds.api import RoundsView, VisitsView
from workflow.api import AttachmentViewSet, CategoryViewSet, ProcessViewSet
from workflow.channels.api import ChannelViewSet, DeliveryViewSet, NoticeRuleViewSet
from workflow.channels.own_api import (
    LeaveViewSet,
    OwnAddressViewSet,
    OwnChoicesView,
    PushView,
)
from workflow.contacts.api import ContactViewSet
from workflow.crosswalk_api import CrosswalkViewSet
from workflow.export_api import ExportViewSet
from workflow.knowledge.api import ArticleViewSet
from workflow.notice_api import NoticeViewSet
from workflow.own_api import SavedViewViewSet, SeenView
from workflow.papers.api import PaperViewSet
from workflow.papers.template_api import OfficeViewSet, TemplateViewSet
from workflow.partial_api import PartsView, PartView
from workflow.phrase_api import PhraseViewSet
from workflow.roster.api import (
    HandoverViewSet,
    OnDutyView,
    ShiftKindViewSet,
    ShiftViewSet,
)
from workflow.unit_phrase_api import UnitPhraseViewSet

app_name = "api"
router = SimpleRouter()
router.register("cases", CaseViewSet, basename="case")
router.register("orders", OrderViewSet, basename="order")
router.register("order-sheets", OrderSheetViewSet, basename="order-sheet")
router.register("old-cases", OldCaseViewSet, basename="old-case")
router.register("old-imports", OldImportViewSet, basename="old-import")
router.register("whistles", WhistleViewSet, basename="whistle")
router.register("feedback", FeedbackViewSet, basename="feedback")
router.register("surveys", SurveyViewSet, basename="survey")
router.register("patrols", PatrolViewSet, basename="patrol")
router.register("parts", PartViewSet, basename="part-register")
router.register("instructions", InstructionViewSet, basename="instruction")
router.register("matters", MatterViewSet, basename="matter")
router.register("conferences", ConferenceViewSet, basename="conference")
router.register("matter-tasks", MatterTaskViewSet, basename="matter-task")
router.register("papers", PaperViewSet, basename="paper")
router.register("notices", NoticeViewSet, basename="notice")
router.register("knowledge", ArticleViewSet, basename="article")
router.register("contacts", ContactViewSet, basename="contact")
router.register("shifts", ShiftViewSet, basename="shift")
router.register("shift-kinds", ShiftKindViewSet, basename="shift-kind")
router.register("handovers", HandoverViewSet, basename="handover")
router.register("channels", ChannelViewSet, basename="channel")
router.register("notice-rules", NoticeRuleViewSet, basename="notice-rule")
router.register("deliveries", DeliveryViewSet, basename="delivery")
router.register("notice-addresses", OwnAddressViewSet, basename="notice-address")
router.register("leaves", LeaveViewSet, basename="leave")
router.register("phrases", PhraseViewSet, basename="phrase")
router.register("views", SavedViewViewSet, basename="view")
router.register("samples", SampleViewSet, basename="sample")
router.register("examples", ExampleViewSet, basename="example")
router.register("exports", ExportViewSet, basename="export")
router.register("attachments", AttachmentViewSet, basename="attachment")
router.register("layers", LayerViewSet, basename="layer")
router.register("map-query", MapQueryViewSet, basename="map-query")
router.register("map-views", MapViewViewSet, basename="map-view")
router.register("sketches", SketchViewSet, basename="sketch")
router.register("program-tokens", ProgramTokenViewSet, basename="program-token")
router.register("outside-layers", OutsideViewSet, basename="outside-layer")
router.register("corrections", CorrectionViewSet, basename="correction")
router.register("versions", VersionViewSet, basename="version")
router.register("imports", ImportViewSet, basename="import")
router.register("conflicts", ConflictViewSet, basename="conflict")
router.register("cells", CellViewSet, basename="cell")
router.register("addresses", AddressViewSet, basename="address")
router.register("geocodings", GeocodingViewSet, basename="geocoding")
router.register("address-aliases", AliasViewSet, basename="address-alias")
router.register("units", UnitViewSet, basename="unit")
router.register("applications", ApplicationViewSet, basename="application")
router.register("module-designs", DesignViewSet, basename="module-design")
router.register("built-modules", BuiltModuleViewSet, basename="built-module")
router.register("modules", ModuleViewSet, basename="module")
router.register(
    r"modules/(?P<module>[a-z0-9_-]+)/records", RecordViewSet, basename="record"
)
router.register("categories", CategoryViewSet, basename="category")
router.register("processes", ProcessViewSet, basename="process")
router.register("people", PersonViewSet, basename="person")
router.register(
    "comparison-rounds", ComparisonRoundViewSet, basename="comparison-round"
)
router.register(
    "comparison-sources", ComparisonSourceViewSet, basename="comparison-source"
)
router.register("comparisons", ComparisonTaskViewSet, basename="comparison")
router.register("register-imports", RegisterImportViewSet, basename="register-import")
router.register("households", HouseholdViewSet, basename="household")
router.register("dwellings", DwellingViewSet, basename="dwelling")
router.register("buildings", BuildingViewSet, basename="building")
router.register("organizations", OrganizationViewSet, basename="organization")
router.register("mergings", MergingViewSet, basename="merging")
router.register("register-readings", ReadingViewSet, basename="register-reading")
router.register("code-lists", CodeListViewSet, basename="code-list")
router.register("register-codes", CodeViewSet, basename="register-code")
router.register("sensitive-groups", SensitiveGroupViewSet, basename="sensitive-group")
router.register("proposals", ProposalViewSet, basename="proposal")
router.register("quality", QualityViewSet, basename="quality")
router.register("ties", TieViewSet, basename="tie")
router.register("crosswalk", CrosswalkViewSet, basename="crosswalk")
router.register("sources", SourceViewSet, basename="source")
router.register("tags", TagViewSet, basename="tag")
router.register("table-words", TableWordViewSet, basename="table-word")
router.register("stand-ins", StandInViewSet, basename="stand-in")
router.register("unit-phrases", UnitPhraseViewSet, basename="unit-phrase")
router.register("paper-templates", TemplateViewSet, basename="paper-template")
router.register("paper-offices", OfficeViewSet, basename="paper-office")
router.register("sampling-rules", SamplingRuleViewSet, basename="sampling-rule")

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", MeView.as_view(), name="me"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("review-figures/", FiguresView.as_view(), name="review-figures"),
    path("case-day/", CaseDayView.as_view(), name="case-day"),
    path("person-figures/", PersonFiguresView.as_view(), name="person-figures"),
    path("cases/<uuid:uuid>/proposal/", ProposalView.as_view(), name="case-proposal"),
    path(
        "cases/<uuid:uuid>/presence/", CasePresenceView.as_view(), name="case-presence"
    ),
    path("cases/<uuid:uuid>/comments/", CommentsView.as_view(), name="comments"),
    path(
        "cases/<uuid:uuid>/comments/<uuid:comment>/",
        CommentView.as_view(),
        name="comment",
    ),
    path("phone-searches/", PhoneSearchView.as_view(), name="phone-searches"),
    path("notice-choices/", OwnChoicesView.as_view(), name="notice-choices"),
    path("push-subscriptions/", PushView.as_view(), name="push-subscriptions"),
    path("seen/", SeenView.as_view(), name="seen"),
    path("attachments/parts/", PartsView.as_view(), name="parts"),
    path("attachments/parts/<uuid:uuid>/", PartView.as_view(), name="part"),
    path("on-duty/", OnDutyView.as_view(), name="on-duty"),
    path("find/", FindView.as_view(), name="find"),
    path("codes/", ScannedView.as_view(), name="codes"),
    path("tasks/", TasksView.as_view(), name="tasks"),
    path("track/", TrackView.as_view(), name="track"),
    path("track/duty/", DutyView.as_view(), name="track-duty"),
    path("track/readings/", TrackReadingsView.as_view(), name="track-readings"),
    path("workers-on-duty/", WorkersView.as_view(), name="workers-on-duty"),
    path("own-choices/", OwnChoiceView.as_view(), name="own-choices"),
    path("rounds/", RoundsView.as_view(), name="rounds"),
    path("visits/", VisitsView.as_view(), name="visits"),
    path("wall/", WallView.as_view(), name="wall"),
    path("wall/layout/", WallLayoutView.as_view(), name="wall-layout"),
    path("cases/many/", ManyView.as_view(), name="case-many"),
    path("", include(router.urls)),
    re_path(r"^(?:.*/)?$", NowhereView.as_view(), name="nowhere"),
]
