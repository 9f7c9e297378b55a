"""The addresses of the cases on the one map."""

from django.urls import path

from cases.live_map import views

app_name = "live_map"
TILE = "<count:z>/<count:x>/<count:y>.mvt"
urlpatterns = [
    path(f"map/cases/{TILE}", views.case_tile, name="cases"),
    path(f"map/cells/{TILE}", views.cell_tile, name="cells"),
    path("map/cases/here/", views.here, name="here"),
    path("map/cases/day/", views.day, name="day"),
]
