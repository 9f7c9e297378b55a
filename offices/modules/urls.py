"""The addresses of applications, modules and records."""

from django.urls import path

from offices.modules import (
    case_views,
    home_views,
    map_views,
    place_views,
    record_views,
    table_views,
    version_views,
    views,
)

app_name = "modules"
urlpatterns = [
    path("offices/", home_views.home, name="home"),
    path("offices/a/<slug:code>/", home_views.application, name="application"),
    path(
        "offices/a/<slug:code>/records/",
        home_views.application_records,
        name="application-records",
    ),
    path("offices/a/<slug:code>/areas/", home_views.areas, name="application-areas"),
    path(
        "offices/a/<slug:code>/cases/",
        home_views.application_cases,
        name="application-cases",
    ),
    path(
        "offices/a/<slug:code>/tiles/<int:z>/<int:x>/<int:y>.mvt",
        home_views.application_tile,
        name="application-tile",
    ),
    path("modules/refs/<str:kind>/", views.refs_found, name="refs"),
    path("modules/places/", place_views.place, name="place"),
    path("modules/addresses/", views.addresses, name="addresses"),
    path("modules/<slug:code>/", views.records, name="list"),
    path("modules/<slug:code>/new/", views.record_new, name="new"),
    path("modules/<slug:code>/draft/", views.draft_keep, name="draft"),
    path("modules/<slug:code>/draft/<uuid:uuid>/", views.draft_drop, name="draft-drop"),
    path("modules/<slug:code>/computed/", views.compute_now, name="computed"),
    path("modules/<slug:code>/files/", views.file_send, name="files"),
    path("modules/<slug:code>/on-map/", map_views.page, name="map"),
    path("modules/<slug:code>/points/", map_views.points, name="points"),
    path(
        "modules/<slug:code>/tiles/<int:z>/<int:x>/<int:y>.mvt",
        map_views.tile,
        name="tile",
    ),
    path("modules/<slug:code>/figures/", home_views.figures, name="figures"),
    path("modules/<slug:code>/tables/", table_views.tables, name="tables"),
    path("modules/<slug:code>/tables/form.csv", table_views.blank, name="table-form"),
    path("modules/<slug:code>/tables/<uuid:uuid>/", table_views.table, name="table"),
    path(
        "modules/<slug:code>/tables/<uuid:uuid>/take/",
        table_views.table_take,
        name="table-take",
    ),
    path(
        "modules/<slug:code>/tables/<uuid:uuid>/cancel/",
        table_views.table_cancel,
        name="table-cancel",
    ),
    path(
        "modules/<slug:code>/tables/<uuid:uuid>/refused/",
        table_views.refused,
        name="table-refused",
    ),
    path("modules/<slug:code>/about/", version_views.about, name="about"),
    path(
        "modules/<slug:code>/about/definition.json",
        version_views.definition_file,
        name="definition",
    ),
    path("modules/<slug:code>/about/carry/", version_views.carry, name="carry"),
    path("records/<uuid:uuid>/", record_views.record, name="record"),
    path("records/<uuid:uuid>/acts/", record_views.act_on, name="record-act"),
    path("records/<uuid:uuid>/edit/", record_views.record_edit, name="record-edit"),
    path(
        "records/<uuid:uuid>/reveal/", record_views.record_reveal, name="record-reveal"
    ),
    path("records/<uuid:uuid>/print/", record_views.record_print, name="record-print"),
    path(
        "records/<uuid:uuid>/files/<uuid:file>/",
        record_views.record_file,
        name="record-file",
    ),
    path("records/<uuid:uuid>/case/", case_views.open_case, name="open-case"),
]
