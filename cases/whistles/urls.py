"""The addresses of whistles and of their occasions."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.whistles import rule_views, views
from workflow.rules import rules_page

app_name = "whistles"
urlpatterns = [
    path("whistles/", views.whistles, name="list"),
    path("whistles/new/", views.blow, name="new"),
    path("whistles/place/", views.place, name="place"),
    path("whistles/addresses/", views.addresses, name="addresses"),
    path("whistles/figures/", views.figures_page, name="figures"),
    path("whistles/<uuid:uuid>/", views.whistle, name="whistle"),
    path("whistles/<uuid:uuid>/acts/", views.act_on, name="act"),
    path("rules/whistles/", rule_views.occasions, name="rules"),
    path("rules/whistles/new/", rule_views.occasion_new, name="rule-new"),
    path("rules/whistles/whistles.json", rule_views.occasions_file, name="rules-file"),
    path("rules/whistles/take/", rule_views.occasions_take, name="rules-take"),
    path("rules/whistles/<slug:code>/", rule_views.occasion, name="rule"),
]
rules_page("whistles:rules", _("Whistles"), glyph="speakerphone", order=65)
