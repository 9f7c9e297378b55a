"""The map: its page, its style, its tiles, what lies where, and the search."""

import gzip
from functools import lru_cache

from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models import Extent
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseNotModified,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Site, User
from accounts.roles import STEWARDS
from govmap.lib.errors import BadInput
from govmap.lib.pages import AuthedRequest
from layers.forms import HereForm
from layers.legend import tree
from layers.marks import Known, Mark, mark_of, of_today
from layers.marks import find as find_version
from layers.models import Layer, Region, Version
from layers.places import features_at, ground_at, point
from layers.search import search as find
from layers.styles import THEMES, Style, Theme, styles_of
from layers.stylesheet import Frame, document
from layers.tile_cache import CACHE, pack
from layers.tiles import Drawing, Place, drawing_of, tile_of


@require_safe
@login_required
def map_page(request: AuthedRequest) -> HttpResponse:
    drawn = _drawn_layers(request.user)
    entries = [(layer, styles) for layer, styles, _mark in drawn]
    return render(request, "layers/map.html", {"classes": tree(entries)})


@require_safe
@login_required
def style(request: AuthedRequest) -> HttpResponse:
    """The style document of the layers this reader sees, light or dark."""
    asked = request.GET.get("theme", "light")
    theme: Theme = asked if asked in THEMES else "light"
    entries = [
        (layer, styles, _tile_address(request, layer, mark))
        for layer, styles, mark in _drawn_layers(request.user)
    ]
    made = document(entries, theme=theme, frame=_frame())
    response = JsonResponse(made, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def tile(
    request: HttpRequest, layer: str, version: int, z: int, x: int, y: int
) -> HttpResponse:
    """A vector tile of a version; 404 where the reader may not see its layer."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    place = Place(z, x, y)
    known = find_version(layer, version, request.user) if place.exists() else None
    if known is None:
        return HttpResponseNotFound()  # a program asks: no page
    mark = mark_of(known, request.user)
    if mark.tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _tile_response(request, known, place, mark)
    response["ETag"] = mark.tag
    response["Cache-Control"] = mark.cache_control
    return response


@require_safe
@login_required
def here(request: AuthedRequest) -> HttpResponse:
    """A fragment: what lies at a place in the layers that are shown."""
    form = HereForm(request.GET)
    if not form.is_valid():
        raise BadInput
    asked = form.cleaned_data
    place = point(asked["lon"], asked["lat"])
    seen = list(Layer.objects.visible_to(request.user).filter(published__isnull=False))
    shown = [layer for layer in seen if layer.code in asked["layers"]]
    found = features_at(
        place, shown, zoom=asked["zoom"], sees_sensitive=_is_steward(request.user)
    )
    context = {
        "place": place,
        "ground": ground_at(place, {layer.feeds for layer in seen}),
        "found": found,
    }
    return render(request, "layers/_here.html", context)


@require_safe
@login_required
def search(request: AuthedRequest) -> HttpResponse:
    """A fragment: the results as options of a list."""
    text = request.GET.get("q", "")[:100].strip()
    context = {"text": text, "found": find(text, request.user)}
    return render(request, "layers/_found.html", context)


GZIP_MAGIC = b"\x1f\x8b"


def _is_steward(user: User) -> bool:
    return user.has_role(*STEWARDS)


def _drawn_layers(user: User) -> list[tuple[Layer, list[Style], Mark]]:
    """The published layers one sees, the lowest first."""
    layers = Layer.objects.visible_to(user).filter(published__isnull=False)
    known = of_today()
    return [
        (
            layer,
            styles_of(layer, sees_sensitive=_is_steward(user)),
            mark_of(known[layer.published_id], user),
        )
        for layer in layers.select_related("provider", "published")
        if layer.published_id in known
    ]


def _frame() -> Frame:
    """Where the map opens, and what it says of its data: the site's words."""
    site = Site.objects.first()
    if site is None:
        return Frame("govmap", [0, 0])
    ground = Region.objects.filter(unit=site.district_id)
    bounds = ground.aggregate(bounds=Extent("geometry"))["bounds"]
    notice = site.notice if site.demonstration else ""
    return Frame(site.title, site.center, notice, list(bounds) if bounds else None)


def _tile_address(request: HttpRequest, layer: Layer, mark: Mark) -> str:
    """The address of its tiles, whole, with the mark so that nothing stale is kept."""
    assert layer.published is not None
    first = reverse("layers:tile", args=(layer.code, layer.published.number, 0, 0, 0))
    pattern = first.removesuffix("0/0/0.mvt") + "{z}/{x}/{y}.mvt"
    return request.build_absolute_uri("/")[:-1] + f"{pattern}?v={mark.text}"


def _tile_response(
    request: HttpRequest, known: Known, place: Place, mark: Mark
) -> HttpResponse:
    body = _packed(known, place, mark)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        body = gzip.decompress(body)
    response = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile")
    if body[:2] == GZIP_MAGIC:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@lru_cache(maxsize=256)
def _drawing(version: int, _mark: str, *, sees_sensitive: bool) -> Drawing:
    """Kept by the mark, which changes with whatever this depends on."""
    row = Version.objects.select_related("layer").get(pk=version)
    return drawing_of(row, sees_sensitive=sees_sensitive)


def _packed(known: Known, place: Place, mark: Mark) -> bytes:
    """The tile, compressed: from the disk, else drawn. Sensitive ones stay off it."""
    kept = None if mark.is_sensitive else CACHE.get(known.layer, mark.text, place)
    if kept is not None:
        return kept
    # Only who sees the sensitive has a mark that is.
    drawing = _drawing(known.version, mark.text, sees_sensitive=mark.is_sensitive)
    drawn = pack(tile_of(drawing, place, is_current=known.is_current))
    if not mark.is_sensitive:
        CACHE.put(known.layer, mark.text, place, drawn)
    return drawn
