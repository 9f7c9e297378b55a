"""The addresses of the calendar's page."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow import calendar_views as views
from workflow.rules import rules_page

rules_page("workflow:calendar", _("Calendar"), glyph="calendar", order=60)

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/calendar.json", views.calendar_file, name="calendar_file"),
    path("calendar/take/", views.calendar_take, name="calendar_take"),
    path("calendar/day/", views.calendar_day, name="calendar_day"),
    path("calendar/hours/", views.calendar_hours, name="calendar_hours"),
    path("calendar/complete/", views.calendar_complete, name="calendar_complete"),
    path("calendar/preview/", views.calendar_preview, name="calendar_preview"),
    path("calendar/recompute/", views.calendar_recompute, name="calendar_recompute"),
    path("calendar/periods/new/", views.period_new, name="period_new"),
    path("calendar/periods/<int:pk>/", views.period, name="period"),
    path(
        "calendar/periods/<int:pk>/remove/", views.period_remove, name="period_remove"
    ),
]
