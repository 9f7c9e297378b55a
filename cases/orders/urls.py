from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.orders import import_views, rate_views, views
from workflow.rules import rules_page

app_name = "orders"
urlpatterns = [
    path("orders/", views.orders, name="list"),
    path("orders/import/", import_views.sheets, name="import"),
    path("orders/import/<uuid:uuid>/", import_views.sheet, name="sheet"),
    path("orders/import/<uuid:uuid>/take/", import_views.take_sheet, name="take"),
    path("orders/import/<uuid:uuid>/cancel/", import_views.cancel_sheet, name="cancel"),
    path("orders/import/<uuid:uuid>/refused/", import_views.refused, name="refused"),
    path("orders/rates/", rate_views.rates, name="rates"),
    path("orders/reveals/", views.reveals, name="reveals"),
    path("orders/<uuid:uuid>/", views.order, name="order"),
    path("orders/<uuid:uuid>/reveal/", views.reveal, name="reveal"),
    path("orders/<uuid:uuid>/reply/", views.reply, name="reply"),
    path("orders/<uuid:uuid>/kind/", views.kind, name="kind"),
    path("orders/<uuid:uuid>/visit/", views.visit, name="visit"),
    path("orders/<uuid:uuid>/exclusion/", views.exclusion, name="exclusion"),
    path("rules/rates/", rate_views.rules, name="rules"),
    path("rules/rates/weights/", rate_views.change_rates, name="rules-change"),
    path("rules/rates/orders.json", rate_views.rules_file, name="rules-file"),
    path("rules/rates/import/", rate_views.take_rules, name="rules-import"),
]
rules_page("orders:rules", _("Hotline orders"), glyph="phone", order=70)
