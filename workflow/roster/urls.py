"""The addresses of rosters, of handing over, and of the kinds of shifts."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow.roster import handover_views, views
from workflow.roster.rules import RULES
from workflow.rules import rules_page, rules_tables

app_name = "roster"
urlpatterns = [
    path("duty/roster/", views.week, name="week"),
    path("duty/roster/copy/", views.copy, name="copy"),
    path("duty/roster/roster.csv", views.file, name="file"),
    path("duty/roster/take/", views.take, name="take"),
    path("duty/roster/<str:unit>/<str:day>/<slug:kind>/", views.slot, name="slot"),
    path("duty/handover/", handover_views.handovers, name="handovers"),
    path("duty/line/", handover_views.line, name="line"),
    path("duty/handover/new/", handover_views.new, name="handover-new"),
    path("duty/handover/<uuid:uuid>/", handover_views.handover, name="handover"),
    path("duty/handover/<uuid:uuid>/paper/", handover_views.paper, name="paper"),
    path("duty/handover/<uuid:uuid>/sign/", handover_views.sign, name="sign"),
    path("duty/handover/<uuid:uuid>/take/", handover_views.take_over, name="take-over"),
    path(
        "duty/handover/<uuid:uuid>/withdraw/", handover_views.withdraw, name="withdraw"
    ),
    *RULES.urls("rules/shifts/"),
]
rules_page("roster:rules", _("Kinds of shifts"), glyph="calendar-time", order=85)
rules_tables(
    {
        "workflow.shiftkind": _("kind of shift"),
        "workflow.shift": _("shift"),
        "workflow.contact": _("number of the address book"),
    }
)
