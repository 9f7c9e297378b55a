"""The pages of quality, and their tab of the rules."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from offices.quality import rule_views, views
from workflow.rules import rules_page, rules_tables

rules_page("quality:rules", _("Data quality"), glyph="list-check", order=92)
rules_tables({"offices.qualityrule": _("rule of quality")})

app_name = "quality"
urlpatterns: list[URLPattern | URLResolver] = [
    path("offices/quality/", views.quality, name="quality"),
    path("offices/quality/recount/", views.recount, name="recount"),
    path("offices/quality/<slug:code>/", views.found, name="found"),
    path("offices/<slug:register>/<uuid:uuid>/confirm/", views.confirm, name="confirm"),
    path("rules/quality/", rule_views.rules, name="rules"),
    path("rules/quality/quality.json", rule_views.file, name="rules-file"),
    path("rules/quality/take/", rule_views.take, name="rules-take"),
    path("rules/quality/<int:pk>/", rule_views.rule, name="rule"),
]
