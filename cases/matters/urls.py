"""The addresses of hard matters, of conferences, and of what can be hard."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.matters import conference_views, task_views, views
from cases.matters.rules import RULES
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
    *RULES.urls("rules/matters/"),
]
rules_page("matters:rules", _("Hard matters"), glyph="puzzle", order=67)
