"""The addresses of city parts."""

from django.urls import path

from cases.parts import views

app_name = "parts"
urlpatterns = [
    path("parts/", views.parts, name="list"),
    path("parts/coverage/", views.coverage, name="coverage"),
    path("parts/<slug:code>/", views.part, name="one"),
]
