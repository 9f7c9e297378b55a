from django.urls import path

from cases.surveys import views

app_name = "surveys"
THING = "surveys/<uuid:uuid>/things/<uuid:item>/"
PHOTO = f"{THING}photos/<uuid:photo>/"
urlpatterns = [
    path("surveys/", views.surveys, name="list"),
    path("surveys/new/", views.new, name="new"),
    path("surveys/<uuid:uuid>/", views.survey, name="one"),
    path("surveys/<uuid:uuid>/results/", views.results, name="results"),
    path("surveys/<uuid:uuid>/end/", views.end, name="end"),
    path(THING, views.item, name="item"),
    path(f"{THING}untick/", views.untick, name="untick"),
    path(f"{THING}fault/", views.fault, name="fault"),
    path(PHOTO, views.photo, name="photo"),
    path(f"{PHOTO}thumb/", views.photo, {"thumb": True}, name="thumb"),
]
