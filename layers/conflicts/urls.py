"""The addresses of conflicts, in the name space of the layers."""

from django.urls import URLPattern, path

from layers.conflicts import rule_views as rules
from layers.conflicts import views

urlpatterns: list[URLPattern] = [
    path("data/conflicts/", views.conflict_list, name="conflicts"),
    path("data/conflicts/<uuid:uuid>/", views.conflict_page, name="conflict"),
    path("data/conflicts/<uuid:uuid>/accept/", views.accept, name="conflict_accept"),
    path("data/conflicts/<uuid:uuid>/reopen/", views.reopen, name="conflict_reopen"),
    path("data/conflicts/<uuid:uuid>/send/", views.send, name="conflict_send"),
    path("data/conflicts/rules/", rules.rule_list, name="conflict_rules"),
    path("data/conflicts/rules.json", rules.export, name="conflict_rules_file"),
    path("data/conflicts/rules/take/", rules.take_file, name="conflict_rules_take"),
    path("data/conflicts/rules/new/", rules.new_rule, name="conflict_rule_new"),
    path("data/conflicts/rules/<slug:code>/", rules.edit_rule, name="conflict_rule"),
    path(
        "data/conflicts/rules/<slug:code>/run/",
        rules.run_rule,
        name="conflict_rule_run",
    ),
    path("data/conflicts/runs/<uuid:uuid>/", rules.run_page, name="conflict_run"),
    path(
        "data/conflicts/runs/<uuid:uuid>/cancel/",
        rules.cancel_run,
        name="conflict_run_cancel",
    ),
]
