from django.urls import path

from cases.patrols import views

app_name = "patrols"
urlpatterns = [
    path("patrols/", views.patrols, name="list"),
    path("patrols/new/", views.new, name="new"),
    path("patrols/<uuid:uuid>/", views.patrol, name="one"),
    path("patrols/<uuid:uuid>/tick/", views.tick, name="tick"),
    path("patrols/<uuid:uuid>/end/", views.end, name="end"),
]
