from django.urls import path

from cases.old import import_views, views

app_name = "old"
urlpatterns = [
    path("old/", views.old_cases, name="list"),
    path("old/<int:pk>/", views.old_case, name="case"),
    path("old/near/<uuid:uuid>/", views.near, name="near"),
    path("old/import/", import_views.imports, name="imports"),
    path("old/import/<uuid:uuid>/", import_views.run, name="import"),
    path("old/import/<uuid:uuid>/answer/", import_views.answer, name="answer"),
    path("old/import/<uuid:uuid>/take/", import_views.take, name="take"),
    path("old/import/<uuid:uuid>/cancel/", import_views.cancel, name="cancel"),
    path("old/import/<uuid:uuid>/withdraw/", import_views.withdraw, name="withdraw"),
    path("old/import/<uuid:uuid>/refused/", import_views.refused, name="refused"),
]
