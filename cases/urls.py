from django.urls import path

from cases import case_views, desk_views, review_views

app_name = "cases"
urlpatterns = [
    # The desk and the review.
    path("desk/", desk_views.desk, name="desk"),
    path("review/", review_views.review, name="review"),
    # One case.
    path("cases/<uuid:uuid>/", case_views.case, name="case"),
    path("cases/<uuid:uuid>/pane/", case_views.pane, name="pane"),
    path("cases/<uuid:uuid>/row/", case_views.row, name="row"),
    path("cases/<uuid:uuid>/conditions/", case_views.conditions, name="conditions"),
    path("cases/<uuid:uuid>/acts/", case_views.act_on, name="act"),
    # The phone's pages.
]
