"""The addresses of exports, and of the rules of who may."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow import export_rule_views as rule_views
from workflow import export_views as views
from workflow.rules import rules_page

rules_page("workflow:export-rules", _("Exports"), glyph="file-export", order=85)

urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/new/", views.export_new, name="export-new"),
    path("exports/<uuid:uuid>/", views.export, name="export"),
    path("exports/<uuid:uuid>/decide/", views.export_decide, name="export-decide"),
    path("exports/<uuid:uuid>/file/", views.export_file, name="export-file"),
    path("rules/exports/", rule_views.rules, name="export-rules"),
    path("rules/exports/new/", rule_views.rule_new, name="export-rule-new"),
    path("rules/exports/<int:pk>/", rule_views.rule, name="export-rule"),
    path("rules/exports/exports.json", rule_views.rules_file, name="export-rules-file"),
    path("rules/exports/take/", rule_views.rules_take, name="export-rules-take"),
]
