from django.urls import path

from cases.feedback import views

app_name = "feedback"
urlpatterns = [
    path("feedback/", views.rows, name="list"),
    path("feedback/new/", views.new, name="new"),
    path("feedback/<uuid:uuid>/", views.one, name="one"),
    path("feedback/<uuid:uuid>/answer/", views.answer_one, name="answer"),
    path("feedback/<uuid:uuid>/screenshot/", views.screenshot, name="screenshot"),
]
