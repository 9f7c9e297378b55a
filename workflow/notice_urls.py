"""The addresses of notices."""

from django.urls import path

from workflow import notice_views

urlpatterns = [
    path("", notice_views.notice_list, name="notices"),
    path("bell/", notice_views.bell, name="bell"),
    path("read/", notice_views.notices_read, name="notices_read"),
    path("<int:pk>/", notice_views.notice, name="notice"),
    path("<int:pk>/read/", notice_views.notice_read, name="notice_read"),
]
