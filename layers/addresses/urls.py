"""The pages of aliases, under 规则."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from layers.addresses import alias_views as views
from workflow.rules import rules_page

app_name = "addresses"
urlpatterns = [
    path("rules/aliases/", views.aliases, name="aliases"),
    path("rules/aliases/new/", views.alias_new, name="alias-new"),
    path("rules/aliases/<int:pk>/", views.alias, name="alias"),
]
rules_page("addresses:aliases", _("Aliases of places"), glyph="map-pin", order=76)
