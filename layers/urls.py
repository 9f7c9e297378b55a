from django.urls import URLPattern, path, register_converter
from django.utils.translation import gettext_lazy as _

from layers.catalogue import layer_views as data_views
from layers.catalogue import views as catalogue_views
from layers.conflicts.urls import urlpatterns as conflicts
from layers.converters import CountConverter, KeyConverter
from layers.corrections.urls import urlpatterns as corrections
from layers.features import views as feature_views
from layers.imports import views as import_views
from layers.map import views
from layers.map_tools import views as tool_views
from layers.ogc import own_views as program_views
from layers.outside import views as outside_views
from layers.style_editor import views as style_views
from layers.tiles import views as tile_views
from layers.versions import views as version_views
from workflow.rules import rules_tables

register_converter(CountConverter, "count")
register_converter(KeyConverter, "key")

rules_tables({"layers.outsidesource": _("outside layer")})

app_name = "layers"
urlpatterns: list[URLPattern] = [
    # the map
    path("map/", views.map_page, name="map"),
    path("map/print/", views.print_page, name="print"),
    path("map/style.json", tile_views.style, name="style"),
    path("map/here/", views.here, name="here"),
    path("map/search/", views.search, name="search"),
    path("map/query/", tool_views.query, name="map_query"),
    path("map/views/", tool_views.kept, {"what": "views"}, name="map_views"),
    path("map/sketches/", tool_views.kept, {"what": "sketches"}, name="map_sketches"),
    # tiles
    path("tiles/<slug:layer>.json", tile_views.about, name="tilejson"),
    path(
        "tiles/<slug:layer>/<count:version>/<count:z>/<count:x>/<count:y>.mvt",
        tile_views.tile,
        name="tile",
    ),
    path(
        "tiles/draft/<uuid:uuid>/<count:z>/<count:x>/<count:y>.mvt",
        tile_views.draft_tile,
        name="draft_tile",
    ),
    # before the catalogue, whose layers have addresses of the same shape
    *corrections,
    *conflicts,
    # the catalogue
    path("data/", catalogue_views.catalogue, name="data"),
    path("data/new/", catalogue_views.new_layer, name="layer_new"),
    path("data/overdue/", catalogue_views.overdue, name="overdue"),
    # keys of a person's programs, for /ogc/
    path("programs/", program_views.programs, name="programs"),
    path("programs/<count:pk>/revoke/", program_views.revoke, name="program_revoke"),
    # outside layers, fetched by our server
    path("data/outside/", outside_views.outside, name="outside"),
    path("data/outside/new/", outside_views.outside_new, name="outside_new"),
    path("data/outside/<slug:code>/", outside_views.outside_edit, name="outside_edit"),
    path(
        "data/outside/<slug:code>/use/", outside_views.outside_use, name="outside_use"
    ),
    path(
        "outside/<slug:code>/<count:z>/<count:x>/<count:y>",
        outside_views.tile,
        name="outside_tile",
    ),
    path("data/<slug:code>/edit/", catalogue_views.edit_layer, name="layer_edit"),
    path("data/<slug:code>/style/", style_views.style_page, name="layer_style"),
    path(
        "data/<slug:code>/style/preview/",
        style_views.style_preview_page,
        name="style_preview",
    ),
    path(
        "data/<slug:code>/style/tiles/<count:z>/<count:x>/<count:y>.mvt",
        style_views.style_tile,
        name="style_tile",
    ),
    path("data/<slug:code>/", data_views.layer_page, name="layer"),
    path(
        "data/<slug:code>/features/<key:key>/",
        feature_views.feature_page,
        name="feature",
    ),
    # a file on its way in
    path("data/<slug:code>/imports/", import_views.imports, name="import"),
    path("data/<slug:code>/imports/<uuid:uuid>/", import_views.run_page, name="run"),
    path(
        "data/<slug:code>/imports/<uuid:uuid>/answer/",
        import_views.answer,
        name="import_answer",
    ),
    path(
        "data/<slug:code>/imports/<uuid:uuid>/cancel/",
        import_views.cancel,
        name="import_cancel",
    ),
    path(
        "data/<slug:code>/imports/<uuid:uuid>/refused.csv",
        import_views.refused_rows,
        name="refused",
    ),
    path(
        "data/<slug:code>/imports/<uuid:uuid>/refused/",
        import_views.refused_file,
        name="refused_file",
    ),
    # a version
    path(
        "data/<slug:code>/versions/<uuid:uuid>/",
        version_views.version_page,
        name="version",
    ),
    path(
        "data/<slug:code>/versions/<uuid:uuid>/act/",
        version_views.act_on,
        name="version_act",
    ),
    path(
        "data/<slug:code>/versions/<uuid:uuid>/again/",
        import_views.compare_again,
        name="version_again",
    ),
    path(
        "data/<slug:code>/versions/<uuid:uuid>/restore/",
        version_views.restore,
        name="version_restore",
    ),
    path(
        "data/<slug:code>/versions/<uuid:uuid>/rows/",
        version_views.rows,
        name="version_rows",
    ),
    path(
        "data/<slug:code>/versions/<uuid:uuid>/places/",
        version_views.places,
        name="version_places",
    ),
]
