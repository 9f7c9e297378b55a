"""A module on the map: points of its records, scoped, without what is personal."""

from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from govmap.lib.errors import NotFound
from govmap.lib.geojson import DIGITS, collection_answer, feature
from govmap.lib.pages import AuthedRequest
from offices.models.record import Record
from offices.modules.definition import definition_of
from offices.modules.lists import COUNTED, Filters
from offices.modules.making import definition_now
from offices.modules.showing import plain_text
from offices.modules.tiles import tile_of
from offices.modules.views import seen_module
from workflow.models import Phase

MOST = 2000  # points of one answer; of more than these tiles are drawn
DEEPEST = 22
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"


@login_required
@require_GET
@never_cache
def page(request: AuthedRequest, code: str) -> HttpResponse:
    """The list's records on the map, under the same filters, however many they are."""
    module = seen_module(request.user, code)
    filters = Filters(request.GET, definition_now(module))
    rows = filters.apply(Record.objects.of_module(module, request.user))
    places = rows.filter(place__isnull=False).order_by("-pk").values("place")
    found = places[: COUNTED + 1].aggregate(count=Count("place"), box=Extent("place"))
    context = {
        "module": module,
        "filters": filters,
        "query": filters.address().removeprefix("?"),
        "symbol": filters.definition.symbol,
        "phases": Phase,
        "count": found["count"],
        "count_text": f"{COUNTED:,}+" if found["count"] > COUNTED else found["count"],
        "box": found["box"],
    }
    return render(request, "offices/modules/map.html", context)


@login_required
@require_GET
@never_cache
def points(request: AuthedRequest, code: str) -> HttpResponse:
    """The newest of what the filters leave, as GeoJSON: nothing personal in it."""
    module = seen_module(request.user, code)
    filters = Filters(request.GET, definition_now(module))
    seen = Record.objects.of_module(module, request.user)
    rows = filters.apply(seen).filter(place__isnull=False)
    rows = rows.select_related("street", "community").only(
        *("pk", "uuid", "number", "version", "data", "process", "state", "street"),
        "community",
    )
    placed = rows.annotate(point=AsGeoJSON("place", precision=DIGITS))
    found = placed.order_by("-pk")[:MOST]
    return collection_answer(map(_point, found), None)


def _point(row: Record) -> str:
    definition = definition_of(row.version_id)
    label = definition.label_field
    text = plain_text(label, row.data.get(label.name)) if label else ""
    properties = {
        "id": str(row.uuid),
        "number": row.number,
        "label": f"{row.number} {text}".strip(),
        "phase": row.state.phase,
        "state": row.state.label,
        "light": "",
        "glyph": "",
    }
    point: str | None = getattr(row, "point", None)
    return feature(str(row.uuid), point, properties)


@require_safe
@login_required
def tile(request: AuthedRequest, code: str, z: int, x: int, y: int) -> HttpResponse:
    """A vector tile of what the person reads of the module; ``?…`` as the list."""
    if z > DEEPEST or x >= 1 << z or y >= 1 << z:
        raise NotFound
    module = seen_module(request.user, code)
    filters = Filters(request.GET, definition_now(module))
    rows = filters.apply(Record.objects.of_module(module, request.user))
    label = filters.definition.label_field
    content = tile_of(rows, z, x, y, label=label.name if label else "")
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    # What changes with every act is asked for anew.
    answer["Cache-Control"] = "private, no-cache"
    return answer
