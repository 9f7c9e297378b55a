from django.urls import include, path

from cases import (
    alarm_views,
    beside_views,
    case_views,
    desk_views,
    keeping_views,
    own_choice_views,
    presence_views,
    report_drafts,
    report_views,
    review_views,
    scanning,
    task_views,
)
from cases.desk import bulk_views
from cases.finding import views as find_views
from cases.quick import views as quick_views

app_name = "cases"
urlpatterns = [
    # The rules that cases go by.
    path("rules/", include("cases.rule_urls")),
    path("", include("cases.intake_urls")),
    # The desk and the review.
    path("desk/", desk_views.desk, name="desk"),
    path("unit/", desk_views.unit, name="unit"),
    path("desk/unread/", desk_views.unread_count, name="desk-unread"),
    path("desk/many/", bulk_views.many, name="desk-many"),
    path("review/", review_views.review, name="review"),
    # Finding cases.
    path("cases/search/", find_views.search, name="search"),
    path("cases/search/phone/", find_views.search_by_phone, name="search-phone"),
    # One case.
    path("cases/<uuid:uuid>/", case_views.case, name="case"),
    path("cases/<uuid:uuid>/pane/", case_views.pane, name="pane"),
    path("cases/<uuid:uuid>/row/", case_views.row, name="row"),
    path("cases/<uuid:uuid>/conditions/", case_views.conditions, name="conditions"),
    path("cases/<uuid:uuid>/acts/", case_views.act_on, name="act"),
    path("cases/<uuid:uuid>/proposal/", quick_views.proposal, name="proposal"),
    path("cases/<uuid:uuid>/presence/", presence_views.case_presence, name="presence"),
    path("cases/<uuid:uuid>/knowledge/", beside_views.case_knowledge, name="knowledge"),
    path("cases/<uuid:uuid>/alarm/", alarm_views.case_alarm, name="case-alarm"),
    path(
        "whistles/<uuid:uuid>/alarm/", alarm_views.whistle_alarm, name="whistle-alarm"
    ),
    path("cases/<uuid:uuid>/follow/", keeping_views.follow, name="follow"),
    # The phone's pages.
    path("report/", report_views.report_page, name="report"),
    path("report/place/", report_views.place, name="report-place"),
    path("report/addresses/", report_views.addresses, name="report-addresses"),
    path("report/code/", scanning.report_code, name="report-code"),
    path("report/draft/", report_drafts.draft_keep, name="draft-keep"),
    path(
        "report/draft/<uuid:uuid>/discard/",
        report_drafts.draft_discard,
        name="draft-discard",
    ),
    path("report/<uuid:uuid>/", report_views.reported, name="reported"),
    path("tasks/", task_views.tasks, name="tasks"),
    path("tasks/others/", task_views.others, name="task-others"),
    path("tasks/<uuid:uuid>/", task_views.task, name="task"),
    path("my/", report_views.my_reports, name="my"),
    path("my/type/", own_choice_views.big_type, name="big-type"),
    path("my/<uuid:uuid>/", report_views.my_report, name="my-report"),
]
