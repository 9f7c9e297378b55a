"""What the service says of itself: landing page, classes, collections, OpenAPI.

OGC API Features part 1 (17-069r4), part 2 CRS (18-058r1), part 3 filtering (19-079r2).
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from govmap.lib.localized import localized
from layers.models import Layer
from layers.ogc.systems import CRS84, SYSTEMS

GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
JSON, HTML = "application/json", "text/html"
USUAL, MOST = 100, 2000  # features of an answer
STORAGE = "http://www.opengis.net/def/crs/EPSG/0/4490"
FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
CLASSES = [
    *(f"{FEATURES}-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{FEATURES}-2/1.0/conf/crs",
    *(
        f"{FEATURES}-3/1.0/conf/{name}"
        for name in ("queryables", "filter", "features-filter")
    ),
    *(
        f"{CQL2}/{name}"
        for name in (
            *("cql2-text", "basic-cql2", "advanced-comparison-operators"),
            *("case-insensitive-comparison", "basic-spatial-functions"),
            *("basic-spatial-functions-plus", "spatial-functions"),
        )
    ),
]
TYPES = {"integer": "integer", "number": "number"}
# geometry of a layer: what a schema calls it
SHAPES = {"polygon": "any-polygon", "line": "any-linestring", "point": "any-point"}
Address = Callable[..., str]
Document = dict[str, Any]


def link(href: str, rel: str, type_: str, title: str = "") -> dict[str, str]:
    said = {"href": href, "rel": rel, "type": type_}
    return {**said, "title": title} if title else said


def self_links(address: str, type_: str = JSON) -> list[dict[str, str]]:
    return [
        link(address, "self", type_, _("this document")),
        link(f"{address}?{urlencode({'f': 'html'})}", "alternate", HTML, "HTML"),
    ]


def landing(title: str, address: Address) -> Document:
    return {
        "title": title,
        "description": _("Published layers as OGC API Features."),
        "links": [
            *self_links(address("landing")),
            link(address("api"), "service-desc", OPENAPI, "OpenAPI 3.0"),
            link(address("conformance"), "conformance", JSON, _("conformance")),
            link(address("collections"), "data", JSON, _("Collections of features")),
        ],
    }


def conformance() -> Document:
    return {"conformsTo": CLASSES}


def collections(layers: Iterable[Layer], address: Address) -> Document:
    return {
        "crs": list(SYSTEMS),
        "collections": [collection(layer, address) for layer in layers],
        "links": self_links(address("collections")),
    }


def collection(
    layer: Layer, address: Address, bounds: Iterable[float] | None = None
) -> Document:
    here, items = address("collection", layer.code), address("items", layer.code)
    said: Document = {
        "id": layer.code,
        "title": layer.title,
        "description": f"{layer.get_kind_display()} · {layer.provider}",
        "itemType": "feature",
        "crs": list(SYSTEMS),
        "storageCrs": STORAGE,
        "links": [
            *self_links(here),
            link(items, "items", GEOJSON, layer.title),
            link(f"{items}?f=html", "items", HTML, layer.title),
            link(
                address("queryables", layer.code),
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                SCHEMA,
                _("properties to filter by"),
            ),
        ],
    }
    if bounds:
        said["extent"] = {"spatial": {"bbox": [list(bounds)], "crs": CRS84.uri}}
    return said


def queryables(layer: Layer, shown: set[str], here: str) -> Document:
    """A JSON Schema of what may be asked about."""
    properties: Document = {
        "geometry": {
            "title": _("geometry"),
            "format": f"geometry-{SHAPES.get(layer.geometry, 'any')}",
        }
    }
    for row in layer.schema:
        if row["name"] in shown:
            properties[row["name"]] = _property(row)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here,
        "type": "object",
        "title": layer.title,
        "properties": properties,
        "additionalProperties": False,
    }


def _property(row: Document) -> Document:
    said: Document = {
        "title": localized(row.get("title")) or row["name"],
        "type": TYPES.get(row.get("type", ""), "string"),
    }
    if row.get("type") == "date":
        said["format"] = "date"
    if codes := row.get("codes"):
        said["enum"] = list(codes)
    return said


def openapi(title: str, address: Address) -> Document:
    """OpenAPI 3.0, short: what each address takes, and what it answers with."""
    code = _parameter("collectionId", "path", {"type": "string"}, required=True)
    key = _parameter("featureId", "path", {"type": "string"}, required=True)
    crs = _parameter("crs", "query", {"type": "string", "enum": list(SYSTEMS)})
    answers: dict[str, tuple[str, list[Document]]] = {
        "/": ("landing", []),
        "/conformance": ("conformance", []),
        "/api": ("api", []),
        "/collections": ("collections", []),
        "/collections/{collectionId}": ("collection", [code]),
        "/collections/{collectionId}/queryables": ("queryables", [code]),
        "/collections/{collectionId}/items": ("items", [code, *_items_parameters()]),
        "/collections/{collectionId}/items/{featureId}": ("item", [code, key, crs]),
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1.0.0"},
        "servers": [{"url": address("landing").rstrip("/")}],
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            }
        },
        "security": [{"key": []}, {"password": []}],
        "paths": {
            path: {"get": _operation(name, parameters)}
            for path, (name, parameters) in answers.items()
        },
    }


def _operation(name: str, parameters: list[Document]) -> Document:
    type_ = GEOJSON if name in {"items", "item"} else JSON
    good = {"description": "OK", "content": {type_: {"schema": {"type": "object"}}}}
    bad = {
        str(status): {"description": words}
        for status, words in (
            (400, "A parameter cannot be read."),
            (401, "A key is needed."),
            (404, "There is none that you may see."),
        )
    }
    form = {"type": "string", "enum": ["json", "html"]}
    asked = [*parameters, _parameter("f", "query", form)]
    said = {"operationId": name, "parameters": asked}
    return {**said, "responses": {"200": good, **bad}}


def _items_parameters() -> list[Document]:
    numbers = {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 4,
        "maxItems": 6,
    }
    uri = {"type": "string", "enum": list(SYSTEMS)}
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    text = {"type": "string"}
    return [
        _parameter("limit", "query", limit),
        {**_parameter("bbox", "query", numbers), "style": "form", "explode": False},
        _parameter("bbox-crs", "query", uri),
        _parameter("datetime", "query", text),
        _parameter("crs", "query", uri),
        _parameter("filter", "query", text),
        _parameter("filter-lang", "query", {"type": "string", "enum": ["cql2-text"]}),
        _parameter("filter-crs", "query", uri),
        _parameter("after", "query", text),
    ]


def _parameter(
    name: str, where: str, schema: Document, *, required: bool = False
) -> Document:
    return {"name": name, "in": where, "required": required, "schema": schema}
