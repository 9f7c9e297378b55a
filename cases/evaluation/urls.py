"""The addresses of the evaluation."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.evaluation import (
    person_views,
    publish_views,
    report_views,
    rule_views,
    views,
)
from workflow.rules import rules_page

app_name = "evaluation"
urlpatterns = [
    path("evaluation/", views.evaluation, name="board"),
    path("evaluation/cases/", views.cases_behind, name="cases"),
    path("evaluation/persons/", person_views.person_figures, name="persons"),
    path("evaluation/persons/cases/", person_views.person_cases, name="person-cases"),
    path("evaluation/open/", publish_views.open_period, name="open"),
    path(
        "evaluation/appeals/<uuid:uuid>/",
        publish_views.publication,
        name="publication",
    ),
    path(
        "evaluation/appeals/<uuid:uuid>/publish/", publish_views.publish, name="publish"
    ),
    path("evaluation/appeals/<uuid:uuid>/new/", publish_views.appeal, name="appeal"),
    path("evaluation/appeals/<uuid:uuid>/decide/", publish_views.decide, name="decide"),
    path("evaluation/reports/", report_views.reports_page, name="reports"),
    path("evaluation/reports/<uuid:uuid>/", report_views.report_file, name="report"),
    path("rules/indicators/", rule_views.indicators, name="rules"),
    path("rules/indicators/change/", rule_views.change, name="rules-change"),
    path("rules/indicators/settings/", rule_views.change_settings, name="settings"),
    path("rules/indicators/persons/", rule_views.change_persons, name="persons-switch"),
    path("rules/indicators/indicators.json", rule_views.file, name="rules-file"),
    path("rules/indicators/import/", rule_views.take, name="rules-import"),
]
rules_page("evaluation:rules", _("Indicators"), glyph="chart-bar", order=80)
