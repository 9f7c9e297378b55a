"""The addresses of the talk about a case."""

from django.urls import path

from cases.talk import views

app_name = "talk"
urlpatterns = [
    path("cases/<uuid:uuid>/talk/", views.talk, name="talk"),
    path("cases/<uuid:uuid>/talk/who/", views.who, name="who"),
    path("cases/<uuid:uuid>/talk/<uuid:comment>/", views.change, name="change"),
    path(
        "cases/<uuid:uuid>/talk/<uuid:comment>/withdraw/",
        views.withdraw,
        name="withdraw",
    ),
]
