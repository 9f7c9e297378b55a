"""The pages of the registers."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from offices.registers import (
    dwelling_views,
    household_views,
    keeping_views,
    list_views,
    organization_views,
    person_views,
    rule_views,
    ties_views,
)
from workflow.rules import rules_page

rules_page("registers:rules", _("Register codes"), glyph="list-numbers", order=90)

app_name = "registers"
urlpatterns: list[URLPattern | URLResolver] = [
    # The lists.
    path("offices/people/", list_views.people, name="people"),
    path("offices/people/find/", list_views.find_exactly, name="find"),
    path("offices/households/", list_views.households, name="households"),
    path("offices/dwellings/", list_views.dwellings, name="dwellings"),
    path("offices/organizations/", list_views.organizations, name="organizations"),
    path("offices/addresses/", list_views.addresses, name="addresses"),
    # A person.
    path("offices/people/new/", person_views.person_new, name="person-new"),
    path("offices/people/matches/", person_views.matches, name="matches"),
    path("offices/people/<uuid:uuid>/", person_views.person, name="person"),
    path(
        "offices/people/<uuid:uuid>/edit/",
        person_views.person_edit,
        name="person-edit",
    ),
    path("offices/people/<uuid:uuid>/reveal/", person_views.reveal, name="reveal"),
    path("offices/people/<uuid:uuid>/move/", person_views.move, name="move"),
    path("offices/people/<uuid:uuid>/end/", person_views.end, name="person-end"),
    path(
        "offices/people/<uuid:uuid>/labels/", person_views.label_add, name="label-add"
    ),
    path(
        "offices/people/<uuid:uuid>/labels/<int:pk>/end/",
        person_views.label_end,
        name="label-end",
    ),
    # A household.
    path(
        "offices/households/new/", household_views.household_new, name="household-new"
    ),
    path(
        "offices/households/<uuid:uuid>/", household_views.household, name="household"
    ),
    path(
        "offices/households/<uuid:uuid>/edit/",
        household_views.household_edit,
        name="household-edit",
    ),
    path(
        "offices/households/<uuid:uuid>/members/",
        household_views.member_add,
        name="member-add",
    ),
    path(
        "offices/households/<uuid:uuid>/members/<int:pk>/end/",
        household_views.member_end,
        name="member-end",
    ),
    path(
        "offices/households/<uuid:uuid>/end/",
        household_views.household_end,
        name="household-end",
    ),
    path(
        "offices/households/<uuid:uuid>/members/find/",
        ties_views.member_find,
        name="member-find",
    ),
    path("offices/households/<uuid:uuid>/arrange/", ties_views.arrange, name="arrange"),
    # Dwellings and buildings.
    path(
        "offices/dwellings/<uuid:uuid>/owner/", ties_views.owner, name="dwelling-owner"
    ),
    path("offices/dwellings/new/", dwelling_views.dwelling_new, name="dwelling-new"),
    path("offices/dwellings/<uuid:uuid>/", dwelling_views.dwelling, name="dwelling"),
    path(
        "offices/dwellings/<uuid:uuid>/edit/",
        dwelling_views.dwelling_edit,
        name="dwelling-edit",
    ),
    path(
        "offices/dwellings/<uuid:uuid>/end/",
        dwelling_views.dwelling_end,
        name="dwelling-end",
    ),
    path(
        "offices/dwellings/<uuid:uuid>/labels/",
        dwelling_views.dwelling_label_add,
        name="dwelling-label-add",
    ),
    path(
        "offices/dwellings/<uuid:uuid>/labels/<int:pk>/end/",
        dwelling_views.dwelling_label_end,
        name="dwelling-label-end",
    ),
    path("offices/buildings/<uuid:uuid>/", dwelling_views.building, name="building"),
    # An organisation.
    path(
        "offices/organizations/new/",
        organization_views.organization_new,
        name="organization-new",
    ),
    path(
        "offices/organizations/<uuid:uuid>/",
        organization_views.organization,
        name="organization",
    ),
    path(
        "offices/organizations/<uuid:uuid>/edit/",
        organization_views.organization_edit,
        name="organization-edit",
    ),
    path(
        "offices/organizations/<uuid:uuid>/reveal/",
        organization_views.organization_reveal,
        name="organization-reveal",
    ),
    path(
        "offices/organizations/<uuid:uuid>/end/",
        organization_views.organization_end,
        name="organization-end",
    ),
    path(
        "offices/organizations/<uuid:uuid>/people/",
        ties_views.post_add,
        name="post-add",
    ),
    path(
        "offices/organizations/<uuid:uuid>/people/<int:pk>/end/",
        ties_views.post_end,
        name="post-end",
    ),
    # Merging, and who read what.
    path("offices/mergings/", keeping_views.mergings, name="mergings"),
    path("offices/mergings/<uuid:uuid>/", keeping_views.merging_page, name="merging"),
    path(
        "offices/mergings/<uuid:uuid>/decide/",
        keeping_views.merging_decide,
        name="merging-decide",
    ),
    path(
        "offices/<slug:register>/<uuid:uuid>/merge/",
        keeping_views.merging_ask,
        name="merging-ask",
    ),
    path("offices/readings/", keeping_views.readings, name="readings"),
    # 规则.
    path("rules/registers/", rule_views.lists, name="rules"),
    path("rules/registers/codes.json", rule_views.file, name="rules-file"),
    path("rules/registers/take/", rule_views.take, name="rules-take"),
    path("rules/registers/codes/<int:pk>/", rule_views.code, name="code"),
    path("rules/registers/groups/<int:pk>/", rule_views.group, name="group"),
    path(
        "rules/registers/groups/<int:pk>/close/",
        rule_views.group_close,
        name="group-close",
    ),
    path("rules/registers/<slug:list_>/new/", rule_views.code_new, name="code-new"),
]
