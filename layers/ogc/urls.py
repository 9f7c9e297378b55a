"""The addresses of `/ogc/`, as OGC API Features lays them down."""

from django.urls import path, register_converter

from layers.converters import KeyConverter
from layers.ogc import views

register_converter(KeyConverter, "ogc_key")

app_name = "ogc"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("conformance", views.conformance, name="conformance"),
    path("api", views.api, name="api"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:code>", views.collection, name="collection"),
    path("collections/<slug:code>/queryables", views.queryables, name="queryables"),
    path("collections/<slug:code>/items", views.items, name="items"),
    path("collections/<slug:code>/items/<ogc_key:key>", views.item, name="item"),
]
