"""The addresses of whistles and of their occasions."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.whistles import views
from cases.whistles.rules import RULES
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
    *RULES.urls("rules/whistles/"),
]
rules_page("whistles:rules", _("Whistles"), glyph="speakerphone", order=65)
