from django.urls import path

from workflow import views

app_name = "workflow"
urlpatterns = [
    path("files/", views.upload, name="upload"),
    path("files/<uuid:uuid>/", views.file, name="file"),
    path("files/<uuid:uuid>/thumb/", views.file, {"thumb": True}, name="thumb"),
]
