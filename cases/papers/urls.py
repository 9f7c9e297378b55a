"""The addresses of a day's papers."""

from django.urls import path

from cases.papers import views

app_name = "day-papers"
urlpatterns = [path("papers/day/", views.day, name="day")]
