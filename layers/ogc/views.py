"""`/ogc/`: OGC API Features, as JSON for programs and plain pages for people."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Site
from govmap.lib.pages import AuthedRequest
from layers.converters import KeyConverter
from layers.models import Layer
from layers.ogc import documents
from layers.ogc.documents import GEOJSON, HTML, OPENAPI, SCHEMA, link
from layers.ogc.reading import Asked, BadRequest, system_of
from layers.ogc.tokens import for_programs
from layers.permissions import visible_fields
from layers.tiles.bounds import bounds_of

COLUMNS = 8  # of a page's table


class Address:
    """Whole addresses of the service."""

    def __init__(self, request: AuthedRequest) -> None:
        self.root = request.build_absolute_uri("/")[:-1]

    def __call__(self, name: str, *args: str) -> str:
        return self.root + reverse(f"ogc:{name}", args=args)


def wants_html(request: AuthedRequest) -> bool:
    """Raises BadRequest for a form that there is not."""
    form = request.GET.get("f", "")
    if form not in {"", "json", "html"}:
        raise BadRequest("f: json or html.")
    accepts = request.headers.get("Accept", "").split(",")[0]
    return form == "html" or (not form and accepts.strip().startswith(HTML))


def _told(
    request: AuthedRequest, said: dict[str, Any], *, type_: str = "", **more: Any
) -> HttpResponse:
    try:
        if wants_html(request):
            context = {"said": said, "title": said.get("title", "OGC API"), **more}
            return render(request, "layers/ogc/page.html", context)
    except BadRequest as error:
        return _refused(error)
    return JsonResponse(
        said,
        json_dumps_params={"ensure_ascii": False},
        content_type=type_ or documents.JSON,
    )


def _refused(error: BadRequest) -> HttpResponse:
    said = {"code": "InvalidParameterValue", "description": str(error)}
    return JsonResponse(said, status=400, json_dumps_params={"ensure_ascii": False})


def _missing() -> HttpResponse:
    said = {"code": "NotFound", "description": "There is none that you may see."}
    return JsonResponse(said, status=404)


def _layers(request: AuthedRequest) -> Any:
    seen = Layer.objects.visible_to(request.user).filter(published__isnull=False)
    return seen.select_related("provider", "published").order_by("order", "code")


def _title() -> str:
    site = Site.objects.first()
    return site.title if site else "govmap"


@require_safe
@for_programs
def landing(request: AuthedRequest) -> HttpResponse:
    return _told(request, documents.landing(_title(), Address(request)))


@require_safe
@for_programs
def conformance(request: AuthedRequest) -> HttpResponse:
    return _told(request, documents.conformance())


@require_safe
@for_programs
def api(request: AuthedRequest) -> HttpResponse:
    said = documents.openapi(_title(), Address(request))
    return _told(request, said, type_=OPENAPI)


@require_safe
@for_programs
def collections(request: AuthedRequest) -> HttpResponse:
    layers = list(_layers(request))
    return _told(request, documents.collections(layers, Address(request)))


@require_safe
@for_programs
def collection(request: AuthedRequest, code: str) -> HttpResponse:
    layer = _layers(request).filter(code=code).first()
    if layer is None:
        return _missing()
    bounds = bounds_of(layer.published_id)
    return _told(request, documents.collection(layer, Address(request), bounds))


@require_safe
@for_programs
def queryables(request: AuthedRequest, code: str) -> HttpResponse:
    layer = _layers(request).filter(code=code).first()
    if layer is None:
        return _missing()
    here = Address(request)("queryables", code)
    shown = visible_fields(layer, request.user)
    said = documents.queryables(layer, shown, here)
    return _told(request, said, type_=SCHEMA)


@require_safe
@for_programs
def items(request: AuthedRequest, code: str) -> HttpResponse:
    layer = _layers(request).filter(code=code).first()
    if layer is None:
        return _missing()
    try:
        html = wants_html(request)
        asked = Asked(layer, request.user, request.GET)
        page = asked.page()
    except BadRequest as error:
        return _refused(error)
    here = Address(request)("items", code)
    links = _page_links(request, here, page.following)
    if html:
        return _table(request, layer, asked, page.features, links)
    head = {
        "type": "FeatureCollection",
        "timeStamp": timezone.now().isoformat(timespec="seconds"),
        "numberReturned": len(page.features),
        "links": links,
    }
    text = json.dumps(head, ensure_ascii=False)[:-1]
    body = f'{text},"features":[{",".join(page.features)}]}}'
    return _geojson(body, asked)


def _geojson(body: str, asked: Asked) -> HttpResponse:
    response = HttpResponse(body, content_type=GEOJSON)
    response["Content-Crs"] = f"<{asked.system.uri}>"
    return response


def _page_links(
    request: AuthedRequest, here: str, following: str
) -> list[dict[str, str]]:
    query = {name: text for name, text in request.GET.items() if name != "f"}

    def address(**more: str) -> str:
        said = urlencode({**query, **more})
        return f"{here}?{said}" if said else here

    links = [
        link(address(), "self", GEOJSON),
        link(address(f="html"), "alternate", HTML),
    ]
    if following:
        links.append(link(address(after=following), "next", GEOJSON))
    return links


def _table(
    request: AuthedRequest,
    layer: Layer,
    asked: Asked,
    features: list[str],
    links: list[dict[str, str]],
) -> HttpResponse:
    names = [row["name"] for row in layer.schema if row["name"] in asked.shown]
    names = names[:COLUMNS]
    rows = []
    for text in features:
        said = json.loads(text)
        cells = [said["properties"].get(name) for name in names]
        rows.append((said["id"], cells))
    following = next((one["href"] for one in links if one["rel"] == "next"), "")
    context = {
        **{"title": layer.title, "names": names, "rows": rows, "layer": layer},
        "following": f"{following}&f=html" if following else "",
        "said": {"links": links},
    }
    return render(request, "layers/ogc/page.html", context)


@require_safe
@for_programs
def item(request: AuthedRequest, code: str, key: str) -> HttpResponse:
    layer = _layers(request).filter(code=code).first()
    if layer is None:
        return _missing()
    try:
        html = wants_html(request)
        query = {"crs": request.GET.get("crs", "")}
        system_of(query, "crs")
        asked = Asked(layer, request.user, query)
    except BadRequest as error:
        return _refused(error)
    text = asked.one(key)
    if text is None:
        return _missing()
    address = Address(request)
    here = address("items", code) + "/" + KeyConverter().to_url(key)
    links = [
        *documents.self_links(here, GEOJSON),
        link(address("collection", code), "collection", documents.JSON),
    ]
    if html:
        properties = json.loads(text)["properties"]
        context = {"title": key, "said": {"links": links}, "properties": properties}
        return render(request, "layers/ogc/page.html", context)
    body = f'{text[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}'
    return _geojson(body, asked)
