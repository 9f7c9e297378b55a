from django.urls import include, path

from workflow import live_views, rules_views, saved_view_views, seen_views, views

app_name = "workflow"
urlpatterns = [
    path("rules/", rules_views.rules, name="rules"),
    path("rules/", include("workflow.process_urls")),
    path("rules/", include("workflow.class_urls")),
    path("rules/", include("workflow.calendar_urls")),
    path("rules/", include("workflow.ladder_urls")),
    path("", include("workflow.phrase_urls")),
    path("", include("workflow.export_urls")),
    path("", include("workflow.channels.urls")),
    path("notices/", include("workflow.notice_urls")),
    # The stream itself is no page: `govmap.asgi` answers it.
    path("live/since/", live_views.since, name="live_since"),
    # What a person keeps for himself.
    path("views/", saved_view_views.views, name="views"),
    path("views/<uuid:uuid>/", saved_view_views.view, name="view"),
    path("seen/", seen_views.mark, name="seen"),
    path("files/", views.upload, name="upload"),
    path("files/<uuid:uuid>/", views.file, name="file"),
    path("files/<uuid:uuid>/thumb/", views.file, {"thumb": True}, name="thumb"),
]
