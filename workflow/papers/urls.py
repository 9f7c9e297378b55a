"""The addresses of papers."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from workflow.papers import many_views, rule_views, views
from workflow.rules import rules_page

app_name = "papers"
rules_page("papers:templates", _("Papers"), glyph="file-text", order=85)

urlpatterns = [
    path("papers/of/<slug:kind>/<str:key>/", views.of, name="of"),
    path("papers/new/<slug:code>/<slug:kind>/<str:key>/", views.new, name="new"),
    path("papers/many/", many_views.many, name="many"),
    path("papers/together/<uuid:uuid>/", many_views.batch, name="batch"),
    path("papers/together/<uuid:uuid>/file/", many_views.batch_file, name="batch-file"),
    path("papers/<uuid:uuid>/", views.paper, name="paper"),
    path("papers/<uuid:uuid>/file/", views.file, name="file"),
    path("papers/<uuid:uuid>/reprint/", views.reprint, name="reprint"),
    path("papers/<uuid:uuid>/void/", views.void, name="void"),
    path("papers/<uuid:uuid>/delivery/", views.delivery, name="delivery"),
    # Its rules.
    path("rules/papers/", rule_views.templates, name="templates"),
    path("rules/papers/papers.json", rule_views.export, name="export"),
    path("rules/papers/take/", rule_views.take, name="take"),
    path("rules/papers/offices/new/", rule_views.office_new, name="office-new"),
    path("rules/papers/offices/<int:pk>/", rule_views.office, name="office"),
    path("rules/papers/<slug:code>/", rule_views.template, name="template"),
    path("rules/papers/<slug:code>/edit/", rule_views.edit, name="edit"),
    path("rules/papers/<slug:code>/preview/", rule_views.preview, name="preview"),
    path("rules/papers/<slug:code>/copy/", rule_views.copy, name="copy"),
    path(
        "rules/papers/<slug:code>/<int:version>/", rule_views.template, name="version"
    ),
    path("rules/papers/<slug:code>/<int:version>/use/", rule_views.use, name="use"),
]
