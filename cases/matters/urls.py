"""The addresses of hard matters, of conferences, and of what can be hard."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.matters import conference_views, rule_views, task_views, views
from workflow.rules import rules_page

app_name = "matters"
urlpatterns = [
    path("matters/", views.matters, name="list"),
    path("matters/new/", views.raise_one, name="new"),
    path("matters/join/", views.join, name="join"),
    path("matters/figures/", views.figures_page, name="figures"),
    path("matters/conferences/", conference_views.conferences, name="conferences"),
    path("matters/conferences/new/", conference_views.call, name="call"),
    path(
        "matters/conferences/<uuid:uuid>/",
        conference_views.conference,
        name="conference",
    ),
    path(
        "matters/conferences/<uuid:uuid>/acts/",
        conference_views.act_on,
        name="conference-act",
    ),
    path(
        "matters/conferences/<uuid:uuid>/minutes/",
        conference_views.minutes,
        name="minutes",
    ),
    path("matters/work/<uuid:uuid>/", task_views.task, name="task"),
    path("matters/work/<uuid:uuid>/acts/", task_views.act_on, name="task-act"),
    path("matters/<uuid:uuid>/", views.matter, name="matter"),
    path("matters/<uuid:uuid>/acts/", views.act_on, name="matter-act"),
    path("rules/matters/", rule_views.sorts, name="rules"),
    path("rules/matters/new/", rule_views.sort_new, name="rule-new"),
    path("rules/matters/matters.json", rule_views.sorts_file, name="rules-file"),
    path("rules/matters/take/", rule_views.sorts_take, name="rules-take"),
    path("rules/matters/<slug:code>/", rule_views.sort, name="rule"),
]
rules_page("matters:rules", _("Hard matters"), glyph="puzzle", order=67)
