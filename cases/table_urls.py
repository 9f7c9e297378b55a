"""The address of the words that incoming tables use."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases import table_word_views as views
from workflow.rules import rules_page

app_name = "tables"
urlpatterns = [
    path("rules/tables/", views.words, name="words"),
    path("rules/tables/new/", views.word_new, name="word-new"),
    path("rules/tables/tables.csv", views.words_file, name="words-file"),
    path("rules/tables/take/", views.words_take, name="words-take"),
    path("rules/tables/<int:pk>/retire/", views.word_retire, name="word-retire"),
]
rules_page("tables:words", _("Columns of incoming tables"), glyph="columns", order=75)
