"""The pages of imports."""

from django.urls import path

from offices.registers.importing import views

app_name = "imports"
urlpatterns = [
    path("offices/imports/", views.imports, name="imports"),
    path("offices/imports/empty/<slug:register>/", views.empty, name="empty"),
    path("offices/imports/<uuid:uuid>/", views.run, name="import"),
    path("offices/imports/<uuid:uuid>/answer/", views.answer, name="answer"),
    path("offices/imports/<uuid:uuid>/take/", views.take, name="take"),
    path("offices/imports/<uuid:uuid>/cancel/", views.cancel, name="cancel"),
    path("offices/imports/<uuid:uuid>/refused/", views.refused, name="refused"),
]
