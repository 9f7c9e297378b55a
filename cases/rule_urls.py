"""The addresses of duties, dispatch rules and stand-ins."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases import (
    dispatch_views,
    duty_views,
    rule_names,  # noqa: F401
    word_views,
)
from workflow.rules import rules_page

urlpatterns = [
    path("words/", word_views.words, name="words"),
    path("words/<slug:kind>/new/", word_views.word_new, name="word_new"),
    path("words/<slug:kind>/take/", word_views.words_take, name="words_take"),
    path("words/<slug:kind>.csv", word_views.words_file, name="words_file"),
    path("words/<slug:kind>/<int:pk>/", word_views.word, name="word"),
    path(
        "words/<slug:kind>/<int:pk>/retire/",
        word_views.word_retire,
        name="word_retire",
    ),
    path("duties/", duty_views.duties, name="duties"),
    path("duties/new/", duty_views.duty_new, name="duty_new"),
    path("duties/duties.csv", duty_views.duties_file, name="duties_file"),
    path("duties/take/", duty_views.duties_take, name="duties_take"),
    path("duties/<int:pk>/", duty_views.duty_edit, name="duty"),
    path("duties/<int:pk>/retire/", duty_views.duty_retire, name="duty_retire"),
    path("dispatch/", dispatch_views.dispatch, name="dispatch"),
    path("dispatch/new/", dispatch_views.rule_new, name="dispatch_new"),
    path("dispatch/try/", dispatch_views.dispatch_try, name="dispatch_try"),
    path("dispatch/dispatch.csv", dispatch_views.dispatch_file, name="dispatch_file"),
    path("dispatch/take/", dispatch_views.dispatch_take, name="dispatch_take"),
    path("dispatch/<int:pk>/", dispatch_views.rule_edit, name="dispatch_rule"),
    path(
        "dispatch/<int:pk>/retire/", dispatch_views.rule_retire, name="dispatch_retire"
    ),
    path("standins/", dispatch_views.stand_in_list, name="stand_ins"),
    path("standins/find/", dispatch_views.stand_in_find, name="stand_in_find"),
    path("standins/new/", dispatch_views.stand_in_new, name="stand_in_new"),
    path("standins/<int:pk>/end/", dispatch_views.stand_in_end, name="stand_in_end"),
]
rules_page("cases:words", _("Sources and tags"), glyph="tags", order=25)
rules_page("cases:duties", _("List of duties"), glyph="checklist", order=30)
rules_page("cases:dispatch", _("Dispatch table"), glyph="route", order=40)
rules_page("cases:stand_ins", _("Stand-ins"), glyph="user-share", order=50)
