"""What makes the phone's pages an app: the manifest, the worker, and whose it is."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Site, User
from cases.field import cells
from cases.field.pages import OFFLINE, other_pages
from cases.field.shell import map_files, shell
from cases.field.words import map_words
from govmap.lib.pages import AuthedRequest
from layers.tiles.drawn import drawn_layers

COLOUR = "#1f5fae"


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest (W3C), in the language that ``lang`` names."""
    asked = request.GET.get("lang", "")
    known = asked in dict(settings.LANGUAGES)
    with translation.override(asked if known else translation.get_language()):
        said = _manifest()
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json"
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _manifest() -> dict[str, Any]:
    site = Site.objects.first()
    named = [
        (_("Report a case"), "cases:report"),
        (_("My tasks"), "cases:tasks"),
        (_("My reports"), "cases:my"),
    ]
    return {
        "id": "/report/",
        "name": _("%(site)s: grid worker") % {"site": site.title if site else "govmap"},
        "short_name": _("Grid worker"),
        "description": _("Report, check and see what became of it, without a network."),
        "lang": translation.get_language(),
        "start_url": reverse("cases:report"),
        "scope": "/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f5f6f8",
        "theme_color": COLOUR,
        "icons": [
            _icon("govmap/mark.svg", "any", "image/svg+xml"),
            _icon("field/icon-192.png", "192x192"),
            _icon("field/icon-512.png", "512x512"),
            _icon("field/icon-maskable-512.png", "512x512") | {"purpose": "maskable"},
        ],
        "shortcuts": [{"name": word, "url": reverse(name)} for word, name in named],
    }


def _icon(name: str, sizes: str, kind: str = "image/png") -> dict[str, str]:
    return {"src": static(name), "sizes": sizes, "type": kind}


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, for the whole site: it holds names of files, of nobody."""
    made = shell()
    setup = {
        "version": made.version,
        "files": made.files,
        "modules": made.modules,
        "offline": reverse(OFFLINE),
        "left": f"{reverse(OFFLINE)}?left=1",
        "more": reverse("field:pages"),
        "asIs": static("govmap/http.js").endswith("/http.js"),
        "gates": [reverse("account_login"), reverse("account_logout")],
        "exit": reverse("account_logout"),
    }
    lines = [
        f"self.govmapShell = {json.dumps(setup)}",
        *(f"importScripts({json.dumps(name)})" for name in made.worker),
    ]
    etag = f'"{made.version}"'
    answer = get_conditional_response(request, etag=etag)
    response = answer or HttpResponse("\n".join(lines) + "\n", "text/javascript")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@never_cache
def me(request: HttpRequest) -> JsonResponse:
    """Whose phone this is now: asked before anything that waits is sent."""
    user = request.user
    if not user.is_authenticated:
        detail = _("You are signed out. Sign in again.")
        return JsonResponse({"detail": detail, "code": "SignedOut"}, status=401)
    return JsonResponse(
        {
            "account": str(user.uuid),
            "csrf": get_token(request),
        }
    )


@login_required
@require_safe
@never_cache
def pages(request: AuthedRequest) -> JsonResponse:
    """Which pages come ahead besides the four: those of surveys, rounds and visits."""
    return JsonResponse({"pages": other_pages(request.user)})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a page says that the phone does not keep. It holds nothing of anybody.

    ``?left=1``: somebody has signed out, and the server is told later.
    """
    left = "left" in request.GET
    return render(request, "cases/field/offline.html", {"left": left})


@login_required
@require_safe
@never_cache
def field_page(request: AuthedRequest) -> HttpResponse:
    """离线使用: what waits on this phone, and the map that it keeps."""
    context = {
        "ground": cells.ground_of(request.user),
        "most": cells.MOST_BYTES,
        "map_words": map_words(),
    }
    return render(request, "cases/field/page.html", context)


@login_required
@require_safe
@never_cache
def map_to_keep(request: AuthedRequest) -> JsonResponse:
    """Addresses of all that a map of the own cells is drawn from, in their order."""
    return JsonResponse(_map_of(request, request.user))


def _map_of(request: HttpRequest, user: User) -> dict[str, Any]:
    bounds = cells.ground_of(user).bounds
    if bounds is None:
        return {"files": [], "styles": [], "tiles": [], "most": cells.MOST_BYTES}
    style = reverse("layers:style")
    patterns = [
        (drawn.tiles(request), max(0, drawn.layer.minzoom - 1), drawn.layer.maxzoom)
        for drawn in drawn_layers(user)
        if drawn.layer.visible
    ]
    tiles = [
        pattern.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
        for z, x, y in cells.tiles_of(bounds)
        for pattern, first, last in patterns
        if first <= z <= max(last, first)
    ]
    return {
        "bounds": bounds,
        "files": map_files(),
        "styles": [f"{style}?theme=light", f"{style}?theme=dark"],
        "tiles": tiles[: cells.MOST_TILES],
        "most": cells.MOST_BYTES,
    }
