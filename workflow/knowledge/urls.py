"""The addresses of the knowledge base."""

from django.urls import path

from workflow.knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("duty/knowledge/", views.articles, name="list"),
    path("duty/knowledge/new/", views.new, name="new"),
    path("duty/knowledge/<uuid:uuid>/", views.article, name="article"),
    path("duty/knowledge/<uuid:uuid>/edit/", views.edit, name="edit"),
    path("duty/knowledge/<uuid:uuid>/publish/", views.publish, name="publish"),
    path("duty/knowledge/<uuid:uuid>/withdraw/", views.withdraw, name="withdraw"),
    path("duty/knowledge/<uuid:uuid>/files/", views.file_add, name="file-add"),
    path("duty/knowledge/<uuid:uuid>/files/<uuid:file>/", views.file, name="file"),
    path(
        "duty/knowledge/<uuid:uuid>/files/<uuid:file>/remove/",
        views.file_remove,
        name="file-remove",
    ),
]
