from django.urls import URLPattern, path, register_converter

from layers import views
from layers.converters import CountConverter

register_converter(CountConverter, "count")

app_name = "layers"
urlpatterns: list[URLPattern] = [
    # the map
    path("map/", views.map_page, name="map"),
    path("map/style.json", views.style, name="style"),
    path("map/here/", views.here, name="here"),
    path("map/search/", views.search, name="search"),
    path(
        "tiles/<slug:layer>/<count:version>/<count:z>/<count:x>/<count:y>.mvt",
        views.tile,
        name="tile",
    ),
    # the catalogue: /data/…
]
