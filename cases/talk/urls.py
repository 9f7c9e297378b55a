"""The addresses of the talk about a case."""

from django.urls import path

from cases.talk import instructions, views

app_name = "talk"
urlpatterns = [
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/<uuid:uuid>/", instructions.instruction, name="instruction"),
    path("instructions/<uuid:uuid>/acts/", instructions.act_on, name="instruction-act"),
    path("cases/<uuid:uuid>/talk/", views.talk, name="talk"),
    path("cases/<uuid:uuid>/talk/who/", views.who, name="who"),
    path("cases/<uuid:uuid>/talk/<uuid:comment>/", views.change, name="change"),
    path(
        "cases/<uuid:uuid>/talk/<uuid:comment>/withdraw/",
        views.withdraw,
        name="withdraw",
    ),
]
