"""The addresses of samples, their figures, typical cases, and the rules of drawing."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases import review_views
from cases.reviewing import example_views, figure_views, rule_views
from workflow.rules import rules_page

app_name = "reviewing"
urlpatterns = [
    path("review/cases/<uuid:uuid>/", review_views.pane, name="pane"),
    path("review/cases/<uuid:uuid>/row/", review_views.sample_row, name="row"),
    path("review/samples/take/", review_views.take, name="take"),
    path("review/samples/<uuid:uuid>/back/", review_views.put_back, name="put-back"),
    path("review/figures/", figure_views.review_figures, name="figures"),
    path("review/figures/cases/", figure_views.figure_cases, name="figure-cases"),
    path("review/typical/", example_views.typical, name="examples"),
    path("review/typical/<uuid:uuid>/", example_views.example, name="example"),
    path(
        "review/typical/<uuid:uuid>/photos/<uuid:photo>/",
        example_views.example_photo,
        name="example-photo",
    ),
    path(
        "review/typical/<uuid:uuid>/photos/<uuid:photo>/thumb/",
        example_views.example_photo,
        {"thumb": True},
        name="example-thumb",
    ),
    path("rules/sampling/", rule_views.rules, name="rules"),
    path("rules/sampling/new/", rule_views.rule_new, name="rule-new"),
    path("rules/sampling/sampling.json", rule_views.rules_file, name="rules-file"),
    path("rules/sampling/take/", rule_views.rules_take, name="rules-take"),
    path("rules/sampling/<slug:code>/", rule_views.rule_edit, name="rule"),
    path("rules/sampling/<slug:code>/try/", rule_views.rule_try, name="rule-try"),
    path("rules/sampling/<slug:code>/draw/", rule_views.rule_draw, name="rule-draw"),
]
rules_page("reviewing:rules", _("Sampling"), glyph="dice-5", order=85)
