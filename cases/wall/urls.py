"""The addresses of the wall."""

from django.urls import path

from cases.wall import views

app_name = "wall"
urlpatterns = [
    path("wall/", views.wall, name="wall"),
    path("wall/panels/", views.panels, name="panels"),
]
