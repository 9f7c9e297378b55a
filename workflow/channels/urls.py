"""The addresses of channels and rules, and of what a person keeps of his own."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow.channels import own_views, views
from workflow.rules import rules_page, rules_tables

rules_page("workflow:channels", _("Notice channels"), glyph="send", order=75)
rules_tables(
    {
        "workflow.channel": _("channel"),
        "workflow.noticerule": _("rule of notices"),
    }
)

urlpatterns = [
    path("rules/channels/", views.channels, name="channels"),
    path("rules/channels/channels.json", views.channels_file, name="channels_file"),
    path("rules/channels/take/", views.channels_take, name="channels_take"),
    path("rules/channels/new/", views.channel_new, name="channel_new"),
    path("rules/channels/<int:pk>/", views.channel, name="channel"),
    path("rules/channels/<int:pk>/use/", views.channel_use, name="channel_use"),
    path("rules/channels/<int:pk>/try/", views.channel_try, name="channel_try"),
    path("rules/channels/rules/new/", views.rule_new, name="notice_rule_new"),
    path("rules/channels/rules/<int:pk>/", views.rule, name="notice_rule"),
    path("rules/channels/rules/<int:pk>/use/", views.rule_use, name="notice_rule_use"),
    path(
        "rules/channels/rules/<int:pk>/remove/",
        views.rule_remove,
        name="notice_rule_remove",
    ),
    path("rules/channels/log/", views.log, name="deliveries"),
    path("rules/channels/log/<int:pk>/", views.delivery, name="delivery"),
    path(
        "rules/channels/log/<int:pk>/retry/",
        views.delivery_retry,
        name="delivery_retry",
    ),
    path("notices/channels/", own_views.own, name="own-channels"),
    path("notices/channels/choices/", own_views.choices, name="own-choices"),
    path("notices/channels/<slug:way>/", own_views.address, name="own-address"),
    path(
        "notices/channels/<slug:way>/confirm/",
        own_views.address_confirm,
        name="own-address-confirm",
    ),
    path(
        "notices/channels/<slug:way>/remove/",
        own_views.address_remove,
        name="own-address-remove",
    ),
    path("notices/push/", own_views.push, name="own-push"),
    path("leave/", own_views.leave_list, name="leaves"),
    path("leave/<int:pk>/end/", own_views.leave_end, name="leave-end"),
]
