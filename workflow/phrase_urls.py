"""The addresses of phrases."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow import phrase_rule_views, phrase_views
from workflow.rules import rules_page

rules_page("workflow:unit_phrases", _("Phrases"), glyph="message-2", order=80)

urlpatterns = [
    path("phrases/", phrase_views.own, name="phrases"),
    path("phrases/choices/", phrase_views.choices, name="phrase_choices"),
    path("phrases/<int:pk>/", phrase_views.own_one, name="own_phrase"),
    path("phrases/<int:pk>/remove/", phrase_views.own_remove, name="own_phrase_remove"),
    path("rules/phrases/", phrase_rule_views.unit_phrases, name="unit_phrases"),
    path(
        "rules/phrases/phrases.json",
        phrase_rule_views.phrases_file,
        name="phrases_file",
    ),
    path("rules/phrases/take/", phrase_rule_views.phrases_take, name="phrases_take"),
    path("rules/phrases/new/", phrase_rule_views.unit_phrase_new, name="phrase_new"),
    path("rules/phrases/<int:pk>/", phrase_rule_views.unit_phrase, name="phrase"),
    path(
        "rules/phrases/<int:pk>/retire/",
        phrase_rule_views.unit_phrase_retire,
        name="phrase_retire",
    ),
]
