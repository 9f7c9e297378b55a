"""The addresses of the desk's intake, its callers, and of what may be the same."""

from django.urls import path

from cases import near_views, register_views

urlpatterns = [
    path("desk/new/", register_views.register_page, name="desk-new"),
    path("desk/new/caller/", register_views.known_caller, name="known-caller"),
    path("cases/<uuid:uuid>/caller/", register_views.caller, name="caller"),
    path("report/near/", near_views.near_place, name="near"),
    path("cases/<uuid:uuid>/near/", near_views.near_case, name="case-near"),
]
