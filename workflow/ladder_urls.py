"""The addresses of the ladder's page."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow import ladder_views as views
from workflow.rules import rules_page

rules_page("workflow:ladder", _("Reminders"), glyph="stairs-up", order=70)

urlpatterns = [
    path("ladder/", views.ladder_page, name="ladder"),
    path("ladder/ladder.json", views.ladder_file, name="ladder_file"),
    path("ladder/take/", views.ladder_take, name="ladder_take"),
    path("ladder/new/", views.step_new, name="step_new"),
    path("ladder/<int:pk>/", views.step, name="step"),
    path("ladder/<int:pk>/use/", views.step_use, name="step_use"),
]
