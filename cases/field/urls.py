from django.urls import path

from cases.field import views

app_name = "field"
urlpatterns = [
    # A worker rules over what lies below its own address.
    path("worker.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("field/", views.field_page, name="page"),
    path("field/me/", views.me, name="me"),
    path("field/pages/", views.pages, name="pages"),
    path("field/offline/", views.offline, name="offline"),
    path("field/map/", views.map_to_keep, name="map"),
]
