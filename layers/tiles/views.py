"""What a map fetches: its style document, its tiles, and what tiles there are."""

import gzip
from datetime import date
from functools import lru_cache
from uuid import UUID

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
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Site, User
from accounts.recognition import user_of
from govmap.lib.pages import AuthedRequest
from layers.at import NoSuchDay, day_of
from layers.models import Layer, Region, Version
from layers.outside.drawn import pictures_of
from layers.styles.sheet import Frame, document
from layers.styles.vocabulary import THEMES, Theme
from layers.tiles import drafts as draft_tiles
from layers.tiles import tilejson
from layers.tiles.bounds import bounds_of
from layers.tiles.cache import CACHE, pack
from layers.tiles.drawing import Drawing, Place, Superseded, drawing_of, tile_of
from layers.tiles.drawn import drawn_layers, is_trusted
from layers.tiles.marks import Known, Mark, find, mark_of

GZIP_MAGIC = b"\x1f\x8b"
NO_STORE = "private, no-store"


@require_safe
@login_required
def style(request: AuthedRequest) -> HttpResponse:
    """The style document of the layers this reader sees: light or dark, of a day."""
    asked = request.GET.get("theme", "light")
    theme: Theme = asked if asked in THEMES else "light"
    try:
        day = day_of(request.GET)
    except NoSuchDay as error:
        return _refused(error)
    entries = [
        (drawn.layer, drawn.styles, drawn.tiles(request))
        for drawn in drawn_layers(request.user, day=day)
    ]
    pictures = pictures_of(request.user, request)
    said = document(entries, theme=theme, frame=_frame(), pictures=pictures)
    return _revalidated(said)


@require_safe
@login_required
def about(request: AuthedRequest, layer: str) -> HttpResponse:
    """TileJSON 3.0 of a layer's published version: for QGIS and other programs."""
    try:
        day = day_of(request.GET)
    except NoSuchDay as error:
        return _refused(error)
    among = Layer.objects.filter(code=layer)
    found = drawn_layers(request.user, day=day, among=among)
    if not found:
        return HttpResponseNotFound()
    (drawn,) = found
    return _revalidated(
        tilejson.document(
            drawn,
            tiles=drawn.tiles(request),
            bounds=bounds_of(drawn.known.version),
            sees_sensitive=is_trusted(request.user),
        )
    )


@require_safe
def tile(
    request: HttpRequest, layer: str, version: int, z: int, x: int, y: int
) -> HttpResponse:
    """A vector tile of a version or of a day; 404 where its layer is not seen."""
    user = user_of(request)
    if user is None:
        return HttpResponseForbidden()  # a program asks: no page
    try:
        day = day_of(request.GET)
    except NoSuchDay as error:
        return _refused(error)
    place = Place(z, x, y)
    known = find(layer, version, user, day=day) if place.exists() else None
    if known is None:
        return HttpResponseNotFound()
    try:
        return _answer(request, user, known, place, day)
    except Superseded:  # between the two statements; once more with the newest
        newest = find(layer, version, user, day=day)
        assert newest is not None
        return _answer(request, user, newest, place, day)


@require_safe
def draft_tile(
    request: HttpRequest, uuid: UUID, z: int, x: int, y: int
) -> HttpResponse:
    """A tile of what a draft changes, for whoever may see the draft; kept nowhere."""
    user = user_of(request)
    if user is None:
        return HttpResponseForbidden()
    place = Place(z, x, y)
    seen = Version.objects.visible_to(user).filter(published_at__isnull=True)
    version = seen.select_related("layer").filter(uuid=uuid).first()
    if version is None or not place.exists():
        return HttpResponseNotFound()
    drawn = draft_tiles.tile_of(version, place, sees_sensitive=is_trusted(user))
    response = packed_answer(request, pack(drawn))
    response["Cache-Control"] = NO_STORE
    return response


def _refused(error: NoSuchDay) -> HttpResponse:
    said = {"detail": error.text, "code": type(error).__name__}
    return JsonResponse(said, status=error.status)


def _revalidated(said: dict[str, object]) -> HttpResponse:
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-cache"
    return response


def _frame() -> Frame:
    """Where the map opens, and what it says of its data: the site's words."""
    site = Site.objects.first()
    if site is None:
        return Frame("govmap", [0, 0])
    ground = Region.objects.filter(unit=site.district_id)
    bounds = ground.aggregate(bounds=Extent("geometry"))["bounds"]
    notice = site.notice if site.demonstration else ""
    return Frame(site.title, site.center, notice, list(bounds) if bounds else None)


def _answer(
    request: HttpRequest, user: User, known: Known, place: Place, day: date | None
) -> HttpResponse:
    """The tile, or that the browser has it. Raises Superseded."""
    mark = mark_of(known, user, day=day)
    if mark.tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = packed_answer(request, _packed(known, place, mark, day))
    response["ETag"] = mark.tag
    response["Cache-Control"] = mark.cache_control(request.GET.get("v", ""))
    return response


def packed_answer(request: HttpRequest, body: bytes) -> HttpResponse:
    """A packed tile, unpacked for whoever cannot read it so."""
    if body and "gzip" not in request.headers.get("Accept-Encoding", ""):
        body = gzip.decompress(body)
    response = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile")
    if body[:2] == GZIP_MAGIC:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _packed(known: Known, place: Place, mark: Mark, day: date | None) -> bytes:
    """The tile, compressed: from the disk, else drawn. Sensitive ones stay off it."""
    kept = None if mark.is_sensitive else CACHE.get(known.layer, mark.text, place)
    if kept is not None:
        return kept
    # Only who sees the sensitive has a mark that is.
    drawing = _drawing(known.version, mark.text, day, sees_sensitive=mark.is_sensitive)
    drawn = pack(tile_of(drawing, place, is_current=known.is_current))
    if not mark.is_sensitive:
        CACHE.put(known.layer, mark.text, place, drawn)
    return drawn


@lru_cache(maxsize=256)
def _drawing(
    version: int, _mark: str, day: date | None, *, sees_sensitive: bool
) -> Drawing:
    """Kept by the mark, which changes with whatever this depends on."""
    row = Version.objects.select_related("layer").get(pk=version)
    return drawing_of(row, sees_sensitive=sees_sensitive, day=day)
