"""The addresses of the processes' pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow import process_views
from workflow.rules import rules_page

HERE = "processes/<slug:code>/<int:version>/"
urlpatterns = [
    path("processes/", process_views.processes, name="processes"),
    path("processes/new/", process_views.process_take, name="process_take"),
    path(HERE, process_views.process, name="process"),
    path(f"{HERE}export/", process_views.process_file, name="process_file"),
    path(f"{HERE}use/", process_views.process_use, name="process_use"),
]
rules_page("workflow:processes", _("Processes"), glyph="sitemap", order=10)
