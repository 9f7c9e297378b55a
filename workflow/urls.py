from django.urls import include, path

from workflow import rules_views, views

app_name = "workflow"
urlpatterns = [
    path("rules/", rules_views.rules, name="rules"),
    path("rules/", include("workflow.process_urls")),
    path("rules/", include("workflow.class_urls")),
    path("rules/", include("workflow.calendar_urls")),
    path("rules/", include("workflow.ladder_urls")),
    path("", include("workflow.phrase_urls")),
    path("notices/", include("workflow.notice_urls")),
    path("files/", views.upload, name="upload"),
    path("files/<uuid:uuid>/", views.file, name="file"),
    path("files/<uuid:uuid>/thumb/", views.file, {"thumb": True}, name="thumb"),
]
