"""The addresses of the module builder."""

from django.urls import path

from offices.builder import views

app_name = "builder"
urlpatterns = [
    path("offices/builder/", views.home, name="home"),
    path("offices/builder/new/", views.new, name="new"),
    path("offices/builder/<uuid:uuid>/", views.design, name="design"),
    path("offices/builder/<uuid:uuid>/steps/", views.step, name="step"),
    path("offices/builder/<uuid:uuid>/samples/", views.sample, name="sample"),
    path("offices/builder/<uuid:uuid>/publish/", views.publish, name="publish"),
    path("offices/builder/<uuid:uuid>/discard/", views.discard, name="discard"),
    path(
        "offices/builder/<uuid:uuid>/definition.json",
        views.definition_file,
        name="definition",
    ),
    path("offices/builder/m/<slug:code>/", views.module, name="module"),
    path("offices/builder/m/<slug:code>/steps/", views.module_step, name="module-step"),
]
