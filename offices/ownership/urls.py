"""The pages of corrections, and the tab of the rules that says who owns what."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from offices.ownership import rule_views, views
from workflow.rules import rules_page, rules_tables

rules_page("ownership:owners", _("Owners of fields"), glyph="user-shield", order=91)
rules_tables({"offices.fieldowner": _("owner of fields")})

app_name = "ownership"
urlpatterns: list[URLPattern | URLResolver] = [
    path("offices/proposals/", views.proposals, name="proposals"),
    path("offices/proposals/<uuid:uuid>/", views.proposal, name="proposal"),
    path("offices/proposals/<uuid:uuid>/decide/", views.decide, name="decide"),
    path("offices/proposals/<uuid:uuid>/reveal/", views.reveal, name="reveal"),
    path("offices/proposals/<uuid:uuid>/file/", views.file, name="file"),
    path("offices/<slug:register>/<uuid:uuid>/propose/", views.propose, name="propose"),
    path("rules/owners/", rule_views.owners, name="owners"),
    path("rules/owners/owners.json", rule_views.file, name="owners-file"),
    path("rules/owners/take/", rule_views.take, name="owners-take"),
    path("rules/owners/new/", rule_views.owner_new, name="owner-new"),
    path("rules/owners/<int:pk>/", rule_views.owner, name="owner"),
]
