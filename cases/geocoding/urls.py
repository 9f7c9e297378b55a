"""The pages of tables that are placed by their addresses."""

from django.urls import path

from cases.geocoding import views

app_name = "geocoding"
urlpatterns = [
    path("geocoding/", views.tables, name="tables"),
    path("geocoding/<uuid:uuid>/", views.table, name="table"),
    path("geocoding/<uuid:uuid>/answer/", views.answer, name="answer"),
    path("geocoding/<uuid:uuid>/take/", views.take, name="take"),
    path("geocoding/<uuid:uuid>/cancel/", views.cancel, name="cancel"),
    path("geocoding/<uuid:uuid>/remove/", views.remove, name="remove"),
    path("geocoding/<uuid:uuid>/choose/", views.choose, name="choose"),
    path("geocoding/<uuid:uuid>/points/", views.points, name="points"),
    path("geocoding/<uuid:uuid>/file/<slug:form>/", views.file, name="file"),
]
