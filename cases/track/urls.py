"""The addresses of tracks."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.track import views
from workflow.rules import rules_page, rules_tables

app_name = "track"
urlpatterns = [
    path("my/track/", views.mine, name="mine"),
    path("my/track/duty/", views.duty, name="duty"),
    path("track/", views.look, name="look"),
    path("map/workers/", views.workers, name="workers"),
    path("map/workers/<slug:key>/", views.worker, name="worker"),
    path("rules/track/", views.rules, name="rules"),
    path("rules/track/track.json", views.file, name="file"),
    path("rules/track/change/", views.change, name="change"),
]
rules_page("track:rules", _("Tracks"), glyph="route-2", order=90)
rules_tables({"cases.tracksettings": _("tracks of workers")})
