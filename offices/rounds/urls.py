from django.urls import URLPattern, URLResolver, path

from offices.rounds import views

app_name = "rounds"
urlpatterns: list[URLPattern | URLResolver] = [
    path("offices/mine/", views.mine, name="mine"),
    path("offices/mine/visit/", views.visit_add, name="visit-add"),
    path(
        "offices/mine/visits/<slug:register>/<uuid:uuid>/",
        views.visits,
        name="visits",
    ),
]
