"""The pages of comparisons."""

from django.urls import path

from offices.comparison import views

app_name = "comparison"
urlpatterns = [
    path("offices/comparisons/", views.tasks, name="tasks"),
    path("offices/comparisons/tasks/<uuid:uuid>/", views.task, name="task"),
    path("offices/comparisons/tasks/<uuid:uuid>/answer/", views.answer, name="answer"),
    path("offices/comparisons/rounds/", views.rounds, name="rounds"),
    path("offices/comparisons/rounds/<uuid:uuid>/", views.round_page, name="round"),
    path(
        "offices/comparisons/rounds/<uuid:uuid>/columns/", views.columns, name="columns"
    ),
    path("offices/comparisons/rounds/<uuid:uuid>/take/", views.take, name="take"),
    path("offices/comparisons/rounds/<uuid:uuid>/cancel/", views.cancel, name="cancel"),
    path("offices/comparisons/rounds/<uuid:uuid>/result/", views.result, name="result"),
    path("offices/comparisons/sources/", views.sources, name="sources"),
    path("offices/comparisons/sources/new/", views.source_new, name="source-new"),
    path(
        "offices/comparisons/sources/comparisons.json",
        views.sources_file,
        name="sources-file",
    ),
    path("offices/comparisons/sources/take/", views.sources_take, name="sources-take"),
    path("offices/comparisons/sources/<int:pk>/", views.source, name="source"),
    path("offices/comparisons/sources/<int:pk>/send/", views.send, name="send"),
]
